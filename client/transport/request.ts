import type { StopSignal } from '../abort';
import type { Lane } from './queue';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** A request body that is made when its turn comes, and made again when the request is repeated. */
export interface RequestBody {
  contentType: string;
  /** Exact number of bytes. */
  length: number;
  /** False when the source can be read only once (a stream that was given to us). */
  replayable: boolean;
  open(): OpenBody;
}

/** The bytes of a body while they are sent; `close` frees what they hold (an open file). */
export interface OpenBody {
  data: Buffer | NodeJS.ReadableStream;
  close(): void;
}

/** One HTTP request, complete but for the turn in the queue. */
export interface HttpRequest {
  /** The step it belongs to, for `error.cause.stage`. */
  stage: string;
  method: Method;
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: RequestBody;
  lane: Lane;
  /** Whether sending it twice does the same as sending it once. */
  idempotent: boolean;
  signal: StopSignal;
  /** Longest time without progress once the body is sent; for calls that compute before they answer. */
  responseTimeoutMs?: number;
  /** Largest answer that is read. */
  maxResponseBytes?: number;
  onSent?: (sentBytes: number) => void;
}

/** One HTTP answer, whole. */
export interface HttpResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}
