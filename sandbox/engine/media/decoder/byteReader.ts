/** Reads exact amounts of bytes from a stream, however it is cut into chunks. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;

  /** @param chunks Each is read before the next one is asked for. */
  constructor(chunks: AsyncIterator<Buffer>) {
    this.#chunks = chunks;
  }

  /** Fills `target`; false when the stream ended before its first byte. @throws Error when it ended later. */
  async fill(target: Uint8Array): Promise<boolean> {
    let filled = 0;
    while (filled < target.length) {
      if (!(await this.#more())) {
        if (filled === 0) return false;
        throw new Error('The stream ended inside of a frame.');
      }
      const part = this.#chunk.subarray(this.#at, this.#at + target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
    return true;
  }

  async #more(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      const next = await this.#chunks.next();
      if (next.done === true) return false;
      this.#chunk = next.value;
      this.#at = 0;
    }
    return true;
  }
}
