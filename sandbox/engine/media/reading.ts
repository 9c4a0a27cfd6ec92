import { turnOf, USUAL, type Reading } from './decoder/decoder';
import type { ToldColours } from './decoder/frameShapes';
import { framesToDecode } from './framesToDecode';
import { matroskaVideo } from './matroska';
import type { Container } from './mediaTypes';
import { inSampleEntry, videoContents, type VideoContents } from './videoContents';

/** What the container of a video says before it is opened. */
export interface Told {
  reading: Reading;
  /** Where it tells colours; encoders need not repeat them in the frames. */
  colours?: ToldColours | undefined;
}

/** Reads what the container of a video says about how to read it. */
export async function toldBy(path: string, container: Container): Promise<Told> {
  if (container === 'matroska') {
    const video = await matroskaVideo(path);
    return { reading: USUAL, colours: video?.colours && namesOf(video.colours) };
  }
  const contents = container === 'mov' ? await videoContents(path) : undefined;
  if (!contents) return { reading: USUAL };
  const frames = await framesToDecode(path, contents);
  const { track, axes, edits } = contents;
  return {
    reading: {
      frames,
      ...(track !== undefined && { track }),
      ...(isOdd(axes) && { turn: turnOf(axes) }),
      // Written before the length was known, and not corrected.
      ...(edits.length > 0 && edits.every((length) => length === 0) && { whole: true }),
    },
    colours: coloursIn(contents),
  };
}

/** How far an axis of a quarter turn may be off. */
const TOLERANCE = 0.001;

/** Whether axes are those of no quarter turn, as after turning a video by hand. */
function isOdd([a = 0, b = 0, c = 0, d = 0]: readonly number[]): boolean {
  const largest = Math.max(...[a, b, c, d].map(Math.abs));
  const off = Math.min(Math.max(Math.abs(b), Math.abs(c)), Math.max(Math.abs(a), Math.abs(d)));
  return off > TOLERANCE * largest;
}

function coloursIn(contents: VideoContents): ToldColours | undefined {
  const box = inSampleEntry(contents, 'colr').find((one) => /^ncl[xc]/.test(one.toString('latin1', 0, 4)));
  if (!box || box.length < 10) return undefined;
  return namesOf({
    primaries: box.readUInt16BE(4),
    transfer: box.readUInt16BE(6),
    matrix: box.readUInt16BE(8),
  });
}

/** FFmpeg's names of the numbers of ITU-T H.273 that make a difference here. */
const PRIMARIES: Readonly<Record<number, string>> = {
  2: 'unknown',
  9: 'bt2020',
  11: 'smpte431',
  12: 'smpte432',
};
const TRANSFERS: Readonly<Record<number, string>> = { 2: 'unknown', 16: 'smpte2084', 18: 'arib-std-b67' };
const MATRICES: Readonly<Record<number, string>> = {
  1: 'bt709',
  2: 'unknown',
  7: 'smpte240m',
  9: 'bt2020nc',
  10: 'bt2020c',
};

function namesOf({ primaries, transfer, matrix }: Record<keyof ToldColours, number>): ToldColours {
  return {
    primaries: PRIMARIES[primaries] ?? 'other',
    transfer: TRANSFERS[transfer] ?? 'other',
    matrix: MATRICES[matrix] ?? 'other',
  };
}
