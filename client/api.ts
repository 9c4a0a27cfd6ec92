import { abortError, pause } from './abort';
import { ozError } from './errors/errorMessages';
import { OzError } from './errors/ozError';
import { omitUndefined } from './omitUndefined';
import type { Server } from './server';
import type { Session } from './session/session';
import { jsonBody, MAX_JSON_BYTES, parseJson } from './transport/json';
import { errorFromResponse, withoutText } from './errors/errorFromResponse';
import { withoutStrangers } from './errors/refusalReasons';
import type { HttpRequest, HttpResponse, Method, RequestBody } from './transport/request';
import type { Lane, Turn } from './transport/queue';
import type { Transport } from './transport/transport';

/** One call of the Oz API. */
export interface ApiCall {
  /** The step it belongs to, for `error.cause.stage`. */
  stage: string;
  method?: Method;
  /** Below `/api/`, or below the address itself for a method of API Lite. */
  path: string;
  /** It is a method of API Lite, which has no sign-in (docs/oz-api.md 5.6). */
  lite?: true;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; instead of `json`. */
  body?: RequestBody;
  lane?: Lane;
  /** As in {@link HttpRequest}. */
  turn?: Turn;
  /** Default: every GET and DELETE. */
  idempotent?: boolean;
  /** What the id in the path belongs to, for OZ_NOT_FOUND. */
  what?: string;
  /** The caller settles it, see {@link HttpRequest.settled}. */
  settled?: boolean;
  /** False for calls that need no sign-in. */
  signIn?: boolean;
  /** The answer may hold a secret, so none of its words go into an error. */
  secret?: boolean;
  responseTimeoutMs?: number;
  onSent?: (sentBytes: number) => void;
  signal?: AbortSignal;
}

/** Texts are cut to this before secrets are searched, which takes time. */
const SEARCHED_TEXT_LENGTH = 10_000;
/** And to this afterwards, as the first cut may leave half of a secret. */
const SHOWN_TEXT_LENGTH = 5000;

/**
 * All texts of an answer together, each counted as a hundred characters at least; what comes after is left out. Hundreds of
 * thousands of them would keep Node-RED from everything else for many seconds.
 */
const SEARCHED_ANSWER_LENGTH = 200_000;
const MIN_COUNTED_LENGTH = 100;

/** Tries in all when an answer holds only half of its JSON, and the first pause between two of them. */
const MAX_BROKEN_TRIES = 4;
const BROKEN_PAUSE_MS = 250;
/** The server's clock is taken to be this much earlier: its date has whole seconds, and the answer took its time. */
const CLOCK_MARGIN_SECONDS = 2;

const isIdempotent = ({ idempotent, method = 'GET', body }: ApiCall): boolean =>
  (idempotent ?? (method === 'GET' || method === 'DELETE')) && body?.replayable !== false;

/** Calls the Oz API: signs requests, sends them in turn, and makes an {@link OzError} of each refusal. */
export class Api {
  #serverClock: { seconds: number; at: number } | undefined;

  readonly #session: Session;
  readonly #transport: Transport;
  readonly #closed: AbortSignal;

  constructor(
    readonly server: Server,
    session: Session,
    transport: Transport,
    closed: AbortSignal,
  ) {
    this.#session = session;
    this.#transport = transport;
    this.#closed = closed;
  }

  /** Epoch seconds by the server's clock, rather too early than too late; undefined before its first answer. */
  serverTime(): number | undefined {
    if (this.#serverClock === undefined) return undefined;
    return Math.floor(
      this.#serverClock.seconds + (performance.now() - this.#serverClock.at) / 1000 - CLOCK_MARGIN_SECONDS,
    );
  }

  /** The JSON of the answer, `null` when it is empty. Half of one is asked for again where that is safe. */
  async json(call: ApiCall): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.send(call);
      try {
        return this.#jsonOf(answer, call);
      } catch (error) {
        const half = error instanceof OzError && error.key === 'brokenJson';
        if (!half || !isIdempotent(call) || tries === MAX_BROKEN_TRIES) throw error;
        await pause(BROKEN_PAUSE_MS * 2 ** tries * Math.random(), call.signal ?? this.#closed);
      }
    }
  }

  #jsonOf(answer: HttpResponse, call: ApiCall): unknown {
    const redact = call.secret === true ? () => 'unknown type' : this.#redact;
    const json = parseJson(answer, this.server.host, call.stage, redact);
    // The name may be written with escapes.
    const mayFail = ['"error_message"', '\\u00'].some((sign) => answer.body.includes(sign));
    return mayFail ? withRedactedErrors(json, this.#redact) : json;
  }

  /** The answer of a call that succeeded (2xx). */
  async send(call: ApiCall): Promise<HttpResponse> {
    const method = call.method ?? 'GET';
    const body = call.body ?? (call.json === undefined ? undefined : jsonBody(call.json));
    const request = omitUndefined({
      stage: call.stage,
      method,
      url: call.lite === true ? this.server.lite(call.path) : this.server.api(call.path, call.query),
      lane: call.lane ?? 'quick',
      turn: call.turn,
      idempotent: isIdempotent(call),
      signer: call.signIn === false || call.lite === true ? undefined : this.#session,
      body,
      maxResponseBytes: MAX_JSON_BYTES,
      settled: call.settled,
      responseTimeoutMs: call.responseTimeoutMs,
      onSent: call.onSent,
    });
    const answer = await this.#exchange(request, call.signal);
    // An earlier sending deleted it, and its answer was lost.
    if (method === 'DELETE' && answer.status === 404 && answer.repeated === true) return answer;
    if (answer.status < 200 || answer.status > 299) {
      const { host } = this.server;
      const { stage } = call;
      if (call.lite === true && answer.status === 401)
        throw ozError('liteSignIn', { host }, { stage, status: 401 });
      // Without a reason in JSON it is a web server's word for an address that it does not know.
      if (call.lite === true && answer.status === 404 && !answer.body.includes('"code"'))
        throw ozError('liteMissing', { host }, { stage, status: 404 });
      const words = call.secret === true ? withoutText(answer, host) : answer;
      throw errorFromResponse(words, host, call.stage, call.what ?? 'object', this.#redact);
    }
    // Nobody else reads the answer to a DELETE, so a portal's page has to be recognised here.
    if (method === 'DELETE' && /^text\/html/i.test(answer.headers['content-type'] ?? '')) {
      const { host } = this.server;
      const { status } = answer;
      throw ozError('notJson', { host, status, type: 'text/html' }, { stage: call.stage, status });
    }
    const date = Date.parse(answer.headers['date'] ?? '');
    if (!Number.isNaN(date)) this.#serverClock = { seconds: date / 1000, at: performance.now() };
    return answer;
  }

  /**
   * Fetches any URL, for media; a redirect is an answer. The caller checks whether it may be fetched at all. The
   * token goes along only when the URL's origin is the API's: media are public (docs/oz-api.md 2.5).
   */
  async fetch(url: string, maxResponseBytes: number, signal: AbortSignal | undefined): Promise<HttpResponse> {
    const answer = await this.#exchange(
      {
        stage: 'download',
        method: 'GET',
        url,
        headers: { Accept: '*/*' },
        lane: 'quick',
        idempotent: true,
        maxResponseBytes,
        signer: this.server.owns(url) ? this.#session : undefined,
      },
      signal,
    );
    if (answer.status < 300 || (answer.headers['location'] !== undefined && answer.status < 400))
      return answer;
    throw errorFromResponse(answer, new URL(url).host, 'download', 'media', this.#redact);
  }

  /** Makes and sends an upload when its turn has come: thousands may wait, and each of them holds little until then. */
  uploadInTurn<T>(outer: AbortSignal | undefined, send: (turn: Turn) => Promise<T>): Promise<T> {
    const signal = outer ?? this.#closed;
    const ended = [this.#closed, signal].find(({ aborted }) => aborted);
    if (ended !== undefined) return Promise.reject(abortError(ended));
    return this.#transport.inTurn({ lane: 'bulk', signal, signer: this.#session }, send);
  }

  async #exchange(
    request: Omit<HttpRequest, 'signal'>,
    outer: AbortSignal | undefined,
  ): Promise<HttpResponse> {
    const ended = [this.#closed, outer].find((signal) => signal?.aborted === true);
    if (ended !== undefined) throw abortError(ended);
    return this.#transport.send({ ...request, signal: outer ?? this.#closed });
  }

  /** The server's words may repeat what it was sent. */
  readonly #redact = (text: string): string => this.#session.redact(text);
}

/**
 * Redacts the reasons why analyses failed, which come with status 200 (docs/oz-api.md 3.6). The depth of the JSON has been
 * limited before.
 */
function withRedactedErrors(json: unknown, redact: (text: string) => string): unknown {
  let left = SEARCHED_ANSWER_LENGTH;
  const shown = (text: string): string => {
    const searched = text.slice(0, SEARCHED_TEXT_LENGTH);
    left -= Math.max(searched.length, MIN_COUNTED_LENGTH);
    return left < 0 ? '***' : withoutStrangers(redact(searched)).slice(0, SHOWN_TEXT_LENGTH);
  };
  const copyOf = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copyOf);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        key === 'error_message' && typeof part === 'string' ? shown(part) : copyOf(part),
      ]),
    );
  };
  return copyOf(json);
}
