import type { Readable } from 'node:stream';
import type { Busboy } from 'busboy';
import { ApiError } from '../errors';

/**
 * A whole body. The rest of one that is too big is read and dropped, so that the client gets its answer instead of a
 * broken connection.
 *
 * @throws ApiError `tooBig`.
 */
export async function readLimited(body: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBytes) chunks.push(chunk);
  }
  if (sizeBytes > maxBytes) throw new ApiError('tooBig', { max_size: maxBytes });
  return Buffer.concat(chunks);
}

/**
 * Feeds a multipart body to its parser, and settles when the parser is done. It pipes by hand: an error of the parser
 * must not destroy the request's socket before the request is answered.
 *
 * @throws Error when the form is damaged or the request ends early.
 */
export function parseForm(body: Readable, parser: Busboy): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (error: unknown): void => {
      body.unpipe(parser);
      body.resume();
      parser.destroy();
      reject(error instanceof Error ? error : new Error('The multipart body is damaged'));
    };
    parser.once('close', resolve);
    // Ending the parser makes it report the unfinished form as well: the listener has to stay.
    parser.on('error', stop);
    body.on('error', stop);
    body.once('close', () => {
      if (!body.readableEnded) stop(new Error('The request ended too early'));
    });
    body.pipe(parser);
  });
}
