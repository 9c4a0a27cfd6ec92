import type { Pose } from '../face';

/** Degrees at which each turn alone leaves 37 %. Pitch has an offset of its own for each person and camera. */
const YAW = 16;
const PITCH = 18;
const ROLL = 22;

/**
 * How straight the face looks at the camera. ISO/IEC 29794-5 head pose (OFIQ scores each angle by cos², which is
 * too flat to tell a good frame of a film from a better one: here a bell over all three).
 */
export function pose({ yaw, pitch, roll }: Pose): number {
  return Math.exp(-((yaw / YAW) ** 2) - (pitch / PITCH) ** 2 - (roll / ROLL) ** 2);
}

/** Beyond these a face counts as turned away, in degrees. */
const AWAY = { yaw: 35, pitch: 35, roll: 50 };

export function turnedAway({ yaw, pitch, roll }: Pose): boolean {
  return Math.abs(yaw) > AWAY.yaw || Math.abs(pitch) > AWAY.pitch || Math.abs(roll) > AWAY.roll;
}
