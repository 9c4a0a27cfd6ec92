/**
 * How speedProbe.ts runs the engine:
 *
 * - `alone`: one analysis after the other.
 * - `rested`: before each analysis a rest and one run of the bare decoder; also counts processor time.
 * - `queue`: one analysis immediately after the other, then the bare decoder as often.
 * - `memory`: the memory is watched, which slows the analyses down.
 * - `together`: all analyses at once on `WORKERS` workers, after one to warm up each; together they are one time. The memory
 *   is watched, less often.
 * - `photo`: sharp decodes instead of ffmpeg.
 */
export type Mode = 'alone' | 'rested' | 'queue' | 'memory' | 'together' | 'photo';

/** Workers of the engine in mode `together`. */
export const WORKERS = 2;

/** What speedProbe.ts prints, as JSON. */
export interface Probe {
  /** Milliseconds of each analysis, the first one cold. */
  times: number[];
  /** Milliseconds of decoding alone, in the modes that time it. */
  decode: number[];
  /** MB, this process and its children, in the modes that watch it; otherwise 0. */
  peak: number;
  /** Processor time of warm analyses over that of decoding alone, in mode `rested`; otherwise 0. */
  work: number;
}
