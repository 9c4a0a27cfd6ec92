import { open, type FileHandle } from 'node:fs/promises';
import type { Reading } from './decoder/decoder';
import { codecOf, type VideoContents } from './videoContents';
import { placesOfSamples } from './samplePlaces';

/** A video longer than this is long: only its keyframes are decoded, where there are enough. Milliseconds. */
const LONG_VIDEO_MS = 30_000;
/** Keyframes further apart than this on average are too few. Milliseconds. */
const MAX_KEYFRAME_GAP_MS = 2000;
/** Keyframes that are looked at, to see that they stand alone. */
const LOOKED_AT = 20;

/**
 * Which frames of an MP4 or MOV are decoded, by its table of contents (ISO/IEC 14496-12, 8.6.2). Keyframes alone are enough
 * samples of a long video: phones write one a second, and of a long video not many more frames are looked at.
 */
export async function framesToDecode(path: string, contents: VideoContents): Promise<Reading['frames']> {
  // Packets of several parts are no longer in the order of their showing, and cannot be counted.
  if (contents.edits.length > 1) return 'all';
  const codec = codecOf(contents);
  // Some of its decoders leave out what they are told to, and some do not.
  if (codec === 'av01') return 'all';
  const [table] = contents.inSampleTable('stss');
  if (!table || table.length < 8 || contents.durationMs <= LONG_VIDEO_MS) return 'most';
  if (contents.durationMs / table.readUInt32BE(4) > MAX_KEYFRAME_GAP_MS) return 'most';
  return /^avc\d/.test(codec ?? '') && !(await keyframesStandAlone(path, contents, table))
    ? 'most'
    : 'keyframes';
}

/**
 * Whether the keyframes of an H.264 video can be decoded one after the other. Only those can that nothing behind refers
 * across (IDR): of others, as cameras and broadcasters write them, the decoder shows hardly one.
 */
async function keyframesStandAlone(path: string, contents: VideoContents, table: Buffer): Promise<boolean> {
  const file = await open(path);
  try {
    const numbers = Array.from({ length: (table.length - 8) >> 2 }, (_, at) =>
      table.readUInt32BE(8 + at * 4),
    );
    const every = Math.ceil(numbers.length / LOOKED_AT);
    for (const at of placesOfSamples(
      contents,
      numbers.filter((_, index) => index % every === 0),
    )) {
      if (!(await isIdr(file, at))) return false;
    }
    return true;
  } catch {
    // What the tables say is nonsense.
    return false;
  } finally {
    await file.close();
  }
}

/** NAL units that come before a picture, such as headers and remarks (ITU-T H.264, 7.4.1). */
const MAX_UNITS_BEFORE = 20;

/** Whether the picture that begins here is an IDR picture. */
async function isIdr(file: FileHandle, sample: number): Promise<boolean> {
  for (let at = sample, unit = 0; unit < MAX_UNITS_BEFORE; unit++) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(5), 0, 5, at);
    if (bytesRead < 5) return false;
    const type = buffer.readUInt8(4) & 31;
    if (type >= 1 && type <= 5) return type === 5;
    at += 4 + buffer.readUInt32BE(0);
  }
  return false;
}
