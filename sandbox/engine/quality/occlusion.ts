import { landmark, type FaceMesh, type Point } from '../face';
import { withoutNoise } from './artefacts';
import { fall, quantile, smoothstep } from './curves';
import type { Light } from './light';
import type { FacePatch } from './patch';

/**
 * Detail of the right eye, the left eye, nose and mouth: mean gradient over the face's contrast. The chin has no
 * detail, but a hand before it does.
 */
export type Structure = readonly number[];

/** The mouth's place among the parts. */
const MOUTH = 3;

/** Middle landmarks of the parts, and half the side of the square around them in patch pixels. */
const PARTS: { marks: number[]; half: number }[] = [
  { marks: [33, 133], half: 20 },
  { marks: [362, 263], half: 20 },
  { marks: [1, 2], half: 16 },
  { marks: [13, 14], half: 20 },
];

/** Mean gradient, across and down, that noise of deviation 1 makes. */
const NOISE_DETAIL = 2.2;

export function measureStructure(
  patch: FacePatch,
  { deviation }: Light,
  mesh: FaceMesh,
  noise: number,
): Structure {
  const contrast = withoutNoise(deviation, noise) + 6;
  return PARTS.map(({ marks, half }) => {
    const points = marks.map((mark) => patch.place(landmark(mesh, mark)));
    return withoutNoise(detail(patch, mean(points), half), NOISE_DETAIL * noise) / contrast;
  });
}

/** Detail of the mouth alone. */
export function detailOfMouth(structure: Structure): number {
  return structure[MOUTH] ?? 0;
}

/** What the video shows of each part when it is free: the 85th percentile. */
export function freeStructure(all: Structure[]): Structure {
  return PARTS.map((_, part) =>
    quantile(
      all.map((one) => one[part] ?? 0),
      0.85,
    ),
  );
}

/** Share of the skin that turns, shadows and other people may hide, and how much more is just noticed. */
const SKIN = { free: 0.15, noticed: 0.12 };

/**
 * Whether something is in front of the face. ISO/IEC 29794-5 face occlusion prevention; OFIQ has a network for
 * it. Here the least detail of eyes, nose and mouth against what the video shows of them: a hand, a phone or a
 * sheet is smoother; and the skin that the video shows and this frame does not: prints and fabrics have detail of
 * their own. A closed mouth has about two thirds of the detail of an open one: nothing is in front of it.
 * Tells nothing when the part is covered all the time: see `masked`.
 */
export function occlusion(measured: Structure, free: Structure, skin: number): number {
  return smoothstep(leastShare(measured, free), 0.3, 0.65) * fall(1 - skin - SKIN.free, SKIN.noticed);
}

export function covered(measured: Structure, free: Structure): boolean {
  return leastShare(measured, free) < 0.25;
}

/**
 * Detail of nose and mouth behind a mask, as a share of the eyes'. Of 80 portraits, sharp, blurred and compressed, bare ones have
 * 0.53 and more, and 0.28 and more with thick glasses drawn around the eyes; with masks drawn, plain or with folds, at least 75
 * of 80 have less than this.
 */
const MASKED_SHARE = 0.25;

/** Whether nose and mouth are both behind something smooth, such as a mask or a scarf, which may be so all the time. */
export function masked([right = 0, left = 0, nose = 0, mouth = 0]: Structure): boolean {
  return (nose + mouth) / 2 < MASKED_SHARE * Math.max(right, left);
}

function leastShare(measured: Structure, free: Structure): number {
  return Math.min(...measured.map((value, index) => value / Math.max(free[index] ?? 0, 0.02)));
}

function mean(points: Point[]): Point {
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

function detail({ luma, mask, width, height }: FacePatch, centre: Point, half: number): number {
  let sum = 0;
  let count = 0;
  for (
    let row = Math.max(2, Math.round(centre.y - half));
    row < Math.min(height - 2, centre.y + half);
    row++
  ) {
    for (
      let column = Math.max(2, Math.round(centre.x - half));
      column < Math.min(width - 2, centre.x + half);
      column++
    ) {
      const at = row * width + column;
      if (mask[at] === 0 || mask[at + 2] === 0 || mask[at + 2 * width] === 0) continue;
      const value = luma[at] ?? 0;
      sum += Math.abs(value - (luma[at + 2] ?? 0)) + Math.abs(value - (luma[at + 2 * width] ?? 0));
      count++;
    }
  }
  return count > 0 ? sum / count : 0;
}
