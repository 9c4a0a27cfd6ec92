import { open, type FileHandle } from 'node:fs/promises';

/** A film longer than this is long: only its keyframes are decoded, where there are enough. Milliseconds. */
const LONG_FILM_MS = 30_000;
/** Keyframes further apart than this on average are too few. Milliseconds. */
const MAX_KEYFRAME_GAP_MS = 2000;
/** A table of contents larger than this is not looked into. Bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BOXES = 10_000;

/**
 * Whether the keyframes of an MP4 or MOV are enough samples, by its table of contents (ISO/IEC 14496-12, 8.6.2):
 * phones write one a second, and of a long film not many more frames are looked at. False where the table does not
 * tell.
 */
export async function keyframesSuffice(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const contents = await moovOf(file);
    if (!contents) return false;
    for (const track of boxesOf(contents, 'trak')) {
      const [media] = boxesOf(track, 'mdia');
      const [handler] = media ? boxesOf(media, 'hdlr') : [];
      if (!media || handler?.toString('latin1', 8, 12) !== 'vide') continue;
      const durationMs = durationOf(boxesOf(media, 'mdhd')[0]);
      const inside = (boxes: Buffer[], name: string): Buffer[] => boxes.flatMap((box) => boxesOf(box, name));
      const [table] = inside(inside(inside([media], 'minf'), 'stbl'), 'stss');
      return (
        table !== undefined &&
        durationMs > LONG_FILM_MS &&
        durationMs / table.readUInt32BE(4) <= MAX_KEYFRAME_GAP_MS
      );
    }
    return false;
  } catch {
    // A table that is cut off or nonsense says nothing; the decoder will say whether the film is damaged.
    return false;
  } finally {
    await file.close();
  }
}

function durationOf(header: Buffer | undefined): number {
  if (!header) return 0;
  const long = header.readUInt8(0) === 1;
  const ticks = long ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16);
  return (ticks * 1000) / header.readUInt32BE(long ? 20 : 12);
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
