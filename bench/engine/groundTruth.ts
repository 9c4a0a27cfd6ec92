import { NO_FACE } from './frameLook';

/** What is known about a clip because it was made that way. */
export interface Truth {
  /** Seconds of each frame. */
  times: number[];
  /** Cost of each frame, 0 is perfect; see `costOf`. */
  costs: number[];
  /** Whether each frame is a right choice; and whether it still is if the smallest difference in cost counts. */
  good: boolean[];
  strictlyGood: boolean[];
  /** What simple ways of choosing would take; null: no frame. */
  baselines: Record<Baseline, number | null>;
}

export const BASELINES = ['first frame', 'middle frame', 'sharpest frame', 'sharpest with a face'] as const;
export type Baseline = (typeof BASELINES)[number];

/** Frames whose defects differ by less than half of what a viewer just notices are the same. */
export const TIE = 0.5;

/**
 * Right choices: the frames of the good window and one to each side, and those that fewer than a tenth of the frames
 * undercut by `tie`, in units of the just noticeable. Frames without a face never are.
 */
export function goodFrames(
  times: number[],
  costs: number[],
  window: readonly [number, number] | undefined,
  tie: number,
): boolean[] {
  const inside = times.map((time) => window !== undefined && time >= window[0] && time <= window[1]);
  return costs.map((cost, index) => {
    if (cost >= NO_FACE) return false;
    const near = [index - 1, index, index + 1].some((frame) => inside[frame] === true);
    return (
      near || costs.filter((other) => Math.sqrt(other) < Math.sqrt(cost) - tie).length < costs.length / 10
    );
  });
}

/** By how much the chosen frame costs more than the best one; Infinity without a choice. */
export function regret({ costs }: Truth, chosen: number | null): number {
  const cost = chosen === null ? undefined : costs[chosen];
  return cost === undefined ? Infinity : cost - Math.min(...costs);
}

/** Whether a choice is right: a good frame, or none where no frame shows a face. */
export function isRight(good: boolean[], chosen: number | null): boolean {
  return chosen === null ? !good.includes(true) : good[chosen] === true;
}
