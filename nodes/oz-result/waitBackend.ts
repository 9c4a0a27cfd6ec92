import { isRecord } from '../shared/message';
import type { WaitTarget } from '../../client';
import type { Question } from './pendingResults';

/** A wait that outlives the node. */
export interface Wait {
  /** The part of the message that can be stored: see storable.ts. */
  msg: Record<string, unknown>;
  target: WaitTarget;
  origin: Question['origin'];
  /** The verdict is there and asks for a person's decision, which is waited for. */
  forDecision?: boolean;
  /** Epoch milliseconds. */
  deadline: number;
}

/** Where the waits of one node are stored, by key. */
export interface WaitBackend {
  /** The waits of this process, and those left behind by processes that are gone. */
  all(): Promise<Record<string, unknown>>;
  /** Stores a wait, or forgets it if `wait` is undefined. */
  put(key: string, wait: Wait | undefined): Promise<void>;
}

/** Waits whose deadline passed this long ago are forgotten: nobody expects their results any more. */
const RETENTION_MS = 7 * 24 * 3600 * 1000;

/** Whether a stored wait is too old to go on; also asked about nodes that no longer exist. */
export const isForgotten = (wait: unknown): boolean =>
  isRecord(wait) && typeof wait['deadline'] === 'number' && wait['deadline'] + RETENTION_MS < Date.now();
