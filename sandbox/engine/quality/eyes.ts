import { quantile, smoothstep } from './curves';

/** Eye aspect ratios of the person's eyes, see `eyeOpenness`. */
export interface Eyes {
  left: number;
  right: number;
}

/** No open eye of anybody measured less than this. */
const CLOSED = 0.12;
/** Shares of what is open for this person. */
const SHUT_SHARE = 0.62;
const OPEN_SHARE = 0.9;
/** What counts as open when the film shows the eyes closed nearly always. */
const LEAST_OPEN = 0.17;

/**
 * How far this person's eyes are when open, from all frames of a film: faces differ (0.2 to 0.4), so closed is
 * told by the person's own measure. The 98th percentile: a person may blink most of the time.
 */
export function openBaseline(all: Eyes[]): number {
  return Math.max(LEAST_OPEN, quantile(all.map(narrower), 0.98));
}

/**
 * How open the eyes are, by the narrower one. ISO/IEC 29794-5 eyes open; OFIQ takes the smaller opening as well,
 * against the size of the face.
 */
export function eyes(measured: Eyes, baseline: number): number {
  const opening = narrower(measured);
  return smoothstep(opening, 0.09, 0.17) * smoothstep(opening / baseline, SHUT_SHARE - 0.1, OPEN_SHARE);
}

export function eyesClosed(measured: Eyes, baseline: number): boolean {
  const opening = narrower(measured);
  return opening < CLOSED || opening < SHUT_SHARE * baseline;
}

function narrower({ left, right }: Eyes): number {
  return Math.min(left, right);
}
