import { createReadStream, read } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { EngineError } from '../types';

/** A file in a ZIP. */
export interface ZipEntry {
  /**
   * As it stands in the ZIP: with folders, and sometimes with a drive or a leading slash. It is never used as a path.
   */
  name: string;
  entry: Entry;
}

/** The end of a ZIP's list lies within its last bytes: the record itself and a comment of up to 64 kB. */
export const ZIP_TAIL_BYTES = 22 + 0xffff;
const END = Buffer.from('PK\x05\x06', 'latin1');

/** Reads a ZIP from a file: small parts at once, entries as streams. */
class FileReader extends yauzl.RandomAccessReader {
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(path: string, file: FileHandle) {
    super();
    this.#path = path;
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.#path, { start, end: end - 1 });
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    read(this.#file.fd, buffer, offset, length, position, callback);
  }
}

/**
 * Opens a ZIP for as long as `use` takes.
 *
 * @throws EngineError `damaged`, whatever goes wrong with the ZIP.
 */
export async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    // Names are read here: the library refuses a whole ZIP when one of them would be an unsafe path to write to.
    const options = { autoClose: false, lazyEntries: true, validateEntrySizes: true, decodeStrings: false };
    const zip = await yauzl.fromRandomAccessReaderPromise(
      new FileReader(path, file),
      await endOf(file),
      options,
    );
    return await use(zip);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError('damaged', 'The ZIP cannot be read: it is damaged or incomplete. Send it again.');
  } finally {
    await file.close();
  }
}

/** The files of a ZIP, folders left out. */
export async function* entriesOf(zip: ZipFile): AsyncGenerator<ZipEntry> {
  for await (const entry of zip.eachEntry()) {
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
    const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
    if (!name.endsWith('/')) yield { name, entry };
  }
}

/** Where the ZIP ends: some programs and transfers fill the file up with zeros, or add a line break or more. */
async function endOf(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const filled = await endOfContent(file, size);
  const from = Math.max(0, filled - ZIP_TAIL_BYTES);
  // The record ends with zeros, too.
  const { buffer } = await file.read(Buffer.alloc(filled - from + 22), 0, filled - from + 22, from);
  const ends: number[] = [];
  for (let at = buffer.lastIndexOf(END); at >= 0; at = at > 0 ? buffer.lastIndexOf(END, at - 1) : -1) {
    const end = at + 22 <= buffer.length ? from + at + 22 + buffer.readUInt16LE(at + 20) : Infinity;
    if (end <= size) ends.push(end);
  }
  // A comment may look like a record; the real one reaches to the end where nothing was added.
  return ends.find((end) => end >= filled) ?? ends[0] ?? size;
}

/** Where zeros begin that go on to the end of the file. */
async function endOfContent(file: FileHandle, size: number): Promise<number> {
  for (let end = size, length = 0; end > 0; end -= length) {
    length = Math.min(end, ZIP_TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, end - length);
    const filled = buffer.findLastIndex((byte) => byte !== 0) + 1;
    if (filled > 0) return end - length + filled;
  }
  return 0;
}
