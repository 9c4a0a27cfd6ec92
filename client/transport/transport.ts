import { pause } from '../abort';
import type { OzError } from '../errors/ozError';
import type { Agents } from './agents';
import { attempt } from './attempt';
import { RequestQueue } from './queue';
import type { HttpResponse, HttpRequest } from './request';
import { retryAfterMs } from '../errors/errorFromResponse';

const MAX_TRIES = 4;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4000;
/** A server that asks for a longer rest than this gets it from the flow, not from us. */
const MAX_RETRY_AFTER_MS = 60_000;

export interface TransportOptions {
  timeoutMs: number;
  maxParallel: number;
  trace?: (line: string) => void;
  /** First wait before a repeat, milliseconds; later ones double. */
  backoffMs?: number;
}

/**
 * Sends requests in turn and repeats those that may be repeated: idempotent ones after a broken connection, 429 or
 * 5xx; any when no connection was made; and any that the server refused to take (429). Never a POST that may have
 * created something.
 */
export class Transport {
  readonly #queue: RequestQueue;

  constructor(
    private readonly agents: Agents,
    private readonly options: TransportOptions,
  ) {
    this.#queue = new RequestQueue(options.maxParallel);
  }

  load(): { running: number; queued: number } {
    return { running: this.#queue.running, queued: this.#queue.queued };
  }

  /**
   * Sends a request when its turn comes; resolves with any answer that is not to be repeated, whatever its status.
   * @throws OzError when there is no answer
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    return this.#repeat(request, () =>
      this.#queue.run(request.lane, request.signal, () => this.#once(request)),
    );
  }

  /** As {@link send}, but not in the queue: sign-in must not wait behind the requests that wait for it. */
  async sendNow(request: HttpRequest): Promise<HttpResponse> {
    return this.#repeat(request, () => this.#once(request));
  }

  close(): void {
    this.#queue.close();
    this.agents.close();
  }

  async #once(request: HttpRequest): ReturnType<typeof attempt> {
    const started = performance.now();
    const outcome = await attempt(request, this.agents, this.options.timeoutMs);
    const ms = Math.round(performance.now() - started);
    const end = 'answer' in outcome ? String(outcome.answer.status) : outcome.error.code;
    this.options.trace?.(`${request.method} ${new URL(request.url).pathname} ${end} ${ms} ms`);
    return outcome;
  }

  async #repeat(request: HttpRequest, once: () => ReturnType<typeof attempt>): Promise<HttpResponse> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await once();
      const wait = tries < MAX_TRIES ? this.#waitBeforeRepeat(request, outcome, tries) : undefined;
      if (wait === undefined) {
        if ('answer' in outcome) return outcome.answer;
        throw outcome.error;
      }
      await pause(wait, request.signal);
    }
  }

  /** Milliseconds until the request may be sent again, or undefined when it may not. */
  #waitBeforeRepeat(
    request: HttpRequest,
    outcome: Awaited<ReturnType<typeof attempt>>,
    tries: number,
  ): number | undefined {
    if (request.body?.replayable === false && !('error' in outcome && outcome.nothingSent)) return undefined;
    const backoff =
      Math.random() * Math.min((this.options.backoffMs ?? FIRST_BACKOFF_MS) * 2 ** tries, MAX_BACKOFF_MS);
    if ('error' in outcome) {
      return repeatable(outcome.error, outcome.nothingSent, request.idempotent) ? backoff : undefined;
    }
    const { status, headers } = outcome.answer;
    if (status !== 429 && !(request.idempotent && [500, 502, 503, 504].includes(status))) return undefined;
    const asked =
      status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], Date.now()) : undefined;
    if (asked === undefined) return backoff;
    if (asked > MAX_RETRY_AFTER_MS) return undefined;
    this.#queue.hold(asked);
    return asked + Math.random() * Math.min(backoff, 250);
  }
}

function repeatable(error: OzError, nothingSent: boolean, idempotent: boolean): boolean {
  if (error.key === 'timeoutIdle' || error.key === 'timeoutTotal') return false;
  if (error.code === 'OZ_UNREACHABLE' || error.code === 'OZ_TIMEOUT') return nothingSent || idempotent;
  return error.key === 'brokenJson' && idempotent;
}
