import { open, type FileHandle } from 'node:fs/promises';

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
/** What a track is made of, from the outside to the inside (RFC 9559, 5.1.4). */
const TRACK = 0xae;
const TRACK_TYPE = 0x83;
const CODEC = 0x86;
const ENCODINGS = 0x6d80;
const ENCODING = 0x6240;
const ENCRYPTION = 0x5035;
const PICTURE = 0xe0;
const COLOUR = 0x55b0;
const MATRIX = 0x55b1;
const TRANSFER = 0x55ba;
const PRIMARIES = 0x55bb;
const ADDITION = 0x41e4;
const ADDITION_TYPE = 0x41e7;
const ADDITION_DATA = 0x41ed;
const VIDEO = 1;
/** A colour property that is not told (ITU-T H.273). */
const UNSPECIFIED = 2;
/** An element's id and length take so many bytes at most. */
const HEAD_BYTES = 12;
/** Elements before the table of tracks that are passed over, and bytes of that table that are read. */
const MAX_ELEMENTS = 1000;
const MAX_BYTES = 1024 * 1024;

interface Element {
  id: number;
  /** Where its content starts. */
  start: number;
  /** Of its content; undefined where it goes on to the end. */
  length: number | undefined;
}

/** What the table of tracks of a Matroska file or WebM says about its video track. */
export interface MatroskaVideo {
  codec: string;
  encrypted: boolean;
  /** Numbers of ITU-T H.273. */
  colours: { primaries: number; transfer: number; matrix: number } | undefined;
  /** What is said beyond the codec, by the name that it would have in an MP4 (RFC 9559, 5.1.4.1.17). */
  additions: { name: string; data: Buffer }[];
}

/** The first video track of a Matroska file or WebM; undefined where none is told of before the first frames. */
export async function matroskaVideo(path: string): Promise<MatroskaVideo | undefined> {
  const file = await open(path);
  try {
    const tracks = await tracksOf(file);
    const track = children(tracks, TRACK).find((one) => children(one, TRACK_TYPE)[0]?.at(-1) === VIDEO);
    if (!track) return undefined;
    const encodings = children(track, ENCODINGS).flatMap((one) => children(one, ENCODING));
    const [colour] = children(track, PICTURE).flatMap((one) => children(one, COLOUR));
    const number = (id: number): number => (colour && children(colour, id)[0]?.at(-1)) ?? UNSPECIFIED;
    return {
      colours: colour && {
        primaries: number(PRIMARIES),
        transfer: number(TRANSFER),
        matrix: number(MATRIX),
      },
      additions: children(track, ADDITION).map((one) => ({
        name: children(one, ADDITION_TYPE)[0]?.toString('latin1') ?? '',
        data: children(one, ADDITION_DATA)[0] ?? Buffer.alloc(0),
      })),
      codec: children(track, CODEC)[0]?.toString('latin1') ?? '',
      encrypted: encodings.some((one) => children(one, ENCRYPTION).length > 0),
    };
  } finally {
    await file.close();
  }
}

/** Where the segment of a file starts, which is all but its header (RFC 8794); undefined where there is none. */
export async function segmentOf(file: FileHandle): Promise<Element | undefined> {
  const header = await elementAt(file, 0);
  if (header?.id !== EBML || header.length === undefined) return undefined;
  const segment = await elementAt(file, header.start + header.length);
  return segment?.id === SEGMENT ? segment : undefined;
}

async function tracksOf(file: FileHandle): Promise<Buffer> {
  const segment = await segmentOf(file);
  for (let at = segment?.start, count = 0; at !== undefined && count < MAX_ELEMENTS; count++) {
    const one = await elementAt(file, at);
    if (!one || one.length === undefined || one.id === CLUSTER) break;
    if (one.id === TRACKS) {
      const length = Math.min(one.length, MAX_BYTES);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, one.start);
      return buffer.subarray(0, bytesRead);
    }
    at = one.start + one.length;
  }
  return Buffer.alloc(0);
}

async function elementAt(file: FileHandle, at: number): Promise<Element | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, at);
  const element = elementIn(buffer.subarray(0, bytesRead), 0);
  return element && { ...element, start: at + element.start };
}

/** The contents of the elements with this id in what is in another one. */
function children(content: Buffer, id: number): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < content.length;) {
    const one = elementIn(content, at);
    if (!one) break;
    const end = one.length === undefined ? content.length : one.start + one.length;
    if (one.id === id) found.push(content.subarray(one.start, end));
    at = end;
  }
  return found;
}

/** The element that begins here (RFC 8794, 4 to 6); undefined where bytes are missing or are none. */
function elementIn(bytes: Buffer, at: number): Element | undefined {
  const idWidth = widthAt(bytes, at);
  if (idWidth > 4 || at + idWidth >= bytes.length) return undefined;
  const lengthAt = at + idWidth;
  const width = widthAt(bytes, lengthAt);
  const start = lengthAt + width;
  if (width > 8 || start > bytes.length) return undefined;
  let length = BigInt(bytes.readUInt8(lengthAt) & (0xff >> width));
  for (const byte of bytes.subarray(lengthAt + 1, start)) length = (length << 8n) | BigInt(byte);
  const unknown = length === (1n << BigInt(7 * width)) - 1n;
  return { id: bytes.readUIntBE(at, idWidth), start, length: unknown ? undefined : Number(length) };
}

/** Bytes that a number takes which begins here: its first bit that is set says so. */
function widthAt(bytes: Buffer, at: number): number {
  return Math.clz32(bytes[at] ?? 0) - 23;
}
