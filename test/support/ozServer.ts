import { once } from 'node:events';
import {
  createServer as createHttp,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { isCustom, reply, type Answer } from './ozAnswer';
import { OzApi, type OzApiOptions, type Outcome } from './ozApi';
import { readCall, type Call } from './ozCall';

export { ACCOUNT, BEST_SHOT, SERVICE_TOKEN, type Outcome } from './ozApi';
export type { Answer } from './ozAnswer';

interface ScriptedAnswer {
  matches: (call: Call) => boolean;
  answer: Answer | ((call: Call) => Answer);
  left: number;
}

export interface OzServerOptions extends OzApiOptions {
  tls?: ServerOptions;
}

/** The API of {@link OzApi} on loopback. It can be told to misbehave, and remembers every call. */
export class OzServer {
  readonly calls: Call[] = [];
  readonly #scripted: ScriptedAnswer[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #connections: ReadonlySet<Socket>;

  readonly #server: Server;
  readonly #api: OzApi;

  private constructor(
    server: Server,
    options: OzServerOptions,
    connections: ReadonlySet<Socket>,
    readonly url: string,
  ) {
    this.#connections = connections;
    this.#server = server;
    this.#api = new OzApi(options, url);
  }

  static async start(options: OzServerOptions = {}): Promise<OzServer> {
    const state: { self?: OzServer } = {};
    const connections = new Set<Socket>();
    const listener: RequestListener = (request, response) => {
      if (state.self !== undefined) void state.self.#serve(request, response);
    };
    const server = options.tls === undefined ? createHttp(listener) : createHttps(options.tls, listener);
    // Node.js closes idle connections after 5 s, in which a busy machine may do nothing at all: a request on one that is just
    // being closed would fail, which is for the tests of that to bring about.
    server.keepAliveTimeout = 120_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
    });
    state.self = new OzServer(
      server,
      options,
      connections,
      `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    );
    return state.self;
  }

  /** What it has, by folder id. */
  get folders(): OzApi['folders'] {
    return this.#api.folders;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The next call (or the next `times`) that matches gets this answer. */
  script(matches: RegExp | ((call: Call) => boolean), answer: ScriptedAnswer['answer'], times = 1): void {
    const test =
      matches instanceof RegExp ? (call: Call) => matches.test(`${call.method} ${call.path}`) : matches;
    this.#scripted.push({ matches: test, answer, left: times });
  }

  /** Forgets what was scripted and not yet asked for. */
  unscript(): void {
    this.#scripted.length = 0;
  }

  /** Resolves when every connection is closed. */
  async allClosed(): Promise<void> {
    await Promise.all([...this.#connections].map((socket) => once(socket, 'close')));
  }

  /** Every token there is so far is worth nothing from now on. */
  expireTokens(): void {
    this.#api.expireTokens();
  }

  /** Ends the analyses of a folder that still run. */
  finish(folderId: string, outcome: Outcome = {}): void {
    this.#api.finish(folderId, outcome);
  }

  callsTo(pattern: RegExp): Call[] {
    return this.calls.filter((call) => pattern.test(`${call.method} ${call.path}`));
  }

  /** Resolves when it is called again. */
  nextCall(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** The first call, past or to come, that matches. */
  async call(pattern: RegExp, timeoutMs = 30_000): Promise<Call> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const [found] = this.callsTo(pattern);
      if (found !== undefined) return found;
      if (Date.now() > until)
        throw new Error(`no call ${pattern}; there were ${this.calls.map(({ path }) => path).join()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - Date.now() + 1);
        timer.unref();
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let call: Call;
    try {
      call = await readCall(request);
    } catch {
      request.destroy();
      return;
    }
    this.calls.push(call);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    const found = this.#scripted.find(({ matches, left }) => left > 0 && matches(call));
    if (found !== undefined) found.left -= 1;
    const scripted = typeof found?.answer === 'function' ? found.answer(call) : found?.answer;
    if (isCustom(scripted)) {
      scripted.write(request, response, scripted.does ? this.#api.answer(call) : undefined);
      return;
    }
    if (scripted === 'lost') this.#api.answer(call);
    const answer = scripted ?? this.#api.answer(call);
    if (!isCustom(answer)) reply(request, response, answer);
  }
}
