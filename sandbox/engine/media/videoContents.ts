import { open, type FileHandle } from 'node:fs/promises';

/** A table of contents larger than this is not looked into. Bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_BOXES = 10_000;

/** What the table of contents of an MP4 or MOV says about its video. */
export interface VideoContents {
  durationMs: number;
  /** The number of its track, where tracks come before it that a decoder may take for the video. */
  track: number | undefined;
  /** Where a step to the right and a step down lead, `[a, b, c, d]`, as the file and the track say together. */
  axes: readonly number[];
  /** Parts that are shown, one after the other, each so long in units of the file; none where all is shown. */
  edits: readonly number[];
  /** The contents of the boxes of this name in the sample table (ISO/IEC 14496-12, 8.5). */
  inSampleTable: (name: string) => Buffer[];
}

/**
 * Reads the table of contents of an MP4 or MOV, as far as it is about its video track: as in players, the first one that is
 * enabled. Depth, gain maps and stills are in tracks of other kinds, or in disabled ones. Undefined where there is none, or
 * it makes no sense: the decoder will say whether the video is damaged.
 */
export async function videoContents(path: string): Promise<VideoContents | undefined> {
  const file = await open(path);
  try {
    const contents = await moovOf(file);
    const tracks = contents ? boxesOf(contents, 'trak') : [];
    const videos = tracks.filter((one) => kindOf(one) === 'vide');
    const track = videos.find(isEnabled) ?? videos[0];
    if (!contents || !track) return undefined;
    const before = tracks.slice(0, tracks.indexOf(track)).filter((one) => kindOf(one) !== 'soun');
    return {
      durationMs: durationOf(inside([track], 'mdia', 'mdhd')[0]),
      track: before.length > 0 ? numberOf(track) : undefined,
      axes: product(axesIn(boxesOf(track, 'tkhd')[0], 40), axesIn(boxesOf(contents, 'mvhd')[0], 36)),
      edits: editsOf(inside([track], 'edts', 'elst')[0]),
      inSampleTable: (name) => inside([track], 'mdia', 'minf', 'stbl', name),
    };
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

function kindOf(track: Buffer): string | undefined {
  return inside([track], 'mdia', 'hdlr')[0]?.toString('latin1', 8, 12);
}

function isEnabled(track: Buffer): boolean {
  return ((boxesOf(track, 'tkhd')[0]?.readUInt8(3) ?? 0) & 1) === 1;
}

function numberOf(track: Buffer): number | undefined {
  const [header] = boxesOf(track, 'tkhd');
  return header?.readUInt32BE(isLong(header) ? 20 : 12);
}

/** Whether times in a header take eight bytes each. */
function isLong(header: Buffer): boolean {
  return header.readUInt8(0) === 1;
}

/** The first four numbers of a matrix that are about direction. `at`: where the matrix is where times take four bytes. */
function axesIn(header: Buffer | undefined, at: number): [number, number, number, number] {
  if (!header) return [1, 0, 0, 1];
  const from = isLong(header) ? at + 12 : at;
  const [a, b, c, d] = [0, 4, 12, 16].map((number) => header.readInt32BE(from + number) / 0x10000);
  return [a ?? 1, b ?? 0, c ?? 0, d ?? 1];
}

function product(
  [a, b, c, d]: [number, number, number, number],
  [e, f, g, h]: [number, number, number, number],
): number[] {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

/** Lengths of the parts of an edit list that show something (ISO/IEC 14496-12, 8.6.6). */
function editsOf(list: Buffer | undefined): number[] {
  if (!list) return [];
  const long = isLong(list);
  const size = long ? 20 : 12;
  return Array.from({ length: list.readUInt32BE(4) }, (_, index) => {
    const at = 8 + index * size;
    const empty = long ? list.readBigInt64BE(at + 8) === -1n : list.readInt32BE(at + 4) === -1;
    return empty ? undefined : long ? Number(list.readBigUInt64BE(at)) : list.readUInt32BE(at);
  }).filter((length) => length !== undefined);
}

/** The name of the sample entry of a video, which tells its codec (ISO/IEC 14496-12, 8.5.2). */
export function codecOf({ inSampleTable }: VideoContents): string | undefined {
  // After version, flags and the number of entries: the first one's length and name.
  return inSampleTable('stsd')[0]?.toString('latin1', 12, 16);
}

/** Bytes of a sample entry before its boxes (ISO/IEC 14496-12, 12.1.3), with those of the table that it is in. */
const ENTRY_BYTES = 8 + 8 + 78;

/** The contents of the boxes of this name that say more about how a video is packed. */
export function inSampleEntry({ inSampleTable }: VideoContents, name: string): Buffer[] {
  const [table] = inSampleTable('stsd');
  if (!table || table.length < ENTRY_BYTES) return [];
  return boxesOf(table.subarray(ENTRY_BYTES, 8 + table.readUInt32BE(8)), name);
}

function durationOf(header: Buffer | undefined): number {
  if (!header) return 0;
  const long = isLong(header);
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
