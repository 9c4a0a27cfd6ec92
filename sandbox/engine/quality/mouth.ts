import { fall, quantile } from './curves';

/** A gap that closed lips may have, and how much more is just noticed, in distances between the eyes (63 mm). */
const CLOSED = 0.02;
const NOTICED = 0.03;

/** Gap between the lips of people who smile all the time; more is an open mouth, whatever the film shows. */
const MAX_CLOSED = 0.1;

/** How closed the film shows the lips: some people never close them. */
export function closedLips(all: number[]): number {
  return Math.min(MAX_CLOSED, Math.max(CLOSED, quantile(all, 0.05)));
}

/**
 * How closed the mouth is, from the gap between the lips (`lipsApart` of `Expression`) beyond what the film shows at least.
 * ISO/IEC 29794-5 mouth closed; OFIQ measures the same gap against the face's height. The mesh sees lips part by 2 mm; teeth
 * show from 3 mm on.
 */
export function mouth(lipsApart: number, closed: number): number {
  return fall(lipsApart - closed, NOTICED);
}

/** Whether the lips are closed, so that the rest of the face can be judged. */
export function lipsClosed(lipsApart: number, closed: number): boolean {
  return lipsApart < closed + CLOSED;
}
