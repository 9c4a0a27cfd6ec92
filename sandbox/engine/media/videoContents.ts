import { open, type FileHandle } from 'node:fs/promises';

/** A table of contents larger than this is not looked into. Bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BOXES = 10_000;

/** What the table of contents of an MP4 or MOV says about its video. */
export interface VideoContents {
  durationMs: number;
  /** The contents of the boxes of this name in the sample table (ISO/IEC 14496-12, 8.5). */
  inSampleTable: (name: string) => Buffer[];
}

/**
 * Reads the table of contents of an MP4 or MOV, as far as it is about its first video track. Undefined where there is
 * none, or it makes no sense: the decoder will say whether the video is damaged.
 */
export async function videoContents(path: string): Promise<VideoContents | undefined> {
  const file = await open(path);
  try {
    const contents = await moovOf(file);
    const media = (contents ? inside([contents], 'trak', 'mdia') : []).find(
      (one) => boxesOf(one, 'hdlr')[0]?.toString('latin1', 8, 12) === 'vide',
    );
    if (!media) return undefined;
    return {
      durationMs: durationOf(boxesOf(media, 'mdhd')[0]),
      inSampleTable: (name) => inside([media], 'minf', 'stbl', name),
    };
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** The name of the sample entry of a video, which tells its codec (ISO/IEC 14496-12, 8.5.2). */
export function codecOf({ inSampleTable }: VideoContents): string | undefined {
  // After version, flags and the number of entries: the first one's length and name.
  return inSampleTable('stsd')[0]?.toString('latin1', 12, 16);
}

function durationOf(header: Buffer | undefined): number {
  if (!header) return 0;
  const long = header.readUInt8(0) === 1;
  const ticks = long ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return (ticks * 1000) / header.readUInt32BE(long ? 20 : 12);
}

/** The contents of the boxes that are reached by these names, one inside of the other. */
function inside(boxes: Buffer[], ...names: string[]): Buffer[] {
  return names.reduce((found, name) => found.flatMap((box) => boxesOf(box, name)), boxes);
}

/** The contents of the `moov` box of a file. */
async function moovOf(file: FileHandle): Promise<Buffer | undefined> {
  const { size } = await file.stat();
  for (let at = 0, count = 0; at + 8 <= size && count < MAX_BOXES; count++) {
    const { buffer: head } = await file.read(Buffer.alloc(16), 0, 16, at);
    const short = head.readUInt32BE(0);
    const headBytes = short === 1 ? 16 : 8;
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < headBytes) return undefined;
    if (head.toString('latin1', 4, 8) === 'moov') {
      if (length > MAX_BYTES) return undefined;
      const { buffer } = await file.read(
        Buffer.alloc(length - headBytes),
        0,
        length - headBytes,
        at + headBytes,
      );
      return buffer;
    }
    at += length;
  }
  return undefined;
}

/** The contents of the boxes of one name in what is in another box. */
function boxesOf(content: Buffer, name: string): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at + 8 <= content.length;) {
    const length = content.readUInt32BE(at);
    if (length < 8) break;
    if (content.toString('latin1', at + 4, at + 8) === name)
      found.push(content.subarray(at + 8, at + length));
    at += length;
  }
  return found;
}
