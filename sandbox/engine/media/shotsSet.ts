import { buffer } from 'node:stream/consumers';
import type { Entry } from 'yauzl';
import { LIMITS } from '../limits';
import { EngineError } from '../types';
import { HEAD_BYTES, mediaTypeOf } from './mediaTypes';
import type { Media, MediaFacts } from './shot';
import { stillShot, type StillShot } from './stills';
import { entriesOf, withZip, type ZipEntry } from './zip';

const PICTURE = /\.(jpe?g|png|webp)$/i;
/** What systems add by themselves. */
const ADDED = /(^|\/)(__MACOSX\/|\.[^/]*$|Thumbs\.db$|desktop\.ini$)/i;
/** Small files may pack very well without being a bomb. */
const RATIO_FREE_BYTES = 1024 * 1024;

/**
 * Opens a ZIP of pictures. They are shots in the natural order of their names (2 before 10); folders, hidden
 * files and what systems add are left out. Only one picture is unpacked at a time, and nothing is written anywhere. A
 * picture that cannot be read is left out and told of in the facts, unless all of them are.
 */
export function openShotsSet(path: string, mimeType: string): Media {
  const facts: MediaFacts = { width: 0, height: 0, durationMs: 0 };
  return {
    kind: 'shots-set',
    mimeType,
    async *shots() {
      const entries = await picturesOf(path);
      const failures: EngineError[] = [];
      let read = 0;
      for (const [frame, entry] of entries.entries()) {
        const shot = await readShot(path, entry, frame).catch((error: unknown) => {
          if (!(error instanceof EngineError)) throw error;
          failures.push(new EngineError(error.code, `Picture ${frame + 1} of the ZIP: ${error.message}`));
        });
        if (failures.length > 0) facts.unread = failures.map(({ message }) => message);
        if (!shot) continue;
        if (read++ === 0) Object.assign(facts, shot.size);
        // The bytes of a shot are not kept: the winner is unpacked again.
        yield { ...shot, jpeg: async (turn) => (await readShot(path, entry, frame)).jpeg(turn) };
      }
      if (read === 0 && failures[0]) throw failures[0];
    },
    facts: () => facts,
  };
}

/** The pictures of a ZIP as they are in it, in order, without those that cannot be unpacked. */
export async function* picturesIn(path: string): AsyncGenerator<Buffer> {
  for (const entry of await picturesOf(path)) {
    const bytes = await unpack(path, entry).catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error;
    });
    if (bytes) yield bytes;
  }
}

async function readShot(path: string, entry: Entry, frame: number): Promise<StillShot> {
  return stillShot(await unpack(path, entry), frame);
}

async function unpack(path: string, entry: Entry): Promise<Buffer> {
  if (!entry.canDecodeFileData()) {
    throw new EngineError(
      'damaged',
      'It is encrypted or packed in a way that is not supported. Use plain deflate.',
    );
  }
  const bytes = await withZip(path, async (zip) => buffer(await zip.openReadStreamPromise(entry)));
  const type = await mediaTypeOf(bytes);
  if (type?.kind === 'image' || type?.mimeType === 'image/webp') return bytes;
  // The library of pictures would read more kinds, such as SVG and TIFF.
  throw new EngineError(
    'not-media',
    type?.kind === 'refused' ? type.advice : 'It is no picture that is supported (JPEG, PNG or WebP).',
  );
}

/** The entries that are pictures, in order, after the declared sizes of all entries were checked against the limits. */
async function picturesOf(path: string): Promise<Entry[]> {
  const found = await withZip(path, async (zip) => {
    const pictures: ZipEntry[] = [];
    const unnamed: ZipEntry[] = [];
    let total = 0;
    let count = 0;
    for await (const one of entriesOf(zip)) {
      if (++count > LIMITS.zipFiles) throw tooMany(LIMITS.zipFiles, 'files');
      if (ADDED.test(one.name)) continue;
      // Anything may hide behind a name, so contents are looked at once the ZIP has passed the limits.
      const named = PICTURE.test(one.name);
      if (!named && one.entry.uncompressedSize === 0) continue;
      (named ? pictures : unnamed).push(one);
      if (!named) continue;
      checkEntry(one.entry);
      total += one.entry.uncompressedSize;
    }
    for (const one of unnamed) {
      if (
        pictures.length > LIMITS.zipEntries ||
        !(await looksLikePicture(zip.openReadStreamPromise(one.entry)))
      )
        continue;
      checkEntry(one.entry);
      total += one.entry.uncompressedSize;
      pictures.push(one);
    }
    if (pictures.length > LIMITS.zipEntries) throw tooMany(LIMITS.zipEntries, 'pictures');
    if (total > LIMITS.zipBytes) throw tooLarge('all pictures together', LIMITS.zipBytes);
    return pictures;
  });
  if (found.length === 0) {
    throw new EngineError('not-media', 'The ZIP holds no picture (JPEG, PNG or WebP).');
  }
  const order = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => order.compare(a.name, b.name)).map(({ entry }) => entry);
}

/** Whether a file begins as a picture does, of a kind that is read or of one that is refused. */
async function looksLikePicture(opening: Promise<NodeJS.ReadableStream>): Promise<boolean> {
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of await opening) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= HEAD_BYTES) break;
    }
    const type = await mediaTypeOf(Buffer.concat(chunks));
    return type !== undefined && type.mimeType.startsWith('image/');
  } catch {
    // Encrypted, compressed by an unknown method, or damaged: nothing says that it was a picture.
    return false;
  }
}

/** yauzl refuses an entry that unpacks to more than its declared size, so that can be trusted as a bound. */
function checkEntry({ uncompressedSize: size, compressedSize: packed }: Entry): void {
  if (size > LIMITS.zipEntryBytes) throw tooLarge('a picture', LIMITS.zipEntryBytes);
  if (size > RATIO_FREE_BYTES && size > packed * LIMITS.zipRatio) {
    throw new EngineError(
      'too-large',
      `The ZIP unpacks to more than ${LIMITS.zipRatio} times its size: refused.`,
    );
  }
}

function tooMany(most: number, what: string): EngineError {
  return new EngineError('too-large', `The ZIP holds more than ${most} ${what}. Send fewer.`);
}

function tooLarge(what: string, bytes: number): EngineError {
  return new EngineError(
    'too-large',
    `In the ZIP, ${what} would unpack to more than ${bytes / 1024 / 1024} MB.`,
  );
}
