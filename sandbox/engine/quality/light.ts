import type { FacePatch } from './patch';

/** Levels that are counted for one of luma. */
export const LEVELS_PER_LUMA = 2;
const LEVELS = 256 * LEVELS_PER_LUMA;

/** How light and dark the pixels of a face are, wherever they lie. */
export interface Light {
  /** Pixels of each level, of the left half and of the right half as seen. */
  left: Uint32Array;
  right: Uint32Array;
  total: number;
  /** Luma, and its standard deviation; 0 without any pixels. */
  mean: number;
  deviation: number;
}

/** Counts in one go what several measures need. */
export function lightOf({ luma, mask, width }: FacePatch): Light {
  const counts = new Uint32Array(2 * LEVELS);
  let sum = 0;
  let squares = 0;
  let total = 0;
  for (let at = 0; at < luma.length;) {
    // One half of a row after the other.
    for (let side = 0; side < counts.length; side += LEVELS) {
      for (const end = at + (width >> 1); at < end; at++) {
        if (mask[at] === 0) continue;
        const value = luma[at] ?? 0;
        const level = (side + value * LEVELS_PER_LUMA) | 0;
        counts[level] = (counts[level] ?? 0) + 1;
        sum += value;
        squares += value * value;
        total++;
      }
    }
  }
  const mean = sum / Math.max(1, total);
  const deviation = Math.sqrt(Math.max(0, squares / Math.max(1, total) - mean ** 2));
  return { left: counts.subarray(0, LEVELS), right: counts.subarray(LEVELS), total, mean, deviation };
}
