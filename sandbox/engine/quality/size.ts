import { fall, sigmoid } from './curves';

/** Natural logarithm of the sizes' ratio that is just noticed: a quarter smaller. */
const NOTICED = 0.4;

/**
 * How large the face is, by the pixels between its eyes. ISO/IEC 29794-5 inter-eye distance; OFIQ's sigmoid has
 * its middle at 70 for passports, selfie videos of 480 lines have less.
 *
 * @param largest The greatest distance in the film: a face that comes closer shows more.
 */
export function size(eyeDistance: number, largest: number): number {
  return sigmoid(eyeDistance, 45, 14) * fall(Math.log(largest / eyeDistance), NOTICED);
}

/** Below this many pixels between the eyes nothing can be told about a face. */
const LEAST = 18;

export function tooSmall(eyeDistance: number): boolean {
  return eyeDistance < LEAST;
}
