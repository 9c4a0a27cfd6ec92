import { availableParallelism } from 'node:os';
import type { Container } from '../mediaTypes';

/** Time between samples in the first `STEADY_MS` of a video… */
export const SAMPLE_MS = 140;
/** …and then less and less often, so that a long video costs not much more than a short one. */
const STEADY_MS = 20_000;
/** Times are rounded to the ticks of the video. */
const TOLERANCE_MS = 0.5;

/** Decoding threads: the analysis needs the other of two cores, and each thread takes 10 MB at 1080p. */
export const DECODING_THREADS = availableParallelism() > 2 ? 2 : 1;

/**
 * Whether frames that no other frame is made from are left out. They are half of what many encoders write, compressed
 * hardest, and together as expensive to decode as the others. Only in MP4 and the like, where a packet is a frame and
 * all can be counted without decoding them; a packet of WebM may hold what is never shown.
 */
export function leavesOutUnreferenced(container: Container): boolean {
  return container === 'mov';
}

/**
 * Whether time is counted from the first frame, not from where the container says that the video begins. Only the table of
 * an MP4 tells that: in a WebM or MPEG whose sound begins before the video does, decoders do not agree where it is, and AVI
 * does not tell it of videos that are not coded in the order of their showing.
 */
export function startsWithFirstFrame(container: Container): boolean {
  return container !== 'mov';
}

/** How a video is read, by what its container says. */
export interface Reading {
  /** Frames that are decoded: all, as many as the container's `leavesOutUnreferenced` says, or keyframes alone. */
  frames: 'all' | 'most' | 'keyframes';
  /** Number of its track in the file, where that is not simply the first that is no cover. */
  track?: number;
  /** The filters that put frames upright, where those that FFmpeg would choose cut corners off. */
  turn?: readonly string[];
  /** Whether all is shown, though the edit list says that nothing is. */
  whole?: true;
}

export const USUAL: Reading = { frames: 'most' };

/** What FFmpeg's `skip_frame` leaves out. */
export function skipped(container: Container, { frames }: Reading): 'nokey' | 'noref' | undefined {
  if (!countsPackets(container, { frames })) return undefined;
  return frames === 'keyframes' ? 'nokey' : 'noref';
}

/** Whether the frames of the video are counted by its packets, because not all are decoded. */
export function countsPackets(container: Container, { frames }: Reading): boolean {
  return leavesOutUnreferenced(container) && frames !== 'all';
}

/**
 * A program that decodes a video in its own process, which it opens when its standard input ends, and speaks the same
 * way on three pipes:
 *
 * - standard output: the sampled frames one after the other, upright, deinterlaced, with square pixels and otherwise at
 *   their own size: planes of luma and chroma (4:2:0) of 8 bits a sample, or of 10 in two bytes where the video has more;
 * - file descriptor 3: lines of text, `frame:<index> pts:<ticks> pts_time:<seconds>` and then `pick=1` for each frame
 *   that goes to standard output. For each frame of the video the same with `seen=1`; or, where not all are decoded,
 *   `#tb 0: <seconds of a tick, as a fraction>` and then `0, <ticks>, <ticks of its showing>, …` for each packet, as
 *   FFmpeg's `framecrc` writes them;
 * - standard error: for each frame that goes to standard output, before it, two lines in FFmpeg's names, as its `showinfo`
 *   writes them: `fmt:<pixel format> … s:<width>x<height>` and
 *   `color_range:<range> color_space:<matrix> color_primaries:<primaries> color_trc:<transfer>`; and its complaints. Of
 *   frames that were red, green and blue before, either the matrix is `gbr`, or a line like the first one that a filter
 *   called `source` wrote has said so.
 */
export interface Decoder {
  name: 'ffmpeg' | 'node-av';
  command: string;
  /** Arguments that make it decode `path`. */
  args: (path: string, container: Container, reading?: Reading) => string[];
  /** Arguments for older programs that refuse `args`. */
  olderArgs?: (path: string, container: Container, reading?: Reading) => string[];
  /** Arguments that make it start and end at once, without an error where it can run. */
  probe: string[];
  /** What it says first then, where that tells it from other programs. */
  introduction?: string;
}

/**
 * The filters both decoders run, in FFmpeg's notation.
 *
 * @param before What comes before frames get their final shape, such as what `upright` says.
 */
export function filters(container: Container, reading: Reading, before: readonly string[] = []): string {
  // Variable 1 is when the video starts.
  const time = '(t-ld(1))';
  const start = startsWithFirstFrame(container) ? 'if(eq(n\\,0)\\,st(1\\,t));' : '';
  const step = `max(${SAMPLE_MS / 1000}\\,${time}*${SAMPLE_MS / STEADY_MS})`;
  // Variable 0 is when the next sample is due, see `Sampling`.
  const next = `max(ld(0)\\,${time}-${SAMPLE_MS / 2000})+${step}`;
  const take = `if(gte(${time}+${TOLERANCE_MS / 1000}\\,ld(0))\\,st(0\\,${next});1\\,0)`;
  const due = `select='${start}${take}'`;
  const tell = (key: string): string[] => [
    `metadata=mode=add:key=${key}:value=1`,
    `metadata=mode=print:key=${key}:file=pipe\\\\:3:direct=1`,
  ];
  return [
    ...(countsPackets(container, reading) ? [] : tell('seen')),
    // Before frames are dropped, because it uses the frames before and after. Others pass unchanged.
    'yadif=deint=interlaced',
    due,
    ...tell('pick'),
    ...before,
    // The side that is too short is stretched, so that nothing is lost. Beyond four times it is an attack, not a
    // video.
    "scale=w='if(gt(sar\\,1)\\,2*round(iw*min(sar\\,4)/2)\\,iw)':h='if(lt(sar\\,1)\\,2*round(ih/max(sar\\,0.25)/2)\\,ih)'",
    // Most videos have these already: nothing is converted, which would take as long as finding the face.
    'format=yuv420p|yuvj420p|yuv420p10le',
  ].join(',');
}

/**
 * Says which frames are samples. The filters do the same, but start again where a video changes the shape of its
 * frames. A late frame does not delay the next one, unless frames are further apart than samples.
 */
export class Sampling {
  #dueMs = 0;

  /** Whether the frame shown at this time is a sample; frames come in order. */
  takes(timeMs: number): boolean {
    if (timeMs + TOLERANCE_MS < this.#dueMs) return false;
    const stepMs = Math.max(SAMPLE_MS, (timeMs * SAMPLE_MS) / STEADY_MS);
    this.#dueMs = Math.max(this.#dueMs, timeMs - SAMPLE_MS / 2) + stepMs;
    return true;
  }
}

/**
 * The filters that put a frame upright, from the display matrix of a video: nine numbers of which the first two of
 * the first two rows say where the video's axes point (ISO/IEC 14496-12, track header).
 */
export function upright(matrix: Buffer | null): string[] {
  if (!matrix || matrix.length < 36) return [];
  // [a b; c d]: a step to the right becomes (a, b), a step down becomes (c, d).
  return turnOf([0, 4, 12, 16].map((at) => matrix.readInt32LE(at)));
}

/** The filters for axes as `upright` explains them; anything between two quarter turns becomes the nearer one. */
export function turnOf(axes: readonly number[]): string[] {
  // It may scale, too, which players do not do.
  const [a = 0, b = 0, c = 0, d = 0] = axes;
  if (Math.abs(b) + Math.abs(c) > Math.abs(a) + Math.abs(d)) {
    const turns: Record<string, string> = { '1,-1': 'clock', '-1,1': 'cclock', '1,1': 'cclock_flip' };
    return [`transpose=${turns[`${Math.sign(b)},${Math.sign(c)}`] ?? 'clock_flip'}`];
  }
  return [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])];
}
