/** How the timing server behaves in one run. Sent over IPC, so plain data only. */

import type { CallFailure, FailuresConfig } from './failingCalls';

/** How long an analysis takes: anything between these; both 0: finished before the answer to the order has left. */
export interface AnalysisTimes {
  minMs: number;
  maxMs: number;
}

/** How the server treats `GET /api/folders/` (docs/oz-api.md 2.6). */
type ListManner =
  | 'filters'
  /** Answers with the newest folders of the account, whatever was asked. */
  | 'ignores-filters'
  /** 403, as for an account without the right to list. */
  | 'forbidden';

/** Which spelling of an analysis' id and verdict it uses (docs/oz-api.md 3.3). */
export type Spelling = 'both' | '5.x' | '6.x';

export interface TimingServerConfig {
  times: AnalysisTimes;
  list: ListManner;
  spelling: Spelling;
  /** Of the analysis times and the verdicts. */
  seed: number;
  /** Folders of others that the account holds already, all finished, an hour old. */
  olderFolders: number;
  failures: FailuresConfig;
}

export const DEFAULT_CONFIG: TimingServerConfig = {
  times: { minMs: 1500, maxMs: 4500 },
  list: 'filters',
  spelling: 'both',
  seed: 20250601,
  olderFolders: 300,
  failures: { share: 0, revokeEvery: 0 },
};

/** What the server knows of one job after a run. Times are `monotonicMs`. */
export interface ServedJob {
  /** The number in the file name `job-<n>.<ext>`; -1 when the name had none. */
  job: number;
  folderId: string;
  /** The mark of its upload (docs/errors.md). */
  uploadId?: string | undefined;
  uploadedBytes: number;
  orderedAt: number;
  finishedAt: number;
  resolution: string;
}

export interface ServerReport {
  jobs: ServedJob[];
  signIns: number;
  /** Every request that asks how an analysis stands, whatever the route. */
  resultRequests: number;
  /** Requests that were open at the same time, at most. */
  mostAtOnce: number;
  /** Calls in all, and what went wrong with how many of them. */
  calls: number;
  struck: Record<CallFailure, number>;
  revocations: number;
}

export type ServerCommand = { op: 'configure'; config: TimingServerConfig } | { op: 'report' };
export type ServerReply =
  { op: 'listening'; port: number } | { op: 'configured' } | ({ op: 'report' } & ServerReport);

/** The system's monotonic clock, milliseconds: the same for all processes of one machine. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
