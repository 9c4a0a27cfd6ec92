import type { HttpAnswer } from '../errors/httpAnswer';
import type { Lane, Turn } from './queue';

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

/** What authenticates one sending of a request. */
export interface Signature {
  token: string | undefined;
  headers: Readonly<Record<string, string>>;
}

/**
 * Signs requests at the moment they are sent: a signature made earlier may have ended while the request waited for its
 * turn.
 */
export interface Signer {
  /** Waits for a renewal that is under way, so that no body is sent with a token known to be worthless. */
  sign(signal: AbortSignal): Promise<Signature>;
  /** The server took the signature (2xx). */
  accepted(signature: Signature): void;
  /**
   * The server answered 401. Resolves when it is worth sending the request again.
   * @param refusals how often this request has been refused, this time included
   * @throws OZ_AUTH when it is not
   */
  refused(signature: Signature, refusals: number, stage: string, signal: AbortSignal): Promise<void>;
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
  /** The turn of its first sending, if it was waited for already. */
  turn?: Turn;
  /** Whether sending it twice does the same as sending it once. */
  idempotent: boolean;
  signal: AbortSignal;
  /** Absent for requests that need no sign-in, and for signing in itself. */
  signer?: Signer | undefined;
  /** Whoever sends it looks whether it was carried out before it is sent again, also after {@link diedIdle}. */
  settled?: boolean;
  /** Many others wait for the answer: after a timeout it is sent again as often as after other failures. */
  awaitedByMany?: boolean;
  /** Longest time without progress once the body is sent; for calls that compute before they answer. */
  responseTimeoutMs?: number;
  /** Largest answer that is read. */
  maxResponseBytes?: number;
  onSent?: (sentBytes: number) => void;
}

/** The answer to a request, which may have been sent more than once. */
export interface HttpResponse extends HttpAnswer {
  /** It had been sent before, and may have been carried out then. */
  repeated?: true;
}
