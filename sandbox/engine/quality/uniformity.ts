import type { FacePatch } from './patch';

const BINS = 32;

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
 * Evenness of the light. ISO/IEC 29794-5 illumination uniformity, OFIQ's mapping: the intersection of the
 * histograms of both halves to the power of 0.3.
 */
export function uniformity(common: number): number {
  return common ** 0.3;
}
