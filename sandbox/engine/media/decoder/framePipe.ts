import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pipe for a child process to write frames into. */
export interface FramePipe {
  /** The child's end, for its `stdio`; to be destroyed here once the child has it. */
  theirs: Socket;
  /** What was written, in order. A chunk is only good until the next one is asked for. */
  chunks: AsyncIterableIterator<Buffer>;
  /** Releases it; the chunks end. May be called again. */
  destroy(): void;
}

const CHUNK_BYTES = 256 * 1024;
/** What is longer in the path of a socket is cut off without a word: all pipes would have the same one. */
const MAX_PATH_BYTES = 100;

/**
 * Opens a pipe whose bytes all come through the same piece of memory. The pipes that Node.js creates for a child
 * allocate new memory for every 64 kB, which adds up to tens of megabytes per video before it is collected.
 */
export async function openFramePipe(): Promise<FramePipe> {
  const server = createServer({ pauseOnConnect: true });
  const path = freePath();
  server.listen(path);
  await once(server, 'listening');
  const connection = once(server, 'connection');
  const reader = new PipeReader(path);
  const theirs: unknown = (await connection)[0];
  server.close();
  if (!(theirs instanceof Socket)) throw new Error('The pipe for the decoder could not be opened.');
  return { theirs, chunks: reader.chunks(), destroy: () => reader.destroy() };
}

function freePath(): string {
  const name = `oz-${randomBytes(8).toString('hex')}`;
  const path = join(tmpdir(), name);
  return Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : join('/tmp', name);
}

class PipeReader {
  readonly #socket: Socket;
  #chunk: Buffer | undefined;
  #over = false;
  #wake: () => void = () => {};

  constructor(path: string) {
    this.#socket = connect({
      path,
      onread: {
        buffer: Buffer.allocUnsafe(CHUNK_BYTES),
        callback: (length, memory) => {
          this.#chunk = Buffer.from(memory.buffer, memory.byteOffset, length);
          this.#wake();
          // Nothing more is read into this memory before it is asked for.
          return false;
        },
      },
    });
    // An error is an early end: the child's own exit tells why.
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => {
      this.#over = true;
      this.#wake();
    });
  }

  async *chunks(): AsyncIterableIterator<Buffer> {
    for (;;) {
      while (!this.#chunk && !this.#over) await new Promise<void>((resolve) => (this.#wake = resolve));
      if (!this.#chunk) return;
      const chunk = this.#chunk;
      this.#chunk = undefined;
      yield chunk;
      this.#socket.resume();
    }
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
