import type { Durations } from './durations';

/**
 * What a question is worth: so many milliseconds of results lying unseen, added over all jobs that it asks about.
 * Asking when this much is expected gives the least waiting for the number of questions.
 */
const QUESTION_MS = 40;
/** A list costs more the longer it is: with so many jobs in it, as much as two questions. */
const LIST_JOBS = 20;
/** With so many jobs that are asked about one by one, each is asked half as readily. */
const SINGLE_JOBS = 500;
/** So many jobs speak for all. */
const SAMPLE = 200;
const LONGEST_PAUSE_MS = 15_000;
const PRECISION_MS = 2;

export interface Running {
  /** When the analyses were started, by the watcher's clock. */
  bornAt: number;
  /** The latest moment at which they were known to be running. */
  runningAt: number;
}

/** When to ask one question about all of these. */
export function whenToAskAll(jobs: readonly Running[], durations: Durations, now: number): number {
  const worth = QUESTION_MS * (1 + jobs.length / LIST_JOBS);
  if (jobs.length <= SAMPLE) return whenWorth(jobs, worth, durations, now);
  const step = jobs.length / SAMPLE;
  const sample = jobs.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
  return whenWorth(sample, (worth * sample.length) / jobs.length, durations, now);
}

/** When to ask about one of `count` jobs that are asked about one by one. */
export function whenToAskOne(job: Running, count: number, durations: Durations, now: number): number {
  return whenWorth([job], QUESTION_MS * (1 + count / SINGLE_JOBS), durations, now);
}

function whenWorth(jobs: readonly Running[], worth: number, durations: Durations, now: number): number {
  const unseenAt = (time: number): number => {
    let sum = 0;
    for (const { bornAt, runningAt } of jobs) {
      sum += durations.unseen(Math.max(0, runningAt - bornAt), Math.max(0, time - bornAt));
      if (sum >= worth) break;
    }
    return sum;
  };
  if (unseenAt(now) >= worth) return now;
  let from = now;
  let step = 8;
  let to = now + step;
  while (unseenAt(to) < worth && to < now + LONGEST_PAUSE_MS) {
    from = to;
    step *= 2;
    to = now + step;
  }
  while (to - from > PRECISION_MS) {
    const middle = (from + to) / 2;
    if (unseenAt(middle) < worth) from = middle;
    else to = middle;
  }
  return Math.min(to, now + LONGEST_PAUSE_MS);
}
