import { pipeline, Transform, type TransformCallback } from 'node:stream';
import { systemCode } from '../errors/errorFromNetwork';
import { ozError } from '../errors/errorMessages';
import { OzError } from '../errors/ozError';

/**
 * The bytes of a stream that somebody else made, as many as were announced: of more, the server would take the rest for
 * another request on the same connection, and for fewer it would wait in vain. Whatever else goes wrong with the stream
 * is an error of the media, not of the network.
 */
export class ExactStream extends Transform {
  #left: number;

  readonly #size: number;
  readonly #file: string;

  /** @param file what an error may call it */
  constructor(size: number, file: string) {
    // A stream of objects is refused when its first one comes.
    super({ writableObjectMode: true });
    this.#left = size;
    this.#size = size;
    this.#file = file;
  }

  /** @throws OZ_MEDIA when `source` is no stream */
  static of(source: NodeJS.ReadableStream, size: number, file: string): ExactStream {
    const stream = new ExactStream(size, file);
    try {
      // The error ends the stream itself, whose reader hears of it.
      pipeline(source, stream, () => {});
    } catch (error) {
      throw stream.#broken(error);
    }
    return stream;
  }

  override _transform(chunk: unknown, encoding: BufferEncoding, callback: TransformCallback): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      callback(Object.assign(new TypeError(), { code: 'ERR_INVALID_ARG_TYPE' }));
      return;
    }
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    this.#left -= bytes.length;
    if (this.#left < 0) callback(this.#otherSize());
    else callback(null, bytes);
  }

  override _flush(callback: TransformCallback): void {
    callback(this.#left === 0 ? null : this.#otherSize());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    super._destroy(error, () => callback(error && this.#broken(error)));
  }

  #otherSize(): OzError {
    return ozError('mediaStreamSize', { file: this.#file, size: this.#size });
  }

  #broken(error: unknown): OzError {
    if (error instanceof OzError) return error;
    const system = systemCode(error) ?? 'unknown';
    return ozError('mediaStreamBroken', { file: this.#file, system }, { system });
  }
}
