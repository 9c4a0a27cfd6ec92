import type { Container } from '../sniff';

/** One sample every so many milliseconds of film for its first `STEADY_MS`… */
export const SAMPLE_MS = 166;
/** …and then ever fewer, so that a long film costs not much more than a short one. */
export const STEADY_MS = 20_000;

/**
 * A program that decodes a film in a process of its own and speaks the same way on two pipes:
 *
 * - standard output: the sampled frames as yuv4mpeg (4:2:0, 8 bits, BT.601, full range, upright, full size);
 * - file descriptor 3: lines of text, `frame:<index> pts:<ticks> pts_time:<seconds>` and then `seen=1` for each
 *   frame of the film, the same line and then `pick=1` once more for each frame that goes to standard output.
 */
export interface Decoder {
  name: 'ffmpeg' | 'node-av';
  command: string;
  /** Arguments that make it decode `path`. */
  args(path: string, container: Container): string[];
}

/**
 * The filters both decoders run, in FFmpeg's notation.
 *
 * @param rotate Filters that put the frame upright, for decoders that do not do that themselves.
 * @param report Where the lines about frames go.
 */
export function filters(report: string, rotate: string[] = []): string {
  const step = `max(${SAMPLE_MS / 1000}\\,t*${SAMPLE_MS / STEADY_MS})`;
  // Half a millisecond of mercy: times are rounded to the ticks of the film.
  const due = `select='isnan(prev_selected_t)+gte(t-prev_selected_t+0.0005\\,${step})'`;
  const tell = (key: string): string[] => [
    `metadata=mode=add:key=${key}:value=1`,
    `metadata=mode=print:key=${key}:file=${report}:direct=1`,
  ];
  return [
    ...tell('seen'),
    due,
    ...tell('pick'),
    ...rotate,
    // The matrix and range written in the film are respected; without them FFmpeg means BT.601, limited.
    'scale=out_color_matrix=bt601:out_range=full:flags=bicubic+accurate_rnd+full_chroma_int',
    'format=yuvj420p',
    // Steady times, so that no frame is doubled or dropped on the way out.
    'settb=1/25',
    'setpts=N',
  ].join(',');
}
