import type { Durations } from './durations';
import { LAST_LOOK_MS, type PollTarget } from './pollTarget';

/** From this many jobs on, one list is cheaper than single questions. */
const LIST_MIN_JOBS = 3;
/** Jobs much older than usual are not looked for in the list: it would have to reach back for their sake. */
const LIST_MAX_AGE_MS = 10_000;
/**
 * The time from one list to the next, as a share of the usual analysis time. With this and the next number, hundreds of results
 * are seen as soon as thousands (docs/performance.md).
 */
const LIST_CYCLE_SHARE = 1 / 45;
/**
 * A list that has only what has changed is worth asking for earlier once this many jobs would have ended, if all of them took
 * the usual time: with thousands of jobs, each pays for a small part of a list.
 */
const JOBS_PER_LIST = 14;
/** A list that takes longer than this, and than three lists did so far, is no longer waited for. */
const LIST_STUCK_MS = 2000;
const stuckAfterMs = ({ tookMs }: ScheduleState['list']): number => Math.max(LIST_STUCK_MS, 3 * tookMs);
/** Interval of questions about a job whose webhook can be counted on, in case that webhook gets lost. */
const WEBHOOK_FALLBACK_MS = 15_000;
/** Operators take minutes to days: the longer a decision has been awaited, the longer it may lie unseen. */
const DECISION_PAUSE_SHARE = 1 / 20;
const MIN_DECISION_PAUSE_MS = 10_000;
const MAX_DECISION_PAUSE_MS = 300_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/**
 * A question is worth asking once this many milliseconds of unseen results are expected, added up over all jobs that it
 * asks about. That gives the least waiting for a given number of questions.
 */
const QUESTION_WORTH_MS = 40;
/** A list costs more the longer it is: with this many jobs in it, as much as two questions. */
const LIST_DOUBLE_COST_JOBS = 20;
/** A list of changes has only a few of those that wait in it, so it never costs more than a whole list of this many. */
const MAX_CHANGES_COST_JOBS = 250;
/**
 * With this many more jobs that are asked about one by one, each question must be worth twice as much, with four times as
 * many three times as much: the server's load must not exceed that of a poll each second (docs/performance.md).
 */
const SINGLE_DOUBLE_COST_JOBS = 40;
/** Of more jobs than this, only a sample is computed. */
const MAX_SAMPLE_JOBS = 200;
const MAX_PAUSE_MS = 15_000;
const PRECISION_MS = 2;

interface Running {
  /** When the analyses were started, by the watcher's clock. */
  bornAt: number;
  /** The latest moment at which they were known to be running. */
  runningAt: number;
}

/** Everything the schedule depends on; times are the watcher's clock, milliseconds. */
export interface ScheduleState<Target extends ScheduledTarget = ScheduledTarget> {
  targets: readonly Target[];
  durations: Durations;
  /** Whether webhooks have proved to come. */
  webhooksTrusted: boolean;
  list: {
    usable: boolean;
    /** Whether lists, apart from an occasional one, have only what has changed. */
    ofChanges: boolean;
    /** Minimum pause after a list, as its own speed demands. */
    pauseMs: number;
    /** How long lists take, the slower kind of them. */
    tookMs: number;
    lastAskedAt: number;
    lastAnsweredAt: number;
    /** When the list under way was asked for. */
    askedAt: number | undefined;
  };
}

/** What the schedule reads of a target. */
export type ScheduledTarget = Running &
  Pick<
    PollTarget,
    | 'createdAt'
    | 'webhook'
    | 'hinted'
    | 'nextAt'
    | 'asking'
    | 'failures'
    | 'lastError'
    | 'undecidedSince'
    | 'listMisses'
  > & { readonly waiters: ReadonlySet<{ readonly deadline: number }> };

/** What to ask now, and when to look again. */
interface Schedule<Target> {
  /** To look for in one list; empty: no list now. */
  inList: readonly Target[];
  /** To ask about one by one. */
  singly: readonly Target[];
  /** When the next question is due; Infinity when answers to earlier ones come first. */
  nextAt: number;
}

/** Decides what to ask now and when to decide again. Changes nothing. */
export function schedule<Target extends ScheduledTarget>(
  state: ScheduleState<Target>,
  now: number,
): Schedule<Target> {
  const { list } = state;
  const listed = targetsForList(state, now);
  let inList: readonly Target[] = [];
  let nextAt = Infinity;
  let listAskedAt = list.askedAt;
  if (listed.size > 0 && listAskedAt === undefined) {
    const dueAt = Math.max(
      list.lastAskedAt + cycleMs(listed.size, state),
      list.lastAnsweredAt + list.pauseMs,
      whenToAskAll([...listed], state, now),
    );
    if (dueAt <= now + 1) {
      inList = [...listed];
      listAskedAt = now;
    } else nextAt = dueAt;
  }
  if (listAskedAt !== undefined) nextAt = Math.min(nextAt, Math.max(now, listAskedAt + stuckAfterMs(list)));
  const alone = state.targets.filter((target) => target.asking === undefined && !listed.has(target));
  for (const target of alone) if (target.nextAt > now) nextAt = Math.min(nextAt, target.nextAt);
  return { inList, singly: alone.filter((target) => target.nextAt <= now), nextAt };
}

/**
 * When to ask about this target alone, unless the list comes first.
 * @param state `count` is how many jobs are asked about in all
 * @param random from 0 to 1: spreads the repeats after errors
 */
export function whenToAskAlone(
  target: ScheduledTarget,
  state: Pick<ScheduleState, 'durations' | 'webhooksTrusted'> & { readonly count: number },
  now: number,
  random: number,
): number {
  const { count, durations, webhooksTrusted } = state;
  let at: number;
  if (target.failures > 0) {
    const backoffMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (target.failures - 1));
    const askedForMs = (target.lastError?.cause.retryAfter ?? 0) * 1000;
    at = now + Math.max(backoffMs * (0.5 + random / 2), askedForMs);
  } else if (target.undecidedSince !== undefined) {
    const pauseMs = (now - target.undecidedSince) * DECISION_PAUSE_SHARE;
    at = now + Math.min(MAX_DECISION_PAUSE_MS, Math.max(MIN_DECISION_PAUSE_MS, pauseMs));
  } else if (reliesOnWebhook(target, webhooksTrusted)) {
    at = Math.max(now, target.runningAt) + WEBHOOK_FALLBACK_MS;
  } else {
    at = whenToAskOne(target, count, durations, now);
  }
  const deadline = Math.min(...[...target.waiters].map((waiter) => waiter.deadline));
  return now < deadline - LAST_LOOK_MS ? Math.min(at, deadline - LAST_LOOK_MS) : at;
}

/** Whether its webhook can be counted on, so that questions are rare. */
export function reliesOnWebhook(
  { webhook, hinted }: Pick<ScheduledTarget, 'webhook' | 'hinted'>,
  webhooksTrusted: boolean,
): boolean {
  return webhook && !hinted && webhooksTrusted;
}

/** Those that the list answers for: none when they are few, or when the list is no use at the moment. */
function targetsForList<Target extends ScheduledTarget>(
  { targets, durations, webhooksTrusted, list }: ScheduleState<Target>,
  now: number,
): Set<Target> {
  const stuck = list.askedAt !== undefined && now - list.askedAt >= stuckAfterMs(list);
  if (stuck || !list.usable) return new Set();
  const maxAgeMs = Math.max(LIST_MAX_AGE_MS, 1.5 * durations.usual);
  const fit = targets.filter(
    (target) =>
      target.createdAt !== undefined &&
      target.listMisses < 2 &&
      target.failures === 0 &&
      target.undecidedSince === undefined &&
      now - target.bornAt <= maxAgeMs &&
      !reliesOnWebhook(target, webhooksTrusted),
  );
  const newest = Math.max(...fit.map(({ createdAt = 0 }) => createdAt));
  const near = fit.filter(({ createdAt = 0 }) => createdAt >= newest - maxAgeMs / 1000);
  return new Set(near.length >= LIST_MIN_JOBS ? near : []);
}

/** The least time from one list to the next; what a list takes does not make it longer. */
function cycleMs(jobs: number, { durations, list }: Pick<ScheduleState, 'durations' | 'list'>): number {
  const share = list.ofChanges ? Math.min(LIST_CYCLE_SHARE, JOBS_PER_LIST / jobs) : LIST_CYCLE_SHARE;
  return durations.usual * share;
}

/** When to ask one question about all of these. */
function whenToAskAll(
  jobs: readonly Running[],
  { durations, list }: Pick<ScheduleState, 'durations' | 'list'>,
  now: number,
): number {
  const inList = list.ofChanges ? Math.min(jobs.length, MAX_CHANGES_COST_JOBS) : jobs.length;
  const worth = QUESTION_WORTH_MS * (1 + inList / LIST_DOUBLE_COST_JOBS);
  if (jobs.length <= MAX_SAMPLE_JOBS) return whenWorth(jobs, worth, durations, now);
  const step = jobs.length / MAX_SAMPLE_JOBS;
  const sample = jobs.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
  return whenWorth(sample, (worth * sample.length) / jobs.length, durations, now);
}

/** When to ask about one of `count` jobs that are asked about one by one. */
function whenToAskOne(job: Running, count: number, durations: Durations, now: number): number {
  return whenWorth(
    [job],
    QUESTION_WORTH_MS * (1 + Math.sqrt((count - 1) / SINGLE_DOUBLE_COST_JOBS)),
    durations,
    now,
  );
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
  while (unseenAt(to) < worth && to < now + MAX_PAUSE_MS) {
    from = to;
    step *= 2;
    to = now + step;
  }
  while (to - from > PRECISION_MS) {
    const middle = (from + to) / 2;
    if (unseenAt(middle) < worth) from = middle;
    else to = middle;
  }
  return Math.min(to, now + MAX_PAUSE_MS);
}
