import type { Pose } from '../face';
import { fall } from './curves';

/** Degrees of turning from one look to the next that are just noticed. */
const NOTICED_DEGREES = 6;

/** How the head is turned one look before and after, where there is one that shows the face. */
export interface Around {
  before?: Pose | undefined;
  after?: Pose | undefined;
}

/**
 * How still the head is held, from how far it turns since the look before or until the look after, whichever is less.
 * ISO/IEC 29794-5 motion blur prevention: a turning face is about to blur, and the pose in passing says little about
 * how it looks into the camera. Counts as still while the next look is missing.
 */
export function stillness(pose: Pose, { before, after }: Around): number {
  if (!after) return 1;
  const turns = [before, after].flatMap((other) => (other ? [turn(pose, other)] : []));
  return fall(Math.min(...turns), 1);
}

/** How far the head turns from one look to another, in units of what is just noticed. */
export function turn(a: Pose, b: Pose): number {
  return Math.hypot(a.yaw - b.yaw, a.pitch - b.pitch, a.roll - b.roll) / NOTICED_DEGREES;
}
