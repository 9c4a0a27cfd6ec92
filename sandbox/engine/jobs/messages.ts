import type { MessagePort } from 'node:worker_threads';
import type { Decoder } from '../media/decoder/decoder';
import type { EngineErrorCode, MediaReport } from '../types';

/** A job on its way to a worker. */
export interface Job {
  path: string;
  name?: string | undefined;
  explain: boolean;
  decoder: 'auto' | Decoder['name'];
  /** Brings `CANCEL` to the worker, and what the worker does (`Note`) back. */
  port: MessagePort;
}

export const CANCEL = 'cancel';

/** What a worker tells while it works: which thread took the job, and which child processes it has. */
export type Note = { thread: number } | { pid: number; alive: boolean };

/** How a job ended; errors cross threads as plain data. */
export type Outcome = { report: MediaReport } | { code: EngineErrorCode; message: string };
