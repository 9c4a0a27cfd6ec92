import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import busboy from 'busboy';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors';
import { MAX_FILE_BYTES } from '../upload/limits';
import { LiteError } from './errors';
import type { LiteProcessor } from './errors';

/** A part of a form: its bytes, base64 undone where the request says so. */
interface Part {
  mimeType: string;
  data: Buffer;
}

export const IMAGE_TYPES: readonly string[] = ['image/jpeg', 'image/png'];

/** Base64 in and out, from API Lite 1.1.0 (docs/oz-api.md 5.9). */
export function wantsBase64(request: FastifyRequest): boolean {
  return request.headers['content-transfer-encoding']?.toString().toLowerCase() === 'base64';
}

/** The one image of a request. Throws LiteError, and ApiError when it is too big. */
export async function imageOf(request: FastifyRequest, processor: LiteProcessor): Promise<Buffer> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (!IMAGE_TYPES.includes(type.trim().toLowerCase()) || !(request.body instanceof Readable)) {
    throw new LiteError(processor, '002001');
  }
  const data = decoded(await limited(request.body), request);
  if (data.length === 0) throw new LiteError(processor, '002003');
  return data;
}

/** The parts of a form by name, with and without a file name. Throws LiteError and ApiError. */
export async function partsOf(request: FastifyRequest, processor: LiteProcessor): Promise<Map<string, Part>> {
  const { body, headers } = request;
  const isForm = headers['content-type']?.toLowerCase().startsWith('multipart/form-data') === true;
  if (!isForm || !(body instanceof Readable)) throw new LiteError(processor, '002001');
  const parts = new Map<string, Part>();
  const reading: Promise<void>[] = [];
  try {
    const limits = { files: 4, fields: 4, fileSize: MAX_FILE_BYTES + 1, fieldSize: MAX_FILE_BYTES };
    const parser = busboy({ headers, limits });
    parser.on('file', (name, stream, { mimeType }) => {
      const done = buffer(stream).then(
        (data) => void parts.set(name, { mimeType, data: decoded(data, request) }),
      );
      // Awaited below; an error before that must not count as nobody's.
      done.catch(() => undefined);
      reading.push(done);
    });
    parser.on('field', (name, value, { mimeType }) => {
      parts.set(name, { mimeType, data: decoded(Buffer.from(value, 'latin1'), request) });
    });
    await feed(body, parser);
    await Promise.all(reading);
  } catch {
    throw new LiteError(processor, '002003');
  }
  if ([...parts.values()].some(({ data }) => data.length > MAX_FILE_BYTES)) throw tooBig();
  return parts;
}

function feed(body: Readable, parser: busboy.Busboy): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      body.unpipe(parser);
      body.resume();
      reject(error instanceof Error ? error : new Error('The form is damaged'));
    };
    parser.once('close', resolve);
    parser.on('error', stop);
    body.on('error', stop);
    body.once('close', () => {
      if (!body.readableEnded) stop(new Error('The request ended too early'));
    });
    body.pipe(parser);
  });
}

async function limited(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    // The rest is read and dropped, so that the client gets its answer.
    if (size <= MAX_FILE_BYTES) chunks.push(chunk);
  }
  if (size > MAX_FILE_BYTES) throw tooBig();
  return Buffer.concat(chunks);
}

function decoded(data: Buffer, request: FastifyRequest): Buffer {
  return wantsBase64(request) ? Buffer.from(data.toString('latin1'), 'base64') : data;
}

function tooBig(): ApiError {
  return new ApiError('tooBig', { max_size: MAX_FILE_BYTES });
}
