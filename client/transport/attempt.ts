import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import { abortError, onAbort } from '../abort';
import type { OzError } from '../errors/ozError';
import { ozError, type ErrorKey } from '../errors/errorMessages';
import type { Agents, Way } from './agents';
import { Clocks } from './clocks';
import { errorFromNetwork } from '../errors/errorFromNetwork';
import { loadAxios } from '../lazy';
import type { HttpResponse, HttpRequest, OpenBody } from './request';
import { setHeaders } from './setHeaders';

const MB = 1024 * 1024;
const MAX_ANSWER_BYTES = 64 * MB;
/** A body may travel this slowly before the total time is over. */
const SLOWEST_BYTES_PER_MS = 10;

export type Outcome =
  | { answer: HttpResponse }
  | {
      error: OzError;
      /** The connection was never made. */
      nothingSent: boolean;
      /** The connection had been kept idle, and broke before any answer: the server had closed it. */
      stale: boolean;
    };

/** No connection could be made. */
const NOT_REACHED: ReadonlySet<string> = new Set<ErrorKey>(['refused', 'hostUnknown', 'unreachable']);

/** Not a field of the error, because errors leave the client. */
const idleDeaths = new WeakSet<OzError>();

/**
 * Whether this error is the end of a connection that had been kept idle: most likely the server closed it and never
 * saw the request; but it may as well have broken after the server did what it was asked.
 */
export const diedIdle = (error: OzError): boolean => idleDeaths.has(error);

/**
 * Servers close connections that have been idle for a second or more; one that was used just now broke for other
 * reasons, and a request on it may have been carried out.
 */
const STALE_AFTER_MS = 900;

/**
 * An address and a proxy that axios looks at but that are not used: {@link Agents} decides where a request goes. With
 * `proxy: false`, axios would make a function for each request that V8 puts into the old space at once. It would hold on to
 * the request, with its body and answer, until the next full garbage collection.
 */
const UNUSED = { url: 'http://unused', proxy: { host: 'unused', port: 80 } };

/** Makes a request of what axios has to say about it. */
type Open = (
  options: { headers: OutgoingHttpHeaders },
  onResponse: (response: IncomingMessage) => void,
) => ClientRequest;

function whenConnected(request: ClientRequest, onSocket: (socket: Socket) => void, action: () => void): void {
  request.once('socket', (socket: Socket & { secureConnecting?: boolean }) => {
    onSocket(socket);
    if (socket.secureConnecting === true) socket.once('secureConnect', action);
    else if (socket.connecting) socket.once('connect', action);
    else action();
  });
}

/**
 * Takes the headers off an answer. Axios makes an object with a dozen methods of all of them; it needs only the one
 * that says how the body is packed.
 */
function takeHeaders(response: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (typeof value === 'string') headers[name] = value;
  }
  const { 'content-encoding': packing, 'keep-alive': keepAlive } = headers;
  response.headers = {
    ...(packing !== undefined && { 'content-encoding': packing }),
    // Node's agent reads this one, to close the connection before the server does.
    ...(keepAlive !== undefined && { 'keep-alive': keepAlive }),
  };
  return headers;
}

/**
 * Sends one request once and reads the whole answer. Never rejects: a request that got no answer ends as an
 * {@link OzError} that holds no part of the request. Does not follow redirects (following makes the HTTP layer keep
 * the whole body in memory) and has no opinion about status codes.
 * @param closed ends it as well as the request's own signal does
 * @param fresh on a connection that was not used before
 */
export async function attempt(
  request: HttpRequest,
  agents: Agents,
  timeoutMs: number,
  closed: AbortSignal,
  fresh = false,
): Promise<Outcome> {
  const aborted = [closed, request.signal].find((signal) => signal.aborted);
  if (aborted !== undefined) return { error: abortError(aborted), nothingSent: true, stale: false };
  return new Attempt(request, agents, timeoutMs, closed).send(fresh);
}

/** One sending of one request. */
class Attempt {
  readonly #url: URL;
  readonly #maxBytes: number;
  readonly #clocks: Clocks;
  readonly #ended: Promise<never>;
  #reject: (reason: Error) => void = () => {};
  #wire: ClientRequest | undefined;
  #isConnected = false;
  #isAnswered = false;
  #isEnded = false;
  #headers: Record<string, string> = {};
  #bodyError: unknown;
  /** How long a connection that was used before had been idle. */
  #idleMs: number | undefined;

  readonly #request: HttpRequest;
  readonly #agents: Agents;
  readonly #closed: AbortSignal;

  constructor(request: HttpRequest, agents: Agents, timeoutMs: number, closed: AbortSignal) {
    this.#request = request;
    this.#agents = agents;
    this.#closed = closed;
    this.#url = new URL(request.url);
    this.#maxBytes = request.maxResponseBytes ?? MAX_ANSWER_BYTES;
    this.#ended = new Promise<never>((_resolve, reject) => (this.#reject = reject));
    const idleMs = Math.max(timeoutMs, request.responseTimeoutMs ?? 0);
    const totalMs = 4 * idleMs + (request.body?.length ?? 0) / SLOWEST_BYTES_PER_MS;
    this.#clocks = new Clocks(idleMs, totalMs, this.#end);
  }

  async send(fresh: boolean): Promise<Outcome> {
    const { signal, body } = this.#request;
    const releases = [onAbort(this.#closed, this.#end), onAbort(signal, this.#end)];
    let open: OpenBody | undefined;
    try {
      open = body?.open();
      if (open !== undefined && !Buffer.isBuffer(open.data)) this.#follow(open.data);
      const sending = loadAxios().getAdapter('http')(this.#config(open?.data, fresh));
      const response: AxiosResponse<Buffer> = await Promise.race([sending, this.#ended]);
      return { answer: { status: response.status, headers: this.#headers, body: response.data } };
    } catch (error) {
      const explained = this.#explain(error);
      const stale = explained.key === 'reset' && !this.#isAnswered && (this.#idleMs ?? 0) >= STALE_AFTER_MS;
      if (stale) idleDeaths.add(explained);
      return { error: explained, nothingSent: !this.#isConnected, stale };
    } finally {
      for (const release of releases) release();
      this.#clocks.stop();
      // The server may answer before it took the whole body; such a connection cannot be used again.
      if (this.#wire?.writableFinished === false) this.#wire.destroy();
      // Last: from here on the body's buffers may hold something else.
      open?.close();
    }
  }

  /** An abort or a clock ends the waiting at once, even while the request still waits for a connection. */
  readonly #end = (): void => {
    this.#isEnded = true;
    this.#wire?.destroy();
    this.#reject(new Error('ended'));
  };

  /** Tells the clocks and the caller how far a streamed body has got. */
  #follow(data: NodeJS.ReadableStream): void {
    const length = this.#request.body?.length ?? Infinity;
    let sent = 0;
    data.on('error', (error: unknown) => (this.#bodyError ??= error));
    data.on('data', (chunk: Buffer | string) => {
      this.#clocks.progress();
      sent += Buffer.byteLength(chunk);
      this.#request.onSent?.(Math.min(sent, length));
    });
  }

  /**
   * What the HTTP adapter of axios needs. The adapter is called directly, with a transport of ours: through an axios instance
   * with defaults, interceptors and transforms, a request takes 372 µs of processor time instead of 269 (medians of 4 000
   * GETs on loopback, Node 20), and a job makes about four.
   */
  #config(
    data: OpenBody['data'] | undefined,
    fresh: boolean,
  ): InternalAxiosRequestConfig & { transport: { request: Open } } {
    const { method, body } = this.#request;
    const way = this.#agents.way(this.#url, fresh);
    return {
      ...UNUSED,
      method,
      // Without it, axios would ask the form for it once more.
      headers: new (loadAxios().AxiosHeaders)(body && { 'Content-Length': String(body.length) }),
      data,
      transport: { request: ({ headers }, onResponse) => this.#open(way, headers, onResponse) },
      responseType: 'arraybuffer',
      maxRedirects: 0,
      maxBodyLength: -1,
      maxContentLength: this.#maxBytes,
      validateStatus: null,
    };
  }

  /** What axios calls to make the request. */
  #open(
    way: Way,
    axiosHeaders: OutgoingHttpHeaders,
    onResponse: (response: IncomingMessage) => void,
  ): ClientRequest {
    if (this.#isEnded) throw new Error('ended');
    const { method, headers, body } = this.#request;
    // Given to axios, each of them would be looked at several times.
    const allHeaders = {
      ...axiosHeaders,
      // Instead of the host that axios was told.
      Host: this.#url.host,
      ...way.headers,
      Accept: 'application/json',
      'User-Agent': 'node-red-oz',
      ...headers,
      ...(body !== undefined && { 'Content-Type': body.contentType }),
    };
    const { headers: _, ...target } = way;
    const options = { ...target, method };
    const isSecure = way.protocol === 'https:';
    const wire = (isSecure ? httpsRequest : httpRequest)(options, (response) => {
      this.#isAnswered = true;
      this.#clocks.progress();
      this.#headers = takeHeaders(response);
      response.on('data', () => this.#clocks.progress());
      // Listening makes the stream flow; axios adds its own listener in the same turn, so no byte is lost.
      onResponse(response);
    });
    this.#wire = wire;
    setHeaders(wire, allHeaders);
    whenConnected(
      wire,
      (socket) => {
        if (wire.reusedSocket) this.#idleMs = this.#agents.idleMs(socket);
      },
      () => {
        this.#isConnected = true;
        this.#clocks.connected();
      },
    );
    return wire;
  }

  #explain(error: unknown): OzError {
    const aborted = [this.#closed, this.#request.signal].find((signal) => signal.aborted);
    if (aborted !== undefined) return abortError(aborted);
    const details = { stage: this.#request.stage };
    const { host } = this.#url;
    const { expired } = this.#clocks;
    if (expired !== undefined) {
      return ozError(expired.key, { host, seconds: Math.round(expired.ms / 100) / 10 }, details);
    }
    if (this.#bodyError !== undefined) return errorFromNetwork(this.#bodyError, host, false, details);
    if (error instanceof Error && error.message.startsWith('maxContentLength size')) {
      return ozError('tooLarge', { host, limit: Math.round(this.#maxBytes / MB) }, details);
    }
    const told = errorFromNetwork(error, host, this.#isAnswered, details);
    // The server is not even known then, so its address is not what to look at.
    const isProxys = !this.#isConnected && NOT_REACHED.has(told.key) && this.#agents.isProxied(this.#url);
    return isProxys ? ozError('proxyRefused', told.params, told.cause) : told;
  }
}
