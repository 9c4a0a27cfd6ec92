import { basename } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import yauzl from 'yauzl';
import { LIMITS } from '../limits';
import { EngineError } from '../types';
import type { Media, MediaFacts } from './shot';
import { stillShot, type StillShot } from './stills';

const PICTURE = /\.(jpe?g|png|webp)$/i;
/** Small files may pack very well without being a bomb. */
const RATIO_FREE_BYTES = 1024 * 1024;

/**
 * Opens a ZIP of pictures. They are shots in the natural order of their names (2 before 10); folders, hidden
 * files and what macOS adds (`__MACOSX`) are left out. Only one picture is unpacked at a time.
 */
export function openShotsSet(path: string, mimeType: string): Media {
  let facts: MediaFacts = { width: 0, height: 0, durationMs: 0 };
  return {
    kind: 'shots-set',
    mimeType,
    async *shots() {
      const entries = await withZip(path, pictures);
      for (const [frame, entry] of entries.entries()) {
        const shot = await readShot(path, entry, frame);
        if (frame === 0) facts = { ...shot.size, durationMs: 0 };
        // The bytes of a shot are not kept: the winner is unpacked again.
        yield { ...shot, jpeg: async () => (await readShot(path, entry, frame)).jpeg() };
      }
    },
    facts: () => facts,
  };
}

async function readShot(path: string, entry: Entry, frame: number): Promise<StillShot> {
  const bytes = await withZip(path, async (zip) => buffer(await zip.openReadStreamPromise(entry)));
  try {
    return await stillShot(bytes, frame);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.code, `Picture ${frame + 1} of the ZIP: ${error.message}`);
  }
}

/** Opens the ZIP for as long as `use` takes. */
async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  let zip: ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(path, { autoClose: false, validateEntrySizes: true });
    return await use(zip);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError('damaged', 'The ZIP can not be read: it is damaged or incomplete. Send it again.');
  } finally {
    zip?.close();
  }
}

/** The entries that are pictures, in order, after the promises of all entries have been held to the limits. */
async function pictures(zip: ZipFile): Promise<Entry[]> {
  const found: Entry[] = [];
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    if (!isPicture(entry.fileName)) continue;
    checkEntry(entry);
    total += entry.uncompressedSize;
    found.push(entry);
    if (found.length > LIMITS.zipEntries) {
      throw new EngineError(
        'too-large',
        `The ZIP holds more than ${LIMITS.zipEntries} pictures. Send fewer.`,
      );
    }
    if (total > LIMITS.zipBytes) throw tooLarge('all pictures together', LIMITS.zipBytes);
  }
  if (found.length === 0) {
    throw new EngineError('not-media', 'The ZIP holds no picture (JPEG, PNG or WebP).');
  }
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => order.compare(a.fileName, b.fileName));
}

function isPicture(name: string): boolean {
  return PICTURE.test(name) && !name.split('/').includes('__MACOSX') && !basename(name).startsWith('.');
}

/** yauzl refuses an entry that unpacks to more than it promises, so the promise can be trusted as a bound. */
function checkEntry(entry: Entry): void {
  const { uncompressedSize: size, compressedSize: packed } = entry;
  if (!entry.canDecodeFileData()) {
    throw new EngineError(
      'damaged',
      'The ZIP is encrypted or packed in a way that is not supported. Use plain deflate.',
    );
  }
  if (size > LIMITS.zipEntryBytes) throw tooLarge('a picture', LIMITS.zipEntryBytes);
  if (size > RATIO_FREE_BYTES && size > packed * LIMITS.zipRatio) {
    throw new EngineError(
      'too-large',
      `The ZIP unpacks to more than ${LIMITS.zipRatio} times its size: refused.`,
    );
  }
}

function tooLarge(what: string, bytes: number): EngineError {
  return new EngineError(
    'too-large',
    `In the ZIP, ${what} would unpack to more than ${bytes / 1024 / 1024} MB.`,
  );
}
