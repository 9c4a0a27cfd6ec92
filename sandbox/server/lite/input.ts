import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import busboy from 'busboy';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors';
import { parseForm, readLimited } from '../upload/body';
import { MAX_FILE_BYTES } from '../upload/limits';
import { LiteError } from './errors';
import type { LiteProcessor } from './errors';

/** A part of a form: its bytes, decoded where the request says that they are base64. */
interface Part {
  mimeType: string;
  data: Buffer;
}

export const IMAGE_TYPES: readonly string[] = ['image/jpeg', 'image/png'];

/** Base64 in and out, from API Lite 1.1.0 (docs/oz-api.md 5.6). */
export function wantsBase64(request: FastifyRequest): boolean {
  return request.headers['content-transfer-encoding']?.toString().toLowerCase() === 'base64';
}

/** The one image of a request. Throws LiteError, and ApiError when it is too big. */
export async function imageOf(request: FastifyRequest, processor: LiteProcessor): Promise<Buffer> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (!IMAGE_TYPES.includes(type.trim().toLowerCase()) || !(request.body instanceof Readable)) {
    throw new LiteError(processor, '002001');
  }
  const data = decoded(await readLimited(request.body, MAX_FILE_BYTES), request);
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
    // One byte more than allowed shows that there was more.
    const limits = { files: 4, fields: 4, fileSize: MAX_FILE_BYTES + 1, fieldSize: MAX_FILE_BYTES + 1 };
    // Without a file name a part comes as a text; in this character set each of its characters is a byte.
    const parser = busboy({ headers, limits, defCharset: 'latin1' });
    parser.on('file', (name, stream, { mimeType }) => {
      const done = buffer(stream).then((data) => void parts.set(name, { mimeType, data }));
      // Awaited below; an error before that must not count as unhandled.
      done.catch(() => undefined);
      reading.push(done);
    });
    parser.on('field', (name, value, { mimeType }) => {
      parts.set(name, { mimeType, data: Buffer.from(value, 'latin1') });
    });
    await parseForm(body, parser);
    await Promise.all(reading);
  } catch {
    throw new LiteError(processor, '002003');
  }
  if ([...parts.values()].some(({ data }) => data.length > MAX_FILE_BYTES)) throw tooBig();
  for (const part of parts.values()) part.data = decoded(part.data, request);
  return parts;
}

function decoded(data: Buffer, request: FastifyRequest): Buffer {
  return wantsBase64(request) ? Buffer.from(data.toString('latin1'), 'base64') : data;
}

function tooBig(): ApiError {
  return new ApiError('tooBig', { max_size: MAX_FILE_BYTES });
}
