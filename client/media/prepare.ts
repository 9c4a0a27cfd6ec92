import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { OzError } from '../errors/ozError';
import type { JsonObject, MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';
import { ozError } from '../errors/errorMessages';
import { systemCode } from '../errors/errorFromNetwork';
import { FileChunks } from './fileChunks';
import { shortName } from './input';
import { HEAD_BYTES, mediaType } from './type';

export interface MediaLimits {
  maxFileBytes: number;
  /** Files in one folder. */
  maxFiles: number;
}

/** A media that was looked at and may be sent: its size is exact and its type is known. */
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
 * Looks at each media and refuses what cannot be sent, before a byte is sent. Files are opened only to read their
 * first bytes, and are closed again: they are opened a second time when their turn comes.
 * @throws OZ_MEDIA
 */
export async function prepareMedia(
  media: readonly MediaSource[],
  limits: MediaLimits,
): Promise<PreparedMedia[]> {
  if (media.length === 0) throw ozError('mediaNone');
  if (media.length > limits.maxFiles)
    throw ozError('mediaTooMany', { count: media.length, limit: limits.maxFiles });
  const prepared: PreparedMedia[] = [];
  for (const [at, source] of media.entries()) prepared.push(await prepareOne(source, at + 1, limits));
  return prepared;
}

async function prepareOne(source: MediaSource, index: number, limits: MediaLimits): Promise<PreparedMedia> {
  const file = shortName(source.path ?? source.filename ?? `Media ${index}`);
  const facts = await factsOf(source, index, file);
  if (facts.size === 0) throw ozError('mediaEmpty', { file });
  if (facts.size > limits.maxFileBytes) {
    throw ozError('mediaTooBig', {
      file,
      size: megabytes(facts.size, 'up'),
      limit: megabytes(limits.maxFileBytes, 'down'),
    });
  }
  const known = facts.head === undefined ? undefined : mediaType(await facts.head());
  if (known === undefined && source.contentType === undefined)
    throw ozError(facts.head === undefined ? 'mediaStreamType' : 'mediaUnknownType', { file });
  const contentType = source.contentType ?? known?.contentType ?? 'application/octet-stream';
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

interface Facts {
  size: number;
  replayable: boolean;
  /** The first bytes; absent for a stream, which cannot be looked into without taking from it. */
  head?: () => Promise<Uint8Array>;
  open: PreparedMedia['open'];
}

async function factsOf(source: MediaSource, index: number, file: string): Promise<Facts> {
  const { data, path, stream } = source;
  if (data !== undefined) {
    return {
      size: data.length,
      replayable: true,
      head: async () => data.subarray(0, HEAD_BYTES),
      open: () => data,
    };
  }
  if (path !== undefined) return fileFacts(path, file);
  if (stream !== undefined) return streamFacts(stream, source, file);
  throw ozError('mediaKind', { index, kind: 'empty' });
}

async function fileFacts(path: string, file: string): Promise<Facts> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw ozError('mediaNotFile', { file });
    await access(path, constants.R_OK);
    const { size } = found;
    return {
      size,
      replayable: true,
      head: () => readHead(path, file),
      open: () => new FileChunks(path, size, () => ozError('mediaChanged', { file })),
    };
  } catch (error) {
    throw fileFault(error, file);
  }
}

function fileFault(error: unknown, file: string): OzError {
  if (error instanceof OzError) return error;
  const system = systemCode(error) ?? 'unknown';
  if (system === 'ENOENT' || system === 'ENOTDIR') return ozError('mediaMissing', { file });
  return ozError('mediaUnreadable', { file, system }, { system });
}

async function readHead(path: string, file: string): Promise<Uint8Array> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFault(error, file);
  }
}

function streamFacts(stream: NodeJS.ReadableStream, source: MediaSource, file: string): Facts {
  const { size } = source;
  if (size === undefined || !Number.isSafeInteger(size) || size < 0)
    throw ozError('mediaSizeMissing', { file });
  let used = false;
  return {
    size,
    replayable: false,
    open: () => {
      if (used) throw ozError('mediaStreamUsed', { file });
      used = true;
      return stream;
    },
  };
}

/** The server and its operators see this name; it gets the extension of what the bytes are when it has none. */
function fileName(source: MediaSource, index: number, extension: string | undefined): string {
  const given = basename(source.filename ?? source.path ?? '').replace(/[\p{C}"\\/]+/gu, '_');
  if (given === '') return `media-${index}${extension === undefined ? '' : `.${extension}`}`;
  return given.includes('.') || extension === undefined ? given : `${given}.${extension}`;
}

function megabytes(bytes: number, round: 'up' | 'down'): number {
  const tenths = (bytes / (1024 * 1024)) * 10;
  return (round === 'up' ? Math.ceil(tenths) : Math.floor(tenths)) / 10;
}
