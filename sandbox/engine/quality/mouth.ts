import { fall } from './curves';

/** A gap that closed lips may have, and how much more is just noticed, in distances between the eyes (63 mm). */
const CLOSED = 0.02;
const NOTICED = 0.05;

/**
 * How closed the mouth is, from the gap between the lips (`lipsApart` of `Expression`). ISO/IEC 29794-5 mouth closed;
 * OFIQ measures the same gap against the face's height. The mesh sees lips part by 2 mm; teeth show from 5 mm on.
 */
export function mouth(lipsApart: number): number {
  return fall(lipsApart - CLOSED, NOTICED);
}

/** The lips are closed: then the rest of the face is at rest, too, or shows an expression. */
export function lipsClosed(lipsApart: number): boolean {
  return lipsApart < 2 * CLOSED;
}
