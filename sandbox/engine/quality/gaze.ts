import type { Gaze, Pose } from '../face';
import { fall } from './curves';

/**
 * Widths of an eye by which irises move aside for each degree that the head turns while the eyes stay on the camera.
 * An eyeball has a radius of 12 mm, the opening of an eye a width of 30 mm: sin 1° · 12 / 30 = 0.007, of which the measured
 * angle of the head (see `headPose`) and the flattened view leave a little more than half.
 */
const PER_DEGREE = 0.004;
/** Where the irises of people who look into the camera lie: above the line of the corners, and slightly converged. */
const STRAIGHT: Gaze = { across: 0, down: -0.06, crossed: -0.1 };
/** Deviation that says nothing, because people and cameras differ. */
const FREE: Gaze = { across: 0.03, down: 0.04, crossed: 0.07 };
/** And how much further is just noticed: about 5 degrees. */
const NOTICED = 0.03;

/**
 * How straight the eyes look into the camera. Of ISO/IEC 29794-5 this belongs to eyes visible and head pose; ISO/IEC
 * 39794-5 and passport rules ask for it in words. OFIQ does not measure it.
 */
export function gaze(measured: Gaze | undefined, head: Pose): number {
  if (!measured) return 1;
  const beyond = (name: keyof Gaze, value: number): number =>
    Math.max(0, Math.abs(value - STRAIGHT[name]) - FREE[name]);
  const aside = Math.hypot(
    beyond('across', lookAside(measured, head)),
    beyond('down', measured.down),
    // Each of both eyes looks aside by half of it.
    beyond('crossed', measured.crossed) / 2,
  );
  return fall(aside, NOTICED);
}

/** How far to the right edge of the picture the eyes look past the camera, in widths of an eye. */
export function lookAside({ across }: Pick<Gaze, 'across'>, { yaw }: Pick<Pose, 'yaw'>): number {
  return across + PER_DEGREE * yaw;
}
