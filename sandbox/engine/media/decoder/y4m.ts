/** Reads exact amounts of bytes from a stream, however it is cut into chunks. */
export class ByteReader {
  private chunk: Buffer = Buffer.alloc(0);
  private at = 0;

  /** @param chunks Each is read before the next one is asked for. */
  constructor(private readonly chunks: AsyncIterator<Buffer>) {}

  /** Fills `target`; false when the stream ended before its first byte. @throws Error when it ended later. */
  async fill(target: Uint8Array): Promise<boolean> {
    let filled = 0;
    while (filled < target.length) {
      if (!(await this.more())) {
        if (filled === 0) return false;
        throw new Error('The stream ended inside of a frame.');
      }
      const part = this.chunk.subarray(this.at, this.at + target.length - filled);
      target.set(part, filled);
      filled += part.length;
      this.at += part.length;
    }
    return true;
  }

  /** The next line without its end, at most `limit` bytes; undefined at the end of the stream. */
  async line(limit: number): Promise<string | undefined> {
    let text = '';
    while (await this.more()) {
      const end = this.chunk.indexOf(10, this.at);
      text += this.chunk.toString('latin1', this.at, end < 0 ? undefined : end);
      this.at = end < 0 ? this.chunk.length : end + 1;
      if (text.length > limit) throw new Error('A line of the stream is too long.');
      if (end >= 0) return text;
    }
    return text === '' ? undefined : text;
  }

  private async more(): Promise<boolean> {
    while (this.at >= this.chunk.length) {
      const next = await this.chunks.next();
      if (next.done === true) return false;
      this.chunk = next.value;
      this.at = 0;
    }
    return true;
  }
}

/** Width and height from the first line of a yuv4mpeg stream (`YUV4MPEG2 W1280 H720 F25:1 C420jpeg …`). */
export function y4mSize(header: string): { width: number; height: number } {
  const fields = header.split(' ');
  const number = (letter: string): number =>
    Number(fields.find((field) => field.startsWith(letter))?.slice(1));
  const [width, height] = [number('W'), number('H')];
  const colour = fields.find((field) => field.startsWith('C'));
  if (fields[0] !== 'YUV4MPEG2' || !(width > 0) || !(height > 0) || colour?.startsWith('C420') !== true) {
    throw new Error('The decoder does not write 4:2:0 yuv4mpeg.');
  }
  return { width, height };
}
