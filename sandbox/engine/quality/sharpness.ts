import { quantile } from './curves';
import type { FacePatch } from './patch';

/** Fine over coarse gradients along four directions: 0°, 45°, 90°, 135°. */
export type Sharpness = readonly [number, number, number, number];

const DIRECTIONS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;
/** Patch pixels between which a coarse gradient is taken. */
const COARSE = 5;
/** Gradient that even a smooth, noisy face has, in luma: keeps the ratio of empty faces low. */
const FLOOR = 2;

/**
 * How much fine detail the face has for its coarse detail, along each direction. Light and contrast change both
 * alike and cancel out; blur takes only the fine part, and motion only that of its own direction.
 */
export function measureSharpness(patch: FacePatch): Sharpness {
  const smooth = blurred(patch);
  const [a, b, c, d] = DIRECTIONS.map(([dx, dy]) => {
    const fine = gradient(smooth, patch, dx, dy);
    return fine / (gradient(smooth, patch, dx * COARSE, dy * COARSE) + FLOOR);
  });
  return [a ?? 0, b ?? 0, c ?? 0, d ?? 0];
}

/** The best of each direction in a film; the 90th percentile, so that one noisy frame does not set it. */
export function sharpest(all: Sharpness[]): Sharpness {
  const best = (direction: 0 | 1 | 2 | 3): number =>
    quantile(
      all.map((one) => one[direction]),
      0.9,
    );
  return [best(0), best(1), best(2), best(3)];
}

/** Fine over coarse detail of a face that is in focus at the patch's scale. */
const IN_FOCUS = 0.3;

/**
 * How sharp the face is against the sharpest frames of the film, by its worst direction.
 * ISO/IEC 29794-5 sharpness and motion blur; OFIQ learns from Laplacians of several sizes within the face.
 */
export function sharpness(measured: Sharpness, best: Sharpness): number {
  const shares = measured.map((value, direction) => {
    const reference = Math.max(best[direction] ?? 0, IN_FOCUS / 3);
    return Math.min(1, value / reference);
  });
  return Math.min(...shares) ** 2;
}

/** 3 × 3 binomial: takes the noise of single pixels away. */
function blurred({ luma, width, height }: FacePatch): Float32Array {
  const across = new Float32Array(luma.length);
  const out = new Float32Array(luma.length);
  for (let at = 1; at < luma.length - 1; at++) {
    across[at] = ((luma[at - 1] ?? 0) + 2 * (luma[at] ?? 0) + (luma[at + 1] ?? 0)) / 4;
  }
  for (let at = width; at < width * (height - 1); at++) {
    out[at] = ((across[at - width] ?? 0) + 2 * (across[at] ?? 0) + (across[at + width] ?? 0)) / 4;
  }
  return out;
}

/** Mean absolute difference between pixels (dx, dy) apart, both well inside of the face. */
function gradient(luma: Float32Array, { mask, width, height }: FacePatch, dx: number, dy: number): number {
  let sum = 0;
  let count = 0;
  const margin = COARSE + 2;
  for (let row = margin; row < height - margin; row++) {
    for (let column = margin; column < width - margin; column++) {
      const at = row * width + column;
      const other = at + dy * width + dx;
      // Both ends and what the smoothing touched around them.
      if (mask[at] === 0 || mask[other] === 0 || mask[at - 2] === 0 || mask[at + 2] === 0) continue;
      sum += Math.abs((luma[at] ?? 0) - (luma[other] ?? 0));
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}
