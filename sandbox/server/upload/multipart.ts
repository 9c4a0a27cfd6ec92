import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import busboy from 'busboy';
import { ApiError, isSystemError } from '../errors';
import type { JsonObject } from '../store/records';
import type { Files, Received } from '../store/files';
import { parseForm } from './body';
import { parseJsonObject } from './json';
import { MAX_FILES, MAX_FILE_BYTES, MAX_JSON_BYTES } from './limits';

export interface FilePart {
  /** The part's name, which the payload refers to. */
  key: string;
  name: string;
  mimeType: string;
  received: Received;
}

export interface Upload {
  files: FilePart[];
  payload: JsonObject;
}

/**
 * Reads a multipart body (docs/oz-api.md 2.2): file parts go to `store` while they arrive, the text part `payload` is
 * parsed. After an error the rest of the body is read and dropped, so that the client gets its answer instead of a
 * broken connection. Throws ApiError, or what the system says when the files cannot be stored; nothing received is left
 * behind then.
 */
export async function readMultipart(
  body: Readable,
  headers: IncomingHttpHeaders,
  store: Files,
): Promise<Upload> {
  const parts: Promise<FilePart | undefined>[] = [];
  const seen = new Set<string>();
  let payload: string | undefined;
  let failed: Error | undefined;
  const fail = (error: Error): void => {
    failed ??= error;
  };

  const parser = openParser(headers);
  const giveUp = (error: Error): void => {
    fail(error);
    // It would wait for ever for somebody to read the file.
    parser.destroy(error);
  };
  parser.on('file', (key, stream, info) => {
    if (seen.has(key)) fail(new ApiError('invalidValue', { key, message: 'Two parts have the same name' }));
    seen.add(key);
    if (failed !== undefined) {
      stream.resume();
    } else if (key === 'payload') {
      // Some clients send the JSON as a file.
      parts.push(readText(key, stream, fail).then((value) => void (payload = value)));
    } else {
      parts.push(receiveFile(key, stream, info, store, fail, giveUp));
    }
  });
  parser.on('field', (key, value, info) => {
    if (info.valueTruncated || info.nameTruncated) fail(new ApiError('tooBig', { key }));
    else if (key === 'payload') payload = value;
  });
  parser.on('filesLimit', () => fail(tooManyFiles()));
  parser.on('fieldsLimit', () => fail(new ApiError('tooBig', 'Too many text parts')));
  parser.on('partsLimit', () => fail(new ApiError('tooBig', 'Too many parts')));

  try {
    await parseForm(body, parser);
  } catch (error) {
    fail(damaged(error));
  }
  const files = (await Promise.all(parts)).filter((part) => part !== undefined);
  if (files.length > MAX_FILES) fail(tooManyFiles());
  try {
    if (failed !== undefined) throw failed;
    return { files, payload: payload === undefined ? {} : parseJsonObject(payload) };
  } catch (error) {
    await discardAll(files, store);
    throw error;
  }
}

export async function discardAll(files: readonly FilePart[], store: Files): Promise<void> {
  await Promise.all(files.map(({ received }) => store.discard(received)));
}

export function tooManyFiles(): ApiError {
  return new ApiError('invalidValue', {
    max_count: MAX_FILES,
    message: `A folder holds at most ${MAX_FILES} files`,
  });
}

function openParser(headers: IncomingHttpHeaders): busboy.Busboy {
  try {
    return busboy({
      headers,
      defParamCharset: 'utf8',
      limits: {
        // The payload may come as a file too.
        files: MAX_FILES + 1,
        // One byte more than allowed: busboy reports the limit when it is reached, not when it is passed.
        fileSize: MAX_FILE_BYTES + 1,
        fields: 50,
        fieldSize: MAX_JSON_BYTES,
        fieldNameSize: 200,
      },
    });
  } catch (error) {
    throw damaged(error);
  }
}

async function readText(
  key: string,
  stream: Readable,
  fail: (error: ApiError) => void,
): Promise<string | undefined> {
  try {
    const value = await text(stream);
    if (value.length > MAX_JSON_BYTES) fail(new ApiError('tooBig', { key }));
    return value;
  } catch (error) {
    fail(damaged(error));
    return undefined;
  }
}

async function receiveFile(
  key: string,
  stream: Readable & { truncated?: boolean },
  info: busboy.FileInfo,
  store: Files,
  fail: (error: ApiError) => void,
  giveUp: (error: Error) => void,
): Promise<FilePart | undefined> {
  let received: Received;
  try {
    received = await store.receive(stream);
  } catch (error) {
    giveUp(isSystemError(error) ? error : damaged(error));
    return undefined;
  }
  const name = cleanName(info.filename);
  if (stream.truncated === true || received.size > MAX_FILE_BYTES) {
    fail(new ApiError('invalidValue', { key, max_size: MAX_FILE_BYTES, message: 'The file is too big' }));
  } else if (received.size === 0) {
    fail(new ApiError('invalidValue', { key, message: 'The file is empty' }));
  }
  return { key, name, mimeType: info.mimeType, received };
}

/** The last step of the name, without control characters; it is shown, never used as a path. */
function cleanName(name: string | undefined): string {
  return (name ?? '').replace(/[\p{Cc}\p{Cf}]/gu, '').slice(-255);
}

function damaged(error: unknown): ApiError {
  const details = error instanceof Error ? error.message : 'The multipart body is damaged';
  return new ApiError('invalidStructure', details);
}
