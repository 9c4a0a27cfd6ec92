import { sigmoid } from './curves';

/**
 * How large the face is, by the pixels between its eyes. ISO/IEC 29794-5 inter-eye distance; OFIQ's sigmoid has
 * its middle at 70 for passports, selfie videos of 480 lines have less.
 *
 * @param largest The greatest distance in the film: coming closer is better as long as it helps.
 */
export function size(eyeDistance: number, largest: number): number {
  return sigmoid(eyeDistance, 45, 14) * Math.min(1, eyeDistance / largest) ** 0.5;
}

/** Below this many pixels between the eyes nothing can be told about a face. */
const LEAST = 18;

export function tooSmall(eyeDistance: number): boolean {
  return eyeDistance < LEAST;
}
