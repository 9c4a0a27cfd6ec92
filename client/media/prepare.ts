import { basename, parse } from 'node:path';
import { Readable } from 'node:stream';
import type { OzError } from '../errors/ozError';
import type { JsonObject, MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';
import { ozError } from '../errors/errorMessages';
import { ExactStream } from './exactStream';
import { FewAtOnce } from './fewAtOnce';
import { fileError, isSameFile, openFile, type FilePlaces } from './file';
import { FileChunks } from './fileChunks';
import { HEAD_BYTES, mediaType } from '../mediaType';

export interface MediaLimits extends FilePlaces {
  maxFileBytes: number;
  /** Files in one folder. */
  maxFiles: number;
}

/** `type/subtype` and parameters (RFC 9110, 8.3.1). */
const CONTENT_TYPE = /^[\w!#$&^.+-]{1,60}\/[\w!#$&^.+-]{1,80}(?:\s*;\s*[\w.-]+=(?:[\w.+-]+|"[\w ,.+-]*"))*$/;

const BLOB_CHUNK_BYTES = 512 * 1024;

/**
 * As many as Node has threads for files. More would only wait for one with their files open: thousands of messages at once
 * would need more files open than a process may have.
 */
const looks = new FewAtOnce(4);

/** File systems accept names of up to 255 bytes, and the server may put an id of its own in front. */
const MAX_NAME_BYTES = 180;
const MAX_EXTENSION_LENGTH = 10;

/** A media file that was looked at and may be sent: its size is exact and its type is known. */
export interface PreparedMedia {
  fileName: string;
  contentType: string;
  size: number;
  tags: string[];
  metadata?: JsonObject;
  /** False when it can be read only once. */
  replayable: boolean;
  open(): Uint8Array | NodeJS.ReadableStream;
}

/**
 * Looks at each media file and refuses what cannot be sent, before a byte is sent. Files are opened only to read their
 * first bytes, and are closed again: they are opened a second time when their turn comes.
 * @param sealed the bytes say nothing about the media, as those of an encrypted container
 * @throws OZ_MEDIA
 */
export async function prepareMedia(
  media: readonly MediaSource[],
  limits: MediaLimits,
  sealed = false,
): Promise<PreparedMedia[]> {
  if (media.length === 0) throw ozError('mediaNone');
  if (media.length > limits.maxFiles)
    throw ozError('mediaTooMany', { count: media.length, limit: limits.maxFiles });
  for (const { stream } of media) if (stream !== undefined) outliveErrors(stream);
  const prepared: PreparedMedia[] = [];
  for (const [at, source] of media.entries()) prepared.push(await prepareOne(source, at + 1, limits, sealed));
  return prepared;
}

async function prepareOne(
  source: MediaSource,
  index: number,
  limits: MediaLimits,
  sealed: boolean,
): Promise<PreparedMedia> {
  const file = shortName(source.path ?? source.filename ?? `Media ${index}`);
  const facts = await factsOf(source, index, file, limits);
  if (!(facts.size > 0)) throw ozError('mediaEmpty', { file });
  if (facts.size > limits.maxFileBytes) {
    throw ozError('mediaTooBig', {
      file,
      size: megabytes(facts.size, 'up'),
      limit: megabytes(limits.maxFileBytes, 'down'),
    });
  }
  const known = facts.head === undefined ? undefined : mediaType(facts.head);
  if (known?.refusal !== undefined && !sealed) throw ozError(known.refusal, { file });
  // A file of this machine is sent only when its bytes are those of a media file, whatever type was declared.
  const declaredType = CONTENT_TYPE.test(source.contentType ?? '') ? source.contentType : undefined;
  const declared = source.path === undefined ? declaredType !== undefined : sealed;
  if (known === undefined && !declared)
    throw ozError(facts.head === undefined ? 'mediaStreamType' : mistakenFor(facts.head), { file });
  const contentType = declaredType ?? known?.contentType ?? 'application/octet-stream';
  return omitUndefined({
    fileName: fileName(source, index, known?.extension),
    contentType,
    size: facts.size,
    tags: source.tags,
    metadata: source.metadata,
    replayable: facts.replayable,
    open: facts.open,
  });
}

/** What is wrong with bytes that are no media. */
function mistakenFor(head: Uint8Array): 'mediaForm' | 'mediaPage' | 'mediaUnknownType' {
  const text = Buffer.from(head.subarray(0, 500)).toString('latin1');
  // Core's http in node hands it on unless it is told to take files.
  if (/^--[^\r\n]+\r\nContent-Disposition: form-data/i.test(text)) return 'mediaForm';
  // A download that has failed.
  const isPage = /^(?:\xef\xbb\xbf)?\s*(?:<!doctype\b|<html\b|[{[]\s*["{[])/i.test(text);
  return isPage ? 'mediaPage' : 'mediaUnknownType';
}

interface Facts {
  size: number;
  replayable: boolean;
  /** The first bytes; absent for a stream, which cannot be looked into without taking from it. */
  head?: Uint8Array;
  open: PreparedMedia['open'];
}

async function factsOf(source: MediaSource, index: number, file: string, places: FilePlaces): Promise<Facts> {
  const { data, path, blob, stream } = source;
  if (data !== undefined) {
    // Bytes that were handed to a worker are gone from here, and not even their beginning can be looked at.
    const head = data.length === 0 ? data : data.subarray(0, HEAD_BYTES);
    return { size: data.length, replayable: true, head, open: () => data };
  }
  if (path !== undefined) return looks.run(() => fileFacts(path, file, places));
  if (blob !== undefined) return blobFacts(blob, file);
  if (stream !== undefined) return streamFacts(stream, source, file);
  throw ozError('mediaKind', { index, kind: 'empty' });
}

async function fileFacts(path: string, file: string, places: FilePlaces): Promise<Facts> {
  const { handle, stats } = await openFile(path, places, file);
  const changed = (): OzError => ozError('mediaChanged', { file });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return {
      size: stats.size,
      replayable: true,
      head: buffer.subarray(0, bytesRead),
      open: () =>
        new FileChunks(
          async () => {
            const again = await openFile(path, places, file);
            if (isSameFile(again.stats, stats)) return again.handle;
            await again.handle.close();
            throw changed();
          },
          stats.size,
          changed,
        ),
    };
  } catch (error) {
    throw fileError(error, file);
  } finally {
    await handle.close();
  }
}

/** A Blob may be a file on disk that is gone or was changed when its turn comes. */
async function blobFacts(blob: Blob, file: string): Promise<Facts> {
  try {
    return {
      size: blob.size,
      replayable: true,
      head: new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()),
      // Classes of other libraries may give other bytes than they say.
      open: () => ExactStream.of(Readable.from(chunksOf(blob, file)), blob.size, file),
    };
  } catch {
    throw ozError('mediaChanged', { file });
  }
}

async function* chunksOf(blob: Blob, file: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < blob.size; at += BLOB_CHUNK_BYTES) {
    const chunk = await blob
      .slice(at, at + BLOB_CHUNK_BYTES)
      .arrayBuffer()
      .catch(() => {
        throw ozError('mediaChanged', { file });
      });
    yield Buffer.from(chunk);
  }
}

/** One that fails before its turn must not end the process; whoever reads it then hears of the error. */
function outliveErrors(stream: NodeJS.ReadableStream): void {
  if ('on' in stream && typeof stream.on === 'function') stream.on('error', () => {});
}

function streamFacts(stream: NodeJS.ReadableStream, source: MediaSource, file: string): Facts {
  const { size } = source;
  if (size === undefined || !Number.isSafeInteger(size) || size < 0)
    throw ozError('mediaSizeMissing', { file });
  // False after the end, an error and `destroy`; streams of other libraries may not tell.
  if ('readable' in stream && !stream.readable) throw ozError('mediaStreamUsed', { file });
  let used = false;
  return {
    size,
    replayable: false,
    open: () => {
      if (used) throw ozError('mediaStreamUsed', { file });
      used = true;
      return ExactStream.of(stream, size, file);
    },
  };
}

/** The server and its operators see this name; it gets the extension of what the bytes are when it has none. */
function fileName(source: MediaSource, index: number, extension: string | undefined): string {
  const given = basename(source.filename ?? source.path ?? '').replace(/[\p{C}"\\/]+/gu, '_');
  // A name of dots alone is a folder's.
  if (/^\.*$/.test(given)) return `media-${index}${extension === undefined ? '' : `.${extension}`}`;
  const { name, ext } = parse(given);
  // What follows the last dot of a long text is no extension.
  if (ext.length > MAX_EXTENSION_LENGTH) return cut(given, MAX_NAME_BYTES);
  const ending = given.includes('.') || extension === undefined ? ext : `.${extension}`;
  return `${cut(name, MAX_NAME_BYTES)}${ending}`;
}

/** The beginning of a text, at most `bytes` of UTF-8 long, without half a character at its end. */
function cut(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  return whole.length <= bytes ? text : new TextDecoder().decode(whole.subarray(0, bytes), { stream: true });
}

/** A path as an error may show it: only its end, at most a line long. */
function shortName(path: string): string {
  return path.length > 120 ? `…${path.slice(-119)}` : path;
}

function megabytes(bytes: number, round: 'up' | 'down'): number {
  const tenths = (bytes / (1024 * 1024)) * 10;
  return (round === 'up' ? Math.ceil(tenths) : Math.floor(tenths)) / 10;
}
