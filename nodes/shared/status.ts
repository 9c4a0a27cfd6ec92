import type { NodeStatus } from 'node-red';
import { OzError, type OzErrorCode, type Resolution } from '../../client';
import type { BestShotState } from './oz';

/** What a node may be doing, and every other short text of a status, in English. Kept under 20 characters. */
export const STATUS_TEXTS = {
  uploading: 'uploading',
  uploadingPercent: 'uploading __percent__ %',
  ordering: 'starting analyses',
  waiting: 'waiting __seconds__ s',
  deciding: 'awaiting operator',
  downloading: 'downloading',
  asking: 'requesting',
  deleting: 'deleting',
  many: '__text__ (__count__)',
  passed: 'passed',
  passedScore: 'passed · __score__',
  declined: 'declined',
  needsReview: 'needs review',
  noBestShot: 'no best shot',
  bestShotNotOrdered: 'best shot off',
  bestShotNotForGesture: 'no shot for gesture',
  noVerdict: 'no verdict yet',
  serverMissing: 'no server',
  serverDisabled: 'server disabled',
  serverNotDeployed: 'no server',
  OZ_CONFIG: 'check settings',
  OZ_INPUT: 'invalid input',
  OZ_MEDIA: 'media unusable',
  OZ_UNREACHABLE: 'unreachable',
  OZ_TLS: 'not trusted',
  OZ_TIMEOUT: 'timed out',
  OZ_AUTH: 'sign-in failed',
  OZ_FORBIDDEN: 'forbidden',
  OZ_NOT_FOUND: 'not found',
  OZ_RATE_LIMITED: 'too many requests',
  OZ_REJECTED: 'rejected',
  OZ_SERVER: 'server error',
  OZ_RESPONSE: 'unexpected response',
  OZ_ANALYSIS_FAILED: 'analysis failed',
  OZ_WAIT_TIMEOUT: 'waited too long',
  OZ_CANCELLED: 'cancelled',
  mediaMissing: 'file not found',
  notOz: 'not an Oz server',
} as const satisfies Record<string, string> & Record<OzErrorCode, string>;

/** An error on the canvas: its code, or, where that says too little, which error of that code it is. */
export type ErrorStatus = OzErrorCode | (typeof NAMED_ERRORS)[number];

const NAMED_ERRORS = ['mediaMissing', 'notOz'] as const;

/** What the status shows of an error that reaches Catch as `code`. */
export const errorStatus = (error: unknown, code: OzErrorCode): ErrorStatus =>
  NAMED_ERRORS.find((key) => error instanceof OzError && error.key === key) ?? code;

export type Stage = 'uploading' | 'ordering' | 'waiting' | 'deciding' | 'downloading' | 'asking' | 'deleting';

/** One message under way. */
export interface Doing {
  stage?: Stage;
  /** Of an upload, 0..100. */
  percent?: number;
  /** When the stage began, by `performance.now()`: the clock of the machine may be set meanwhile. */
  since: number;
}

export interface StatusState {
  /** Messages under way, the oldest first. */
  doing: readonly Doing[];
  /** How the last message ended; absent when it ended well. */
  lastError?: ErrorStatus;
  /** The last verdict that the node sent on. */
  verdict?: Verdict;
  /** Why the node cannot work at all. */
  problem?: 'serverMissing' | 'serverDisabled' | 'serverNotDeployed';
}

/** What the status shows of a result. */
export interface Verdict {
  resolution: Resolution;
  /** Probability that the face is not real, 0..1. */
  spoofing?: number;
  /** Where a best shot was to be sent on. */
  bestShot?: BestShotState;
}

type Text = (key: keyof typeof STATUS_TEXTS, params?: Record<string, string | number>) => string;

/** The status that is true for a state: the oldest message's stage, and how many there are. */
export function toStatus(state: StatusState, now: number, text: Text): NodeStatus {
  const oldest = state.doing.find((doing) => doing.stage !== undefined);
  if (oldest?.stage !== undefined) {
    const count = state.doing.length;
    const what = stageText(oldest.stage, oldest, now, text);
    return {
      fill: 'blue',
      shape: oldest.stage === 'waiting' || oldest.stage === 'deciding' ? 'ring' : 'dot',
      text: count > 1 ? text('many', { text: what, count }) : what,
    };
  }
  if (state.lastError !== undefined) return { fill: 'red', shape: 'ring', text: text(state.lastError) };
  if (state.problem !== undefined) return { fill: 'red', shape: 'ring', text: text(state.problem) };
  return state.verdict === undefined ? {} : verdictStatus(state.verdict, text);
}

const WITHOUT_BEST_SHOT = {
  none: 'noBestShot',
  notOrdered: 'bestShotNotOrdered',
  notForGesture: 'bestShotNotForGesture',
} as const satisfies Record<Exclude<BestShotState, 'given'>, keyof typeof STATUS_TEXTS>;

function verdictStatus({ resolution, spoofing, bestShot }: Verdict, text: Text): NodeStatus {
  if (resolution === 'DECLINED') return { fill: 'red', shape: 'dot', text: text('declined') };
  if (resolution === 'PROCESSING') return { fill: 'yellow', shape: 'ring', text: text('noVerdict') };
  if (resolution !== 'SUCCESS') return { fill: 'yellow', shape: 'dot', text: text('needsReview') };
  if (bestShot !== undefined && bestShot !== 'given')
    return { fill: 'yellow', shape: 'dot', text: text(WITHOUT_BEST_SHOT[bestShot]) };
  const passed =
    spoofing === undefined ? text('passed') : text('passedScore', { score: spoofing.toFixed(2) });
  return { fill: 'green', shape: 'dot', text: passed };
}

function stageText(stage: Stage, doing: Doing, now: number, text: Text): string {
  if (stage === 'waiting') return text('waiting', { seconds: Math.floor((now - doing.since) / 1000) });
  if (stage === 'uploading' && doing.percent !== undefined) {
    return text('uploadingPercent', { percent: Math.floor(doing.percent) });
  }
  return text(stage);
}
