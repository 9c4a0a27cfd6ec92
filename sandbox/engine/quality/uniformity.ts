import { clamp01, quantile } from './curves';
import type { FacePatch } from './patch';

const BINS = 32;
/** Less is uneven even where the video has nothing better. */
const MIN_EVEN = 0.3;

/** How alike the light on both halves of the face is: the common part of their luma histograms, 0..1. */
export function measureUniformity({ luma, mask, width }: FacePatch): number {
  const left = new Float64Array(BINS);
  const right = new Float64Array(BINS);
  const total = { left: 0, right: 0 };
  for (let at = 0; at < luma.length; at++) {
    if (mask[at] === 0) continue;
    const bin = Math.min(BINS - 1, Math.floor((luma[at] ?? 0) / (256 / BINS)));
    if (at % width < width / 2) {
      left[bin] = (left[bin] ?? 0) + 1;
      total.left++;
    } else {
      right[bin] = (right[bin] ?? 0) + 1;
      total.right++;
    }
  }
  if (total.left === 0 || total.right === 0) return 0;
  let common = 0;
  for (let bin = 0; bin < BINS; bin++) {
    common += Math.min((left[bin] ?? 0) / total.left, (right[bin] ?? 0) / total.right);
  }
  return common;
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
