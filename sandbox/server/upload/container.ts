import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import yauzl from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { ApiError, isSystemError } from '../errors';
import type { ApiErrorName } from '../errors';
import type { Files } from '../store/files';
import { readLimited } from './body';
import { parseJsonObject } from './json';
import { MAX_FILES, MAX_FILE_BYTES, MAX_JSON_BYTES, MAX_REQUEST_BYTES } from './limits';
import type { FilePart, Upload } from './multipart';
import { discardAll, tooManyFiles } from './multipart';

/** How a ZIP begins. */
const ZIP_START = Buffer.from('PK\u0003\u0004');

/**
 * Reads a container (docs/oz-api.md 5.4). A real one is encrypted for the real server: it is accepted and discarded,
 * and the folder has no media. To try out containers, a ZIP with `payload.json` and media files is unpacked instead;
 * the name of a file is its key. Throws the documented errors of containers.
 */
export async function readContainer(body: Readable, store: Files): Promise<Upload> {
  const data = await readLimited(body, MAX_REQUEST_BYTES);
  if (data.length === 0) throw containerError('alreadyExist', 'API did not receive the container');
  if (!data.subarray(0, ZIP_START.length).equals(ZIP_START)) return { files: [], payload: {} };
  const files: FilePart[] = [];
  try {
    const payload = await unpack(data, files, store);
    if (payload === undefined) throw containerError('invalidStructure', 'Missing payload.json');
    if (files.length === 0) throw containerError('invalidValue', 'No media in the container');
    return { files, payload: parseJsonObject(payload) };
  } catch (error) {
    await discardAll(files, store);
    throw error instanceof ApiError || isSystemError(error)
      ? error
      : containerError('invalidType', 'Container is damaged');
  }
}

/** Fills `files` and returns the text of `payload.json`. */
async function unpack(data: Buffer, files: FilePart[], store: Files): Promise<string | undefined> {
  let payload: string | undefined;
  const zip = await yauzl.fromBufferPromise(data, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith('/')) continue;
    const isPayload = entry.fileName === 'payload.json';
    const limit = isPayload ? MAX_JSON_BYTES : MAX_FILE_BYTES;
    if (entry.uncompressedSize > limit)
      throw new ApiError('tooBig', { key: entry.fileName, max_size: limit });
    if (isPayload) payload = await text(await zip.openReadStreamPromise(entry));
    else files.push(await receive(zip, entry, store));
    if (files.length > MAX_FILES) throw tooManyFiles();
  }
  return payload;
}

async function receive(zip: ZipFile, entry: Entry, store: Files): Promise<FilePart> {
  const received = await store.receive(await zip.openReadStreamPromise(entry));
  return { key: entry.fileName, name: basename(entry.fileName), mimeType: '', received };
}

/** The newest revision of the page has one message for all of them (docs/oz-api.md 4.7). */
function containerError(error: ApiErrorName, details: string): ApiError {
  return new ApiError(error, details, 'Invalid request data');
}
