import { availableParallelism } from 'node:os';
import type { Container } from '../sniff';

/** One sample every so many milliseconds of film for its first `STEADY_MS`… */
export const SAMPLE_MS = 140;
/** …and then ever fewer, so that a long film costs not much more than a short one. */
export const STEADY_MS = 20_000;

/** Threads that decode: of two cores the looks take the other one, and each thread takes 10 MB at 1080p. */
export const DECODING_THREADS = availableParallelism() > 2 ? 2 : 1;

/**
 * Whether frames that no other frame is made from are left out. They are the lesser half of what many encoders write:
 * packed hardest, and together as dear to decode as the others. Only in MP4 and its kin, where a packet is a frame and
 * all can be counted without decoding them; a packet of WebM may hold what is never shown.
 */
export function leavesOutUnreferenced(container: Container): boolean {
  return container === 'mov';
}

/**
 * A program that decodes a film in a process of its own, which it opens when its standard input ends, and speaks the same
 * way on three pipes:
 *
 * - standard output: the sampled frames as yuv4mpeg (4:2:0, 8 bits, upright, full size, in the film's own colours);
 * - file descriptor 3: lines of text, `frame:<index> pts:<ticks> pts_time:<seconds>` and then `pick=1` for each frame
 *   that goes to standard output. For each frame of the film the same with `seen=1`; or, where not all are decoded,
 *   `#tb 0: <seconds of a tick, as a fraction>` and then `0, <ticks>, <ticks of its showing>, …` for each packet, as
 *   FFmpeg's `framecrc` writes them;
 * - standard error: `color_range:<range> color_space:<matrix>`, in FFmpeg's names, before the first sampled frame,
 *   and its complaints.
 */
export interface Decoder {
  name: 'ffmpeg' | 'node-av';
  command: string;
  /** Arguments that make it decode `path`. */
  args(path: string, container: Container): string[];
}

/** What a decoder that does not turn and fit frames by itself has the filters do. */
export interface Fitting {
  /** From `upright`. */
  turn: string[];
  /** Size of the turned frames; streams may change theirs in the middle. */
  width: number;
  height: number;
}

/** The filters both decoders run, in FFmpeg's notation. */
export function filters(container: Container, fitting?: Fitting): string {
  const step = `max(${SAMPLE_MS / 1000}\\,t*${SAMPLE_MS / STEADY_MS})`;
  // Variable 0 is when the next sample is due. Half a millisecond of mercy: times are rounded to the ticks of the film.
  // A frame that comes late does not make the next one late, but for frames that are further apart than samples.
  const next = `max(ld(0)\\,t-${SAMPLE_MS / 2000})+${step}`;
  const due = `select='if(gte(t+0.0005\\,ld(0))\\,st(0\\,${next});1\\,0)'`;
  const tell = (key: string): string[] => [
    `metadata=mode=add:key=${key}:value=1`,
    `metadata=mode=print:key=${key}:file=pipe\\\\:3:direct=1`,
  ];
  return [
    ...(leavesOutUnreferenced(container) ? [] : tell('seen')),
    due,
    ...tell('pick'),
    ...(fitting?.turn ?? []),
    ...(fitting ? [`scale=w=${fitting.width}:h=${fitting.height}`] : []),
    // Most films have these already: nothing is converted, which would take as long as finding the face.
    'format=yuv420p|yuvj420p',
    // Steady times, so that no frame is doubled or dropped on the way out.
    'settb=1/25',
    'setpts=N',
  ].join(',');
}

/**
 * The filters that put a frame upright, from the display matrix of a film: nine numbers of which the first two of
 * the first two rows say where the film's axes point (ISO/IEC 14496-12, track header).
 */
export function upright(matrix: Buffer | null): string[] {
  if (!matrix || matrix.length < 36) return [];
  // [a b; c d]: a step to the right becomes (a, b), a step down becomes (c, d).
  const [a, b, c, d] = [0, 4, 12, 16].map((at) => Math.sign(Math.round(matrix.readInt32LE(at) / 0x10000)));
  if (a === 0 && d === 0) {
    const turns: Record<string, string> = { '1,-1': 'clock', '-1,1': 'cclock', '1,1': 'cclock_flip' };
    return [`transpose=${turns[`${b},${c}`] ?? 'clock_flip'}`];
  }
  return [...(a === -1 ? ['hflip'] : []), ...(d === -1 ? ['vflip'] : [])];
}
