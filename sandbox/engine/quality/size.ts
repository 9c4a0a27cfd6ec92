import { fall, sigmoid } from './curves';

/** Natural logarithm of the sizes' ratio that is just noticed: a quarter smaller. */
const NOTICED = 0.4;

/** Pixels between the eyes beyond which more of them show little, and the share they count with. */
const ENOUGH_PIXELS = 90;
const BEYOND_SHARE = 0.3;

/**
 * How large the face is, by the pixels between its eyes. ISO/IEC 29794-5 inter-eye distance; OFIQ's sigmoid has
 * its middle at 70 for passports, selfie videos of 480 lines have less.
 *
 * @param largest The greatest distance in the video: a face that comes closer shows more, up to a point.
 */
export function size(eyeDistance: number, largest: number): number {
  return sigmoid(eyeDistance, 45, 14) * fall(worth(largest) - worth(eyeDistance), NOTICED);
}

/** Logarithm of the distance as far as it shows more of the face. */
function worth(eyeDistance: number): number {
  const beyond = Math.max(0, Math.log(eyeDistance / ENOUGH_PIXELS));
  return Math.log(eyeDistance) - (1 - BEYOND_SHARE) * beyond;
}

/** Below this many pixels between the eyes nothing can be told about a face. */
const MIN_PIXELS = 18;

export function tooSmall(eyeDistance: number): boolean {
  return eyeDistance < MIN_PIXELS;
}
