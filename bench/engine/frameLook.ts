import type { Point } from '@ozflow/oz-sandbox/engine/face/index';

/** What can be seen of the face in a frame, and what else. */
export interface Seen {
  /** Share of the face that lies outside of the frame or behind something, 0..1. */
  hidden: number;
  /** Size of what else is in the picture against the face's, up to 1. */
  intruder: number;
}

/** How one frame of a clip differs from the photo it is made from. */
export interface Look {
  /** Degrees away from the photo's own pose; signs as in the engine's `Pose`. */
  yaw: number;
  pitch: number;
  roll: number;
  /** 0: as in the photo, 1: closed. */
  eyes: number;
  /** 0: as in the photo, 1: wide open. */
  mouth: number;
  /** 0: as in the photo, 1: a broad smile with closed lips, -1: puckered lips. */
  smile: number;
  /** 0: as in the photo, 1: raised as far as they go. */
  brows: number;
  /** 0: as in the photo, 1: to the right edge of the picture as far as it goes, -1: to the left. */
  gaze: number;
  /** Size of the face against its best size in the clip. */
  scale: number;
  /** Place of the face, in widths of the face away from the middle. */
  shiftX: number;
  shiftY: number;
  /** Radius of the blur as a share of the face's width. */
  defocus: number;
  /** Length of the motion blur as a share of the face's width, and its direction in radians. */
  motion: number;
  motionAngle: number;
  /** Light in stops more (over) or less (under). */
  stops: number;
  /** Light from one side, -1..1: how much darker the other side is. */
  side: number;
  /** Standard deviation of the noise, grey levels. */
  noise: number;
  /** Where something else is in the picture, in widths of the face away from its middle. */
  intruder?: Point;
  /** No face at all. */
  empty: boolean;
}

export const CALM: Look = {
  yaw: 0,
  pitch: 0,
  roll: 0,
  eyes: 0,
  mouth: 0,
  smile: 0,
  brows: 0,
  gaze: 0,
  scale: 1,
  shiftX: 0,
  shiftY: 0,
  defocus: 0,
  motion: 0,
  motionAngle: 0,
  stops: 0,
  side: 0,
  noise: 1.5,
  empty: false,
};

/** Cost of a frame without a face: more than all defects together. */
export const NO_FACE = 1000;

/** How much of each defect a viewer would just notice. */
const NOTICEABLE = {
  yaw: 8,
  pitch: 8,
  roll: 10,
  eyes: 0.25,
  mouth: 0.15,
  smile: 0.4,
  brows: 0.5,
  gaze: 0.45,
  defocus: 0.008,
  motion: 0.025,
  stops: 0.6,
  side: 0.35,
  scale: 0.3,
  hidden: 0.08,
  intruder: 0.12,
};

/**
 * What a frame costs against a perfect one: the squares of its defects in units of the just noticeable, added up.
 * Frames without a face cost as much as anything can.
 *
 * @param photo How the head is turned and leans in the photo itself, degrees, as far as it can be measured: pitch is
 *   left out, because the model's own differs from person to person.
 */
export function costOf(look: Look, photo: { yaw: number; roll: number }, seen: Seen): number {
  if (look.empty) return NO_FACE;
  const parts = [
    (look.yaw + photo.yaw) / NOTICEABLE.yaw,
    look.pitch / NOTICEABLE.pitch,
    (look.roll + photo.roll) / NOTICEABLE.roll,
    look.eyes / NOTICEABLE.eyes,
    look.mouth / NOTICEABLE.mouth,
    look.smile / NOTICEABLE.smile,
    look.brows / NOTICEABLE.brows,
    look.gaze / NOTICEABLE.gaze,
    look.defocus / NOTICEABLE.defocus,
    look.motion / NOTICEABLE.motion,
    look.stops / NOTICEABLE.stops,
    look.side / NOTICEABLE.side,
    Math.min(0, Math.log(look.scale)) / NOTICEABLE.scale,
    seen.hidden / NOTICEABLE.hidden,
    seen.intruder / NOTICEABLE.intruder,
  ];
  return parts.reduce((sum, part) => sum + part * part, 0);
}
