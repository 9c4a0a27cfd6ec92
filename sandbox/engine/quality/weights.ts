import type { ComponentName } from '../types';

/**
 * How much each component counts in the score, a weighted geometric mean: one bad component sinks a frame, as one
 * defect spoils a picture. A defect that is just noticed costs the same in all of them (see `fall`), but viewers mind
 * uneven light less, and a head that turns is only about to blur.
 */
export const WEIGHTS: Readonly<Record<ComponentName, number>> = {
  pose: 1,
  stillness: 0.5,
  eyes: 1,
  gaze: 1,
  mouth: 1,
  expression: 1,
  sharpness: 1,
  exposure: 1,
  uniformity: 0.5,
  size: 1,
  inside: 1,
  single: 1,
  occlusion: 1,
  hands: 1,
  presence: 1,
};
