import { abortError, joinSignals, type StopSignal } from './abort';
import { OzError } from './errors/ozError';
import { omitUndefined } from './omitUndefined';
import { ozError } from './errors/errorMessages';
import type { Server } from './server';
import { TOKEN_HEADER, type Session } from './session/session';
import { jsonBody, parseJson } from './transport/json';
import { errorFromResponse } from './errors/errorFromResponse';
import type { HttpResponse, Method, RequestBody } from './transport/request';
import type { Lane } from './transport/queue';
import type { Transport } from './transport/transport';

/** One call of the Oz API. */
export interface ApiCall {
  /** The step it belongs to, for `error.cause.stage`. */
  stage: string;
  method?: Method;
  /** Below `/api/`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; instead of `json`. */
  body?: RequestBody;
  lane?: Lane;
  /** Default: every GET and DELETE. */
  idempotent?: boolean;
  /** What the id in the path belongs to, for OZ_NOT_FOUND. */
  what?: string;
  /** False for calls that need no sign-in. */
  signIn?: boolean;
  responseTimeoutMs?: number;
  onSent?: (sentBytes: number) => void;
  signal?: StopSignal;
}

/** Calls the Oz API: signed in, in turn, with every "no" turned into an {@link OzError}. */
export class Api {
  #serverClock: { seconds: number; at: number } | undefined;

  constructor(
    readonly server: Server,
    private readonly session: Session,
    private readonly transport: Transport,
    private readonly closed: StopSignal,
  ) {}

  /** Epoch seconds by the server's clock, rather too early than too late; undefined before its first answer. */
  serverTime(): number | undefined {
    if (this.#serverClock === undefined) return undefined;
    return Math.floor(this.#serverClock.seconds + (performance.now() - this.#serverClock.at) / 1000 - 2);
  }

  /** The JSON of the answer, `null` when it is empty. */
  async json(call: ApiCall): Promise<unknown> {
    return parseJson(await this.send(call), this.server.host, call.stage);
  }

  /** The answer of a call that succeeded (2xx). */
  async send(call: ApiCall): Promise<HttpResponse> {
    const joined = joinSignals(this.closed, call.signal);
    try {
      if (joined.signal.aborted) throw abortError(joined.signal);
      return await this.#send(call, joined.signal);
    } finally {
      joined.release();
    }
  }

  async #send(call: ApiCall, signal: StopSignal): Promise<HttpResponse> {
    const method = call.method ?? 'GET';
    const body = call.body ?? (call.json === undefined ? undefined : jsonBody(call.json));
    const request = omitUndefined({
      stage: call.stage,
      method,
      url: this.server.api(call.path, call.query),
      lane: call.lane ?? 'quick',
      idempotent: call.idempotent ?? (method === 'GET' || method === 'DELETE'),
      signal,
      body,
      responseTimeoutMs: call.responseTimeoutMs,
      onSent: call.onSent,
    });
    for (let renewed = false; ; renewed = true) {
      const token = call.signIn === false ? undefined : await this.session.token(signal);
      const answer = await this.transport.send(
        omitUndefined({ ...request, headers: token === undefined ? undefined : { [TOKEN_HEADER]: token } }),
      );
      if (answer.status >= 200 && answer.status <= 299) {
        if (token !== undefined) this.session.used(token);
        const date = Date.parse(answer.headers['date'] ?? '');
        if (!Number.isNaN(date)) this.#serverClock = { seconds: date / 1000, at: performance.now() };
        return answer;
      }
      if (answer.status !== 401) throw this.#errorFromResponse(answer, call);
      if (renewed)
        throw ozError('sessionRefused', { host: this.server.host }, { stage: call.stage, status: 401 });
      await this.session.replace(token, signal);
    }
  }

  /**
   * Fetches any URL, for media; a redirect is an answer. The token goes along only when the URL's origin is the
   * API's, and only if there already is a sign-in to go along with: media are public (reference 2.5).
   */
  async fetch(url: string, outer: StopSignal | undefined): Promise<HttpResponse> {
    const { signal, release } = joinSignals(this.closed, outer);
    try {
      if (signal.aborted) throw abortError(signal);
      const own = this.server.owns(url);
      for (let renewed = false; ; renewed = true) {
        const token = own ? await this.session.token(signal) : undefined;
        const headers = { Accept: '*/*', ...(token === undefined ? {} : { [TOKEN_HEADER]: token }) };
        const request = { stage: 'download', method: 'GET' as const, url, headers, lane: 'quick' as const };
        const answer = await this.transport.send({ ...request, idempotent: true, signal });
        if (answer.status < 300 || (answer.headers['location'] !== undefined && answer.status < 400))
          return answer;
        if (answer.status !== 401 || !own || renewed)
          throw this.#errorFromResponse(answer, { stage: 'download', path: '', what: 'media' }, url);
        await this.session.replace(token, signal);
      }
    } finally {
      release();
    }
  }

  #errorFromResponse(answer: HttpResponse, call: ApiCall, url = this.server.origin): OzError {
    const error = errorFromResponse(answer, new URL(url).host, call.stage, call.what ?? 'object');
    const params = Object.fromEntries(
      Object.entries(error.params).map(([name, value]) => [
        name,
        typeof value === 'string' ? this.session.redact(value) : value,
      ]),
    );
    const { apiMessage, ...details } = error.cause;
    return new OzError(error.code, error.key, this.session.redact(error.message), params, {
      ...details,
      ...(apiMessage === undefined ? {} : { apiMessage: this.session.redact(apiMessage) }),
    });
  }
}
