import type { Measures } from './measure';
import { turn } from './stillness';

/** How far the eyelids and the lips move, in the units of `Eyes` and `Expression`, when that is just noticed. */
const NOTICED = { lids: 0.05, lips: 0.03 };

/** How far a face moves from one look to another, in units of what is just noticed: the head, the eyelids and the lips. */
export function movement(a: Measures, b: Measures): number {
  return Math.hypot(
    turn(a.pose, b.pose),
    (a.eyes.opening - b.eyes.opening) / NOTICED.lids,
    (a.expression.lipsApart - b.expression.lipsApart) / NOTICED.lips,
  );
}
