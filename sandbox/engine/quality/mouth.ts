import { fall, quantile } from './curves';

/** What tells of an open mouth. */
export interface Mouth {
  /** Gap between the lips, in distances between the eyes (63 mm). */
  gap: number;
  /** Detail of the mouth, see `Structure`: lips have little, teeth and the dark behind them much. */
  detail: number;
}

/** A gap that closed lips may have, and how much more is just noticed. */
const CLOSED = 0.01;
const NOTICED = 0.03;

/** Gap between the lips of people who smile all the time; more is an open mouth, though the video shows no other. */
const MAX_CLOSED = 0.1;

/** Share of detail by which closed mouths differ from look to look, and how much more is just noticed. */
const DETAIL = { free: 0.15, noticed: 0.25 };

/** How closed the video shows the mouth: some people never close it. */
export function closedMouth(all: Mouth[]): Mouth {
  const gap = Math.max(CLOSED, Math.min(...all.map((one) => one.gap)));
  const closed = all.filter((one) => lipsClosed(one, { gap }));
  const detail = quantile(
    (closed.length > 0 ? closed : all).map((one) => one.detail),
    0.5,
  );
  return { gap, detail };
}

/**
 * How closed the mouth is: the gap between the lips beyond what the video shows at least, and the detail between them beyond
 * what the closed mouth has. ISO/IEC 29794-5 mouth closed; OFIQ measures the same gap against the face's height. The mesh
 * tells parted lips from 2 mm on, but often lays the lips of somebody who speaks together where teeth show between them.
 */
export function mouth(measured: Mouth, closed: Mouth): number {
  const more = measured.detail / Math.max(closed.detail, Number.EPSILON) - 1;
  const detail = fall(more - DETAIL.free, DETAIL.noticed);
  // That the mouth is open in all frames does not make small differences between them any greater. One that is closed is
  // closed, though none of the frames that tell of the mouth shows it so.
  const open = Math.min(measured.gap, closed.gap) - MAX_CLOSED;
  return lipsTogether(measured, closed) * fall(open, NOTICED) * detail;
}

/** How near to each other the lips are, whatever shows between them. */
export function lipsTogether({ gap }: Pick<Mouth, 'gap'>, closed: Pick<Mouth, 'gap'>): number {
  return fall(gap - closed.gap, NOTICED);
}

/** Whether anybody's closed mouth may look like this. */
export function mayBeClosed({ gap }: Pick<Mouth, 'gap'>): boolean {
  return gap < MAX_CLOSED;
}

/** Whether the lips are closed, so that the rest of the face can be judged. */
export function lipsClosed({ gap }: Pick<Mouth, 'gap'>, closed: Pick<Mouth, 'gap'>): boolean {
  return gap < closed.gap + CLOSED;
}
