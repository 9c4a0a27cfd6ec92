import { clamp01, quantile } from './curves';
import type { Light } from './light';

const BINS = 32;
/** Less is uneven even where the video has nothing better. */
const MIN_EVEN = 0.3;

/** How alike the light on both halves of the face is: the common part of their luma histograms, 0..1. */
export function measureUniformity({ left, right }: Light): number {
  const [here, there] = [shares(left), shares(right)];
  return here.reduce((common, share, bin) => common + Math.min(share, there[bin] ?? 0), 0);
}

/** Shares of the pixels in each of `BINS` ranges of luma. */
function shares(counts: Uint32Array): number[] {
  const levels = counts.length / BINS;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Array.from(
    { length: BINS },
    (_, bin) =>
      counts.subarray(bin * levels, (bin + 1) * levels).reduce((sum, count) => sum + count, 0) /
      Math.max(1, total),
  );
}

/**
 * Evenness of the light against the most even of the video. ISO/IEC 29794-5 illumination uniformity: OFIQ's measure
 * (the intersection of the histograms of both halves); its power of 0.3 is a little too flat to tell frames apart.
 */
export function uniformity(common: number, best: number): number {
  return clamp01(common / Math.max(best, MIN_EVEN)) ** 0.5;
}

/** The most even frame of a video; the 90th percentile. */
export function mostEven(all: number[]): number {
  return quantile(all, 0.9);
}
