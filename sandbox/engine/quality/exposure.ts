import { fall, quantile } from './curves';
import { LEVELS_PER_LUMA, type Light } from './light';

/** Light on the face, in luma (0..255) and shares of the face's pixels. */
export interface Exposure {
  mean: number;
  /** Luma that only 3 % of the pixels exceed. */
  bright: number;
  /** Share of pixels without detail: nearly white, nearly black. */
  white: number;
  black: number;
  /** Share of pixels that are as light as most of them, give or take a little. */
  alike: number;
}

/** Luma above which, and below which, there is no detail. */
const WHITE_LUMA = 248;
const BLACK_LUMA = 12;
/** Luma up to which pixels are as light as others. */
const ALIKE_LUMA = 4;

export function measureExposure({ left, right, total, mean }: Light): Exposure {
  if (total === 0) return { mean: 0, bright: 0, white: 0, black: 1, alike: 1 };
  // By whole numbers, rounded.
  const counts = new Uint32Array(256);
  for (let level = 0; level < left.length; level++) {
    const luma = Math.round(level / LEVELS_PER_LUMA);
    counts[luma] = (counts[luma] ?? 0) + (left[level] ?? 0) + (right[level] ?? 0);
  }
  const share = (from: number, to: number): number =>
    counts.subarray(from, to).reduce((all, count) => all + count, 0) / total;
  let bright = 255;
  for (let above = 0; bright > 0; bright--) {
    above += counts[bright] ?? 0;
    if (above > 0.03 * total) break;
  }
  const most = counts.indexOf(Math.max(...counts));
  return {
    mean,
    bright,
    white: share(WHITE_LUMA, 256),
    black: share(0, BLACK_LUMA),
    alike: share(Math.max(0, most - ALIKE_LUMA), most + ALIKE_LUMA + 1),
  };
}

/**
 * What light the video offers: mean luma of the brightest faces, less of those whose highlights are burnt out. Dark
 * skin is no under-exposure: what is too dark shows against the same face lit.
 */
export function bestLight(all: Exposure[]): number {
  const means = all.map((one) => one.mean * highlights(one));
  return Math.max(MIN_MEAN, quantile(means, 0.9));
}

/** A face needs at least this much, whatever the video offers. */
const MIN_MEAN = 55;
/** Factor (as power of two) of darkening that nobody minds, and how much more is just noticed. */
const DARKER = { free: 0.28, noticed: 0.28 };
/** Highlights up to here are fine, and how much more is just noticed. */
const BRIGHT = { free: 205, noticed: 20 };
/** Shares of pixels without detail that are just noticed. */
const NOTICED = { white: 0.06, black: 0.25 };

/**
 * How well the face is exposed. ISO/IEC 29794-5 under- and over-exposure prevention (shares of dark and bright
 * pixels of the face, as in OFIQ), held against the best light the video has.
 */
export function exposure(measured: Exposure, light: number): number {
  const darker = Math.log2(light / Math.max(1, measured.mean));
  return (
    fall(darker - DARKER.free, DARKER.noticed) * highlights(measured) * fall(measured.black, NOTICED.black)
  );
}

/** How far from burnt out the highlights are: videos and pictures are clipped below white, so white alone does not tell. */
function highlights({ bright, white }: Exposure): number {
  return fall(bright - BRIGHT.free, BRIGHT.noticed) * fall(white, NOTICED.white);
}

/** Photos of faces have at most 0.73, burnt out or covered, drawings and faces that are nothing but glare 0.85 and more. */
const BLANK_SHARE = 0.85;

/** Whether nothing of a face can be seen: a drawing in lines or flat colours, nothing but glare, or darkness. */
export function blank({ alike }: Exposure): boolean {
  return alike > BLANK_SHARE;
}

/** Whether hardly anything of the face can be seen, though the video has better light. */
export function badlyLit(measured: Exposure, light: number): boolean {
  return exposure(measured, light) < 0.03;
}
