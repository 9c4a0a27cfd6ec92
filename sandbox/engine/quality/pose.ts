import type { Pose } from '../face';
import { fall } from './curves';

/** Degrees of each turn that are just noticed. */
const YAW_DEGREES = 8;
const PITCH_DEGREES = 9;
const ROLL_DEGREES = 11;
/**
 * Degrees of pitch that count as straight, and the deviation that says nothing: the mesh finds -5 on the average
 * portrait, 0 for some, and more from a low camera.
 */
const STRAIGHT = -3;
const OFFSET = 3;

/**
 * How straight the face looks at the camera. ISO/IEC 29794-5 head pose (OFIQ scores each angle by cos², which is
 * too flat to tell a good frame of a video from a better one).
 */
export function pose({ yaw, pitch, roll }: Pose): number {
  return (
    fall(Math.abs(yaw), YAW_DEGREES) *
    fall(softened(Math.abs(pitch - STRAIGHT) - OFFSET), PITCH_DEGREES) *
    fall(Math.abs(roll), ROLL_DEGREES)
  );
}

/** Compressed beyond `PITCH_DEGREES`: a large pitch is more often a low camera than a nod. */
function softened(degrees: number): number {
  return degrees <= PITCH_DEGREES ? degrees : Math.sqrt(PITCH_DEGREES * (2 * degrees - PITCH_DEGREES));
}

/** Beyond these a face counts as turned away, in degrees. */
const AWAY = { yaw: 35, pitch: 40, roll: 50 };

export function turnedAway({ yaw, pitch, roll }: Pose): boolean {
  return Math.abs(yaw) > AWAY.yaw || Math.abs(pitch) > AWAY.pitch || Math.abs(roll) > AWAY.roll;
}
