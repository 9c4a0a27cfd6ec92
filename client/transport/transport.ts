import { abortError, joinSignals, pause } from '../abort';
import type { OzError } from '../errors/ozError';
import { askedRestMs } from '../errors/errorFromResponse';
import { isFailure, isPage } from '../errors/httpAnswer';
import type { Agents } from './agents';
import { attempt, type Outcome } from './attempt';
import { RequestQueue, type Turn } from './queue';
import { Refusals } from './refusals';
import type { HttpResponse, HttpRequest } from './request';

const MAX_TRIES = 4;
/** Each try may take the whole request timeout. */
const MAX_TIMEOUT_TRIES = 2;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4000;
/** A longer pause than this is left to the flow. */
const MAX_RETRY_AFTER_MS = 60_000;

interface TransportOptions {
  timeoutMs: number;
  maxParallel: number;
  trace?: (line: string) => void;
}

/** One attempt, and when it started. */
type Sent = Outcome & { startedAt: number };

/**
 * Sends requests in turn and repeats those that may be repeated: idempotent ones after a broken connection, a timeout
 * or 5xx; any when no connection was made, or the server had closed the idle one that was used; and any that the
 * server refused to take because there are too many (429, or the page of a reverse proxy with 503). Never a POST that
 * may have created something.
 */
export class Transport {
  readonly #queue: RequestQueue;

  readonly #agents: Agents;
  readonly #options: TransportOptions;
  readonly #closed: AbortSignal;

  /** @param closed aborts every request, in addition to the request's own signal */
  constructor(agents: Agents, options: TransportOptions, closed: AbortSignal) {
    this.#agents = agents;
    this.#options = options;
    this.#closed = closed;
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
    const { lane, signal, signer, turn } = request;
    let end = turn?.take();
    // All that wait for the first sign-in share its failure, instead of trying it in turn.
    if (end === undefined) await signer?.sign(signal);
    return this.#repeat(request, true, async (again) => {
      end ??= (await this.#queue.turn(lane, signal, again)).take();
      try {
        return await this.#signed(request);
      } finally {
        end?.();
        end = undefined;
      }
    });
  }

  /**
   * Makes and sends a request when its turn has come, with which `send` is called: while thousands wait, each of them
   * holds much less. The first sending has the turn; repeats, and whatever else `send` asks for, wait for turns of their
   * own. A call that ends without it leaves the turn to the next.
   */
  async inTurn<T>(
    { lane, signal, signer }: Pick<HttpRequest, 'lane' | 'signal' | 'signer'>,
    send: (turn: Turn) => Promise<T>,
  ): Promise<T> {
    await signer?.sign(signal);
    const turn = await this.#queue.turn(lane, signal, false);
    return send(turn).finally(() => turn.take()?.());
  }

  /** As {@link send}, but not in the queue: sign-in must not wait behind the requests that wait for it. */
  async sendNow(request: HttpRequest): Promise<HttpResponse> {
    return this.#repeat(request, false, () => this.#once(request, request.headers));
  }

  close(): void {
    this.#queue.close(abortError(this.#closed));
    this.#agents.close();
  }

  /** Signs a request now that its turn has come, and sends it again as long as its token was revoked on the way. */
  async #signed(request: HttpRequest): Promise<Sent> {
    const { signer, signal, stage } = request;
    if (signer === undefined) return this.#once(request, request.headers);
    for (let refusals = 1; ; refusals += 1) {
      const signature = await signer.sign(signal);
      const sent = await this.#once(request, { ...request.headers, ...signature.headers });
      const status = 'answer' in sent ? sent.answer.status : 0;
      if (status >= 200 && status <= 299) signer.accepted(signature);
      if (status !== 401) return sent;
      await signer.refused(signature, refusals, stage, signal);
    }
  }

  async #once(request: HttpRequest, headers: HttpRequest['headers']): Promise<Sent> {
    const startedAt = performance.now();
    const signed = headers === undefined ? request : { ...request, headers };
    const { timeoutMs } = this.#options;
    let outcome = await attempt(signed, this.#agents, timeoutMs, this.#closed);
    // The server closed an idle connection while the request was on its way, so it hardly saw it.
    const again = request.settled !== true && request.body?.replayable !== false;
    if ('error' in outcome && outcome.stale && again)
      outcome = await attempt(signed, this.#agents, timeoutMs, this.#closed, true);
    const ms = Math.round(performance.now() - startedAt);
    const end = 'answer' in outcome ? String(outcome.answer.status) : outcome.error.code;
    this.#options.trace?.(`${request.method} ${new URL(request.url).pathname} ${end} ${ms} ms`);
    return { ...outcome, startedAt };
  }

  /** @param paced whether the queue sets the pace; otherwise each repeat waits by itself */
  async #repeat(
    request: HttpRequest,
    paced: boolean,
    once: (again: boolean) => Promise<Sent>,
  ): Promise<HttpResponse> {
    const { pace } = this.#queue;
    const { timeoutMs } = this.#options;
    const refusals = new Refusals();
    for (let failures = 0; ;) {
      const sent = await once(failures + refusals.count > 0);
      const backoffMs = backoffAfter(1 + failures + refusals.count);
      let waitMs: number | undefined;
      if ('answer' in sent && notTaken(sent.answer)) {
        const now = performance.now();
        pace.refused(sent.startedAt, now);
        refusals.add(pace.takenCount, now);
        if (refusals.hopeful(timeoutMs, now) && request.body?.replayable !== false)
          waitMs = this.#rest(sent.answer, paced ? 0 : backoffMs);
      } else {
        failures += 1;
        if ('answer' in sent && !isFailure(sent.answer.status)) pace.taken();
        if (failures < MAX_TRIES) waitMs = this.#waitBeforeRepeat(request, sent, failures, backoffMs);
      }
      if (waitMs === undefined) {
        if ('answer' in sent) return failures > 1 ? { ...sent.answer, repeated: true } : sent.answer;
        throw sent.error;
      }
      if (waitMs > 0) await this.#pause(waitMs, request.signal);
    }
  }

  async #pause(ms: number, own: AbortSignal): Promise<void> {
    const { signal, release } = joinSignals(this.#closed, own);
    try {
      await pause(ms, signal);
    } finally {
      release();
    }
  }

  /** Milliseconds until the request may be sent again, or undefined when it may not. */
  #waitBeforeRepeat(
    request: HttpRequest,
    outcome: Outcome,
    tries: number,
    backoffMs: number,
  ): number | undefined {
    if (request.body?.replayable === false && !('error' in outcome && outcome.nothingSent)) return undefined;
    if ('error' in outcome) return repeatable(request, outcome, tries) ? backoffMs : undefined;
    if (!request.idempotent || !isFailure(outcome.answer.status)) return undefined;
    return this.#rest(outcome.answer, backoffMs);
  }

  /** The pause that an answer asks for, during which nothing else is sent either; undefined when it is too long. */
  #rest(answer: HttpResponse, otherwise: number): number | undefined {
    const asked = answer.status === 429 || answer.status === 503 ? askedRestMs(answer) : undefined;
    if (asked === undefined) return otherwise;
    if (asked > MAX_RETRY_AFTER_MS) return undefined;
    this.#queue.hold(asked);
    return asked + Math.random() * Math.min(otherwise, 250);
  }
}

/** Milliseconds before a repeat: random, so that many that failed together do not come back together. */
const backoffAfter = (tries: number): number =>
  Math.random() * Math.min(FIRST_BACKOFF_MS * 2 ** tries, MAX_BACKOFF_MS);

/**
 * Whether the server refused to take the request because there are too many. A reverse proxy says so with 503 and a
 * page of its own; a 503 with JSON or plain text comes from something behind it that may have begun the work.
 */
function notTaken(answer: HttpResponse): boolean {
  const { status, body } = answer;
  return status === 429 || (status === 503 && (isPage(answer) || body.length === 0));
}

function repeatable(
  { idempotent, awaitedByMany, responseTimeoutMs }: HttpRequest,
  { error, nothingSent }: { error: OzError; nothingSent: boolean },
  tries: number,
): boolean {
  // A server that was given minutes to compute, and dripped through several times as long, is not asked again.
  if (error.key === 'timeoutTotal' && responseTimeoutMs !== undefined) return false;
  if (error.key === 'timeoutTotal' || error.key === 'timeoutIdle')
    return idempotent && (awaitedByMany === true || tries < MAX_TIMEOUT_TRIES);
  if (error.code === 'OZ_UNREACHABLE' || error.code === 'OZ_TIMEOUT') return nothingSent || idempotent;
  return error.key === 'brokenJson' && idempotent;
}
