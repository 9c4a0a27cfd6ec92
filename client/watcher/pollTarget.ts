import type { WaitResult } from '../contract';
import type { OzError } from '../errors/ozError';
import type { Analysis, CheckResult, Media } from '../model';
import { ozError } from '../errors/errorMessages';
import { awaitsDecision, checkResult, lastGroup } from '../result';

/** The last question is asked this long before the deadline; a late answer gets the same time again. */
export const LAST_LOOK_MS = 500;

/** One answer about a target. */
export interface Observation {
  /** When the question was sent: it tells nothing about what happened later. */
  askedAt: number;
  analyses: readonly Analysis[];
  media: readonly Media[];
  /** Read from the folder or analysis itself, not from a list that may lag behind. */
  direct: boolean;
}

/** One wait; ends exactly once. */
export interface Waiter {
  since: number;
  deadline: number;
  onTimeout: 'error' | 'emit';
  folderId: string;
  analysisIds: readonly string[] | undefined;
  /** Goes on waiting where a person has to decide. */
  forDecision: boolean;
  /** The latest answer was that a person has to decide. */
  undecided: boolean;
  targets: readonly PollTarget[];
  polls: number;
  /** Direct answers in which an analysis to wait for was missing. */
  missing: number;
  /** The deadline has passed; the answers to questions asked from this moment on are the last to be waited for. */
  overdueFrom: number;
  settle(end: { result: WaitResult } | { error: OzError }): void;
}

/** One thing that is asked about: a folder, or an analysis whose folder is not known. */
export interface PollTarget {
  readonly kind: 'folder' | 'analysis';
  readonly id: string;
  readonly waiters: Set<Waiter>;
  bornAt: number;
  /** Whether `bornAt` is when the analyses were started, so that their duration can be learned. */
  readonly bornKnown: boolean;
  runningAt: number;
  /** Epoch seconds by the server's clock; needed to find the folder in the list. */
  createdAt: number | undefined;
  readonly webhook: boolean;
  hinted: boolean;
  /** When the next question about it alone is due. */
  nextAt: number;
  /** The question under way about it alone. */
  asking: AbortController | undefined;
  /** A hint came while a question was under way: ask again. */
  again: boolean;
  failures: number;
  lastError: OzError | undefined;
  /** Since when only decisions of persons are waited for. */
  undecidedSince: number | undefined;
  /** Lists that should have contained it, but did not. */
  listMisses: number;
  latest: Observation | undefined;
}

interface Judgement {
  result: CheckResult;
  done: boolean;
  /** A person has to decide, and the decision is waited for. */
  undecided: boolean;
  /** Everything was read, but something to wait for is not there. */
  missing?: OzError;
}

/**
 * What a waiter has, by the latest answers about its targets. Answers to questions sent before it began to wait do
 * not count: they may show an older check of the same folder as done.
 */
export function judge(waiter: Waiter): Judgement {
  const seen = waiter.targets.flatMap(({ latest }) =>
    latest !== undefined && latest.askedAt >= waiter.since ? [latest] : [],
  );
  const complete = seen.length === waiter.targets.length;
  const wanted = waiter.analysisIds;
  const all = seen.flatMap((one) => one.analyses);
  const analyses =
    wanted === undefined ? lastGroup(all) : all.filter(({ analysisId }) => wanted.includes(analysisId));
  const absent = wanted?.find((id) => analyses.every(({ analysisId }) => analysisId !== id));
  const folderId = waiter.folderId === '' ? (analyses[0]?.folderId ?? '') : waiter.folderId;
  const result = checkResult(
    folderId,
    analyses,
    seen.flatMap((one) => one.media),
  );
  if (complete && absent === undefined && analyses.length > 0) {
    const undecided = waiter.forDecision && awaitsDecision(result);
    return { result, done: result.resolution !== 'PROCESSING' && !undecided, undecided };
  }
  const open: Judgement = { result: { ...result, resolution: 'PROCESSING' }, done: false, undecided: false };
  return complete ? { ...open, missing: absentError(folderId, absent) } : open;
}

function absentError(folderId: string, analysisId: string | undefined): OzError {
  const where = folderId === '' ? { stage: 'wait' } : { stage: 'wait', folderId };
  if (analysisId === undefined) return ozError('noAnalyses', { folder: folderId }, where);
  return ozError('notFound', { what: 'analysis' }, { ...where, analysisId });
}
