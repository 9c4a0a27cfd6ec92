import { open, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../types';
import { segmentOf } from './matroska';
import type { Container } from './mediaTypes';

/** Boxes looked at in an MP4 before the rest is believed. */
const MAX_BOXES = 10_000;
/** Boxes that a video is made of (ISO/IEC 14496-12, QuickTime); text that was appended may look like any other. */
const BOXES =
  /^(ftyp|moov|mdat|moof|mfra|free|skip|wide|uuid|meta|styp|sidx|ssix|emsg|prft|pdin|pnot|udta|junk)$/;

/**
 * Refuses a video whose end is missing, as aborted uploads leave it: decoders would show its beginning without a
 * warning.
 *
 * @throws EngineError `damaged`.
 */
export async function checkComplete(path: string, container: Container): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const end = (await END_OF[container]?.(file, size)) ?? size;
    if (end > size) {
      throw new EngineError(
        'damaged',
        `The video is incomplete: ${Math.ceil(end)} bytes were begun and ${size} are there. Send it again.`,
      );
    }
  } finally {
    await file.close();
  }
}

/** Containers that tell where they end. */
const END_OF: Partial<Record<Container, (file: FileHandle, size: number) => Promise<number>>> = {
  mov: endOfBoxes,
  matroska: endOfSegment,
  avi: endOfRiff,
};

/** Where the first chunk of an AVI ends; players go by it, even where more follows. */
async function endOfRiff(file: FileHandle, size: number): Promise<number> {
  const head = await read(file, 0, 12);
  const length = head.readUInt32LE(4);
  // Zero, or the maximum, from recorders that did not know the length.
  return length === 0 || length >= 0xffff_fff0 ? size : 8 + length;
}

/**
 * Where the boxes of an MP4 or MOV end (ISO/IEC 14496-12, 4.2), or the file's end when one says "to the end".
 *
 * @throws EngineError `damaged` when all is there but the table of contents: a recording that broke off, or one part of a
 *   stream without its beginning.
 */
async function endOfBoxes(file: FileHandle, size: number): Promise<number> {
  let at = 0;
  let contents = false;
  for (let box = 0; box < MAX_BOXES && at + 8 <= size; box++) {
    const head = await read(file, at, 16);
    const short = head.readUInt32BE(0);
    const name = head.toString('latin1', 4, 8);
    // Not a box: something was appended to a video that is complete.
    if (!/^[\w ©-]{4}$/.test(name)) break;
    contents ||= name === 'moov';
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8 || (contents && at + length > size && !BOXES.test(name))) break;
    at += length;
  }
  if (!contents && at <= size) {
    throw new EngineError(
      'damaged',
      'The video is incomplete: its beginning with the table of contents (moov) is missing. Send the whole recording.',
    );
  }
  return at;
}

/** Where the segment of a Matroska file or WebM ends (RFC 8794), or the file's end when its length is not told. */
async function endOfSegment(file: FileHandle, size: number): Promise<number> {
  const segment = await segmentOf(file);
  return segment?.length === undefined ? size : segment.start + segment.length;
}

/** Bytes of the file, zeros where it has ended. */
async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer;
}
