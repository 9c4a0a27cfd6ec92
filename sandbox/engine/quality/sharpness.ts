import { landmark, type FaceMesh } from '../face';
import { withoutNoise, type Artefacts } from './artefacts';
import { fall, quantile } from './curves';
import { PATCH_PIXELS, type FacePatch } from './patch';

export interface Sharpness extends Artefacts {
  /** Fine over coarse detail along four directions: 0°, 45°, 90°, 135°; noise does not count as either. */
  detail: readonly [number, number, number, number];
}

const DIRECTIONS = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
] as const;
/** Patch pixels over which fine detail is a bend of the brightness, and coarse detail a slope. */
const FINE_PIXELS = 2;
const COARSE_PIXELS = 7;
/** Coarse detail that even a smooth, noisy face has, in luma: keeps the ratio of empty faces low. */
const COARSE_FLOOR = 2;
/** Mean bend and slope that noise of deviation 1 makes. */
const NOISE_BEND = 0.75;
const NOISE_SLOPE = 0.55;

/** Corners of the mouth, upper edge of the upper lip and lower edge of the lower one. */
const MOUTH = [61, 291, 0, 17] as const;

/**
 * How much fine detail the face has for its coarse detail, along each direction. Light and contrast change both
 * alike and cancel out; blur takes only the fine part, and motion only that of its own direction. The mouth is left
 * out: teeth and the dark behind them have more detail than closed lips, however sharp the picture is.
 */
export function measureSharpness(patch: FacePatch, mesh: FaceMesh, artefacts: Artefacts): Sharpness {
  const { noise } = artefacts;
  const mask = withoutMouth(patch, mesh);
  const smooth = blurred(patch);
  const [a, b, c, d] = DIRECTIONS.map(([dx, dy]) => {
    const { bend, slope } = detailAlong(smooth, { ...patch, mask }, dx, dy);
    return withoutNoise(bend, NOISE_BEND * noise) / (withoutNoise(slope, NOISE_SLOPE * noise) + COARSE_FLOOR);
  });
  return { detail: [a ?? 0, b ?? 0, c ?? 0, d ?? 0], ...artefacts };
}

/**
 * The best of each direction in a video and its least noise. A high percentile of the frames without much noise, so
 * that no noisy frame sets it.
 */
export function sharpest(all: Sharpness[]): Sharpness {
  const noise = Math.min(...all.map((one) => one.noise));
  const clean = all.filter((one) => one.noise <= noise + NOISE.free);
  const best = (direction: 0 | 1 | 2 | 3): number =>
    quantile(
      clean.map(({ detail }) => detail[direction]),
      0.93,
    );
  return {
    detail: [best(0), best(1), best(2), best(3)],
    noise,
    flat: Math.min(...all.map((one) => one.flat)),
  };
}

/** No face in focus has less fine detail, whatever the video offers. */
const IN_FOCUS = 0.1;
/** Share of fine detail less, by the worst direction, that is just noticed. */
const NOTICED = 0.2;
/** Noise above the video's least that sharp skin may pass for, and how much more is just noticed. */
const NOISE = { free: 1, noticed: 3 };
/** The same for the share of pixels without any detail, which dim light and plain clothes have, too. */
const FLAT = { free: 0.05, noticed: 0.1 };

/**
 * How sharp the face is against the sharpest frames of the video, by its worst direction, and how free of noise and
 * of blocks. ISO/IEC 29794-5 sharpness, motion blur and compression artefacts; OFIQ learns from Laplacians of several
 * sizes within the face, and has a network for the artefacts.
 */
export function sharpness(measured: Sharpness, best: Sharpness): number {
  return (
    fall(1 - shareOfDetail(measured, best), NOTICED) *
    fall(measured.noise - best.noise - NOISE.free, NOISE.noticed) *
    fall(measured.flat - best.flat - FLAT.free, FLAT.noticed)
  );
}

/** How much of the video's fine detail this frame has in its worst direction; the best ones have 1 or a little more. */
export function shareOfDetail({ detail }: Sharpness, best: Sharpness): number {
  return Math.min(
    ...detail.map((value, direction) => value / Math.max(best.detail[direction] ?? 0, IN_FOCUS)),
  );
}

/** The mask of the face without the box around its mouth. */
function withoutMouth(patch: FacePatch, mesh: FaceMesh): Uint8Array {
  const { mask, width, height } = patch;
  const points = MOUTH.map((mark) => patch.place(landmark(mesh, mark)));
  const within = (side: number, values: number[]): number[] =>
    values.map((value) => Math.round(Math.min(side, Math.max(0, value))));
  const columns = within(
    width,
    points.map(({ x }) => x),
  );
  const rows = within(
    height,
    points.map(({ y }) => y),
  );
  const face = mask.slice();
  for (let row = Math.min(...rows); row < Math.max(...rows); row++) {
    face.fill(0, row * width + Math.min(...columns), row * width + Math.max(...columns));
  }
  return face;
}

/** Memory for what is worked out between, used again for every patch: fresh memory takes longer than working it out. */
const across = new Float32Array(PATCH_PIXELS);
const smooth = new Float32Array(PATCH_PIXELS);

/** 3 × 3 binomial: takes the noise of single pixels away. Good until the next patch. */
function blurred({ luma, width, height }: FacePatch): Float32Array {
  let left = luma[0] ?? 0;
  let middle = luma[1] ?? 0;
  for (let at = 1; at < luma.length - 1; at++) {
    const right = luma[at + 1] ?? 0;
    across[at] = (left + 2 * middle + right) / 4;
    left = middle;
    middle = right;
  }
  for (let at = width; at < width * (height - 1); at++) {
    smooth[at] = ((across[at - width] ?? 0) + 2 * (across[at] ?? 0) + (across[at + width] ?? 0)) / 4;
  }
  return smooth;
}

/** Means over the face: how much the luma bends within (dx, dy) · FINE_PIXELS, and changes over (dx, dy) · COARSE_PIXELS. */
function detailAlong(
  luma: Float32Array,
  { mask, width, height }: FacePatch,
  dx: number,
  dy: number,
): { bend: number; slope: number } {
  const fine = (dy * width + dx) * FINE_PIXELS;
  const coarse = (dy * width + dx) * COARSE_PIXELS;
  const margin = COARSE_PIXELS + 1;
  let bend = 0;
  let slope = 0;
  let count = 0;
  // Every other row is enough for a mean.
  for (let row = margin; row < height - margin; row += 2) {
    const end = (row + 1) * width - margin;
    for (let at = row * width + margin; at < end; at++) {
      if (mask[at] === 0 || mask[at - coarse] === 0 || mask[at + coarse] === 0) continue;
      bend += Math.abs(2 * (luma[at] ?? 0) - (luma[at - fine] ?? 0) - (luma[at + fine] ?? 0));
      slope += Math.abs((luma[at + coarse] ?? 0) - (luma[at - coarse] ?? 0));
      count++;
    }
  }
  return count > 0 ? { bend: bend / count, slope: slope / count } : { bend: 0, slope: 0 };
}
