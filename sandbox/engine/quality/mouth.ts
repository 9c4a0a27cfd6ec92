import { fall } from './curves';

/** A gap that closed lips may have, and how much more is just noticed, in widths of the mouth. */
const CLOSED = 0.05;
const NOTICED = 0.15;

/**
 * How closed the mouth is, from the gap between the lips over the mouth's width (`mouthOpening`).
 * ISO/IEC 29794-5 mouth closed; OFIQ's sigmoid over the same gap has its middle at a like opening.
 */
export function mouth(opening: number): number {
  return fall(opening - CLOSED, NOTICED);
}
