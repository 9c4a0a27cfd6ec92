import type { Pose } from '../face';
import { fall, quantile } from './curves';

/** Degrees of each turn that are just noticed. */
const YAW = 8;
const PITCH = 9;
const ROLL = 11;
/** Pitch has an offset of its own for each person and camera; this much of it is taken for granted, degrees. */
const OFFSET = 8;

/** The pitch of this person when looking at this camera, as far as a film can tell: its median, within limits. */
export function usualPitch(all: Pose[]): number {
  const median = quantile(
    all.map(({ pitch }) => pitch),
    0.5,
  );
  return Math.max(-OFFSET, Math.min(OFFSET, median));
}

/**
 * How straight the face looks at the camera. ISO/IEC 29794-5 head pose (OFIQ scores each angle by cos², which is
 * too flat to tell a good frame of a film from a better one).
 */
export function pose({ yaw, pitch, roll }: Pose, usual: number): number {
  return fall(Math.abs(yaw), YAW) * fall(Math.abs(pitch - usual), PITCH) * fall(Math.abs(roll), ROLL);
}

/** Beyond these a face counts as turned away, in degrees. */
const AWAY = { yaw: 35, pitch: 40, roll: 50 };

export function turnedAway({ yaw, pitch, roll }: Pose): boolean {
  return Math.abs(yaw) > AWAY.yaw || Math.abs(pitch) > AWAY.pitch || Math.abs(roll) > AWAY.roll;
}
