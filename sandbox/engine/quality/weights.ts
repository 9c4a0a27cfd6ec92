import type { ComponentName } from '../types';

/**
 * How much each component counts in the score, a weighted geometric mean: one bad component sinks a frame, as one
 * defect spoils a picture. What nobody would choose a frame for counts half.
 */
export const WEIGHTS: Readonly<Record<ComponentName, number>> = {
  pose: 1,
  eyes: 1,
  mouth: 0.5,
  sharpness: 1,
  exposure: 0.8,
  uniformity: 0.5,
  size: 1,
  inside: 1,
  single: 1,
  occlusion: 1,
  presence: 1,
};
