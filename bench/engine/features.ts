import { LANDMARKS } from '@ozflow/oz-sandbox/engine/face/index';
import type { Look } from './frameLook';

/** How the features of a face move; all work on x, y and depth of the landmarks, the irises' points being the last ten. */

const IRIS_POINTS = 10;
/** Corners of the eyes, and the middle of their lower lids: the person's right eye, then the left one. */
const EYES = [
  { corners: [33, 133], lower: 145 },
  { corners: [362, 263], lower: 374 },
] as const;
/** Share of an eye's width by which an iris can move aside. */
const MAX_ASIDE = 0.2;

/** @param gaze -1 to 1: how far both eyes look to the right edge of the picture. */
export function turnGaze(corners: Float32Array, gaze: number): void {
  if (gaze === 0) return;
  for (const [
    index,
    {
      corners: [from, to],
    },
  ] of EYES.entries()) {
    const across = [0, 1].map((axis) => (corners[to * 3 + axis] ?? 0) - (corners[from * 3 + axis] ?? 0));
    for (const at of irisOf(corners, index)) {
      for (const axis of [0, 1]) {
        corners[at * 3 + axis] = (corners[at * 3 + axis] ?? 0) + gaze * MAX_ASIDE * (across[axis] ?? 0);
      }
    }
  }
}

/** The irises vanish behind the lids that come down over them. */
export function squashIrises(corners: Float32Array, closed: number): void {
  for (const [index, { lower }] of EYES.entries()) {
    for (const at of irisOf(corners, index)) {
      const y = corners[at * 3 + 1] ?? 0;
      corners[at * 3 + 1] = y + closed * ((corners[lower * 3 + 1] ?? 0) - y);
    }
  }
}

function irisOf(corners: Float32Array, eye: number): number[] {
  const first = corners.length / 3 - IRIS_POINTS + eye * 5;
  return [0, 1, 2, 3, 4].map((point) => first + point);
}

/** Inner edges of the lips in the middle, and the corners of the mouth. */
const MOUTH_CENTRE = [13, 14] as const;
const MOUTH_CORNERS = [61, 291] as const;
/** Upper lids and lower edges of the brows above them, and the top of the forehead. */
const LIDS = [159, 386] as const;
const BROWS = [52, 282] as const;
const FOREHEAD = 10;
/** Share of the mouth's width that a full smile adds to it, and by which its corners rise. */
const WIDER = 0.3;
const HIGHER = 0.12;
/** Share of the distance between the brows and the mouth by which brows rise. */
const RAISED = 0.14;
/** Shares of the way from the lid to the brow, and on to the top of the forehead, between which all of it takes part. */
const LIFTED = { lid: 0.1, brow: 0.75, skin: 0.45 };

/** Draws the corners of the mouth out and up or together and down, and lifts the brows. */
export function makeExpression(corners: Float32Array, { smile, brows }: Pick<Look, 'smile' | 'brows'>): void {
  const at = (mark: number, axis: number): number => corners[mark * 3 + axis] ?? 0;
  const centre = [0, 1].map((axis) => (at(MOUTH_CENTRE[0], axis) + at(MOUTH_CENTRE[1], axis)) / 2);
  const [right, left] = MOUTH_CORNERS;
  const half = Math.hypot(at(left, 0) - at(right, 0), at(left, 1) - at(right, 1)) / 2;
  const [centreX = 0, centreY = 0] = centre;
  const height = centreY - (at(105, 1) + at(334, 1)) / 2;
  if (smile !== 0) {
    for (let mark = 0; mark < corners.length / 3 - IRIS_POINTS; mark++) {
      const [x, y] = [(at(mark, 0) - centreX) / half, (at(mark, 1) - centreY) / half];
      // Most at the lips, nothing beyond the cheeks.
      const share = Math.exp(-(x * x) / 2.4 - (y * y) / 0.9);
      corners[mark * 3] = at(mark, 0) + smile * WIDER * half * x * share;
      corners[mark * 3 + 1] = at(mark, 1) - smile * HIGHER * 2 * half * Math.min(1, x * x) * share;
    }
  }
  if (brows !== 0) raiseBrows(corners, brows * RAISED * height);
}

/** Lifts the brows with the skin around them, so that they keep their shape: the lids stay, the forehead folds. */
function raiseBrows(corners: Float32Array, rise: number): void {
  const mean = (marks: readonly number[]): number =>
    marks.reduce((sum, mark) => sum + (corners[mark * 3 + 1] ?? 0) / marks.length, 0);
  const [lid, brow, top] = [mean(LIDS), mean(BROWS), corners[FOREHEAD * 3 + 1] ?? 0];
  for (let mark = 0; mark < LANDMARKS; mark++) {
    const y = corners[mark * 3 + 1] ?? 0;
    const share =
      y > brow
        ? ramp((lid - y) / (lid - brow), LIFTED.lid, LIFTED.brow)
        : ramp((brow - y) / (brow - top), 1, LIFTED.skin);
    corners[mark * 3 + 1] = y - rise * share;
  }
}

/** 0 up to `from`, 1 from `to` on, or the other way round. */
function ramp(value: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}
