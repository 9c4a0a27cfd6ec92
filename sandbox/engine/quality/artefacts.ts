import type { YuvImage } from '../face';
import { UNIT_PIXELS, type FacePatch } from './patch';

/** Step across and down, in patch pixels, at which a pixel of the picture is looked at. */
const STEP_PIXELS = 3;
/** The quarter with the least curvature is used: skin between hairs, pores and edges. */
const QUARTER = 0.25;
/** What a quarter of normally distributed values does not exceed, in standard deviations; and the mask's own gain. */
const DEVIATIONS = 0.3186;
const MASK_GAIN = 6;
const BINS = 512;
/** Share of the noise that is left when pixels are interpolated for the patch; larger faces are averaged instead. */
const INTERPOLATED_NOISE = 0.7;

/** What sensors and codecs do to the face's pixels. */
export interface Artefacts {
  /** Standard deviation of the noise on the skin, in luma at the patch's scale. */
  noise: number;
  /** Share of pixels that are just like their four neighbours: the inside of blocks and of mosaic. */
  flat: number;
}

/**
 * Looks at the picture's own pixels, some of each part of the face. Noise by Immerkær's mask (Fast noise variance
 * estimation, 1996), which edges and slopes do not answer to; a low quantile instead of his mean, since sharp skin
 * and hair have bends of their own.
 */
export function measureArtefacts({ y, width, height }: YuvImage, patch: FacePatch): Artefacts {
  const counts = new Uint32Array(BINS);
  let total = 0;
  let flat = 0;
  for (let row = 0; row < patch.height; row += STEP_PIXELS) {
    for (let column = 0; column < patch.width; column += STEP_PIXELS) {
      if (patch.mask[row * patch.width + column] === 0) continue;
      const spot = patch.locate({ x: column + 0.5, y: row + 0.5 });
      const [x, line] = [Math.floor(spot.x), Math.floor(spot.y)];
      if (x < 1 || line < 1 || x >= width - 1 || line >= height - 1) continue;
      const at = line * width + x;
      const [middle, left, right] = [y[at] ?? 0, y[at - 1] ?? 0, y[at + 1] ?? 0];
      const [above, below] = [y[at - width] ?? 0, y[at + width] ?? 0];
      const corners =
        (y[at - width - 1] ?? 0) +
        (y[at - width + 1] ?? 0) +
        (y[at + width - 1] ?? 0) +
        (y[at + width + 1] ?? 0);
      const bend = Math.min(BINS - 1, Math.abs(corners + 4 * middle - 2 * (left + right + above + below)));
      counts[bend] = (counts[bend] ?? 0) + 1;
      if (middle === left && middle === right && middle === above && middle === below) flat++;
      total++;
    }
  }
  const deviation = quarterOf(counts, total) / (DEVIATIONS * MASK_GAIN);
  return {
    noise: deviation * Math.min(INTERPOLATED_NOISE, UNIT_PIXELS / patch.unit),
    flat: total > 0 ? flat / total : 0,
  };
}

/** What a quarter of the counted whole numbers does not exceed, as if they had not been rounded. */
function quarterOf(counts: Uint32Array, total: number): number {
  let below = 0;
  let value = 0;
  while (value < BINS - 1 && below + (counts[value] ?? 0) < QUARTER * total) below += counts[value++] ?? 0;
  const part = (QUARTER * total - below) / Math.max(1, counts[value] ?? 0);
  return Math.max(0, value - 0.5 + part);
}

/** What is left of a mean of absolute values without the part that noise alone would make. */
export function withoutNoise(mean: number, noise: number): number {
  return Math.sqrt(Math.max(0, mean * mean - noise * noise));
}
