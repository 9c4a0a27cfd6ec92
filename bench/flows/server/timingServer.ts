import { randomBytes } from 'node:crypto';
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Account, type StoredFolder } from './account';
import { DEFAULT_CONFIG, monotonicMs, type ServerReport, type TimingServerConfig } from './config';
import { BadFilter, listFolders } from './folderList';
import { failAfter, failInstead } from './failCall';
import { DONE_BEFORE, FailingCalls } from './failingCalls';
import { readUpload } from './uploadBody';
import { analysisOnWire, folderOnWire } from './wire';

export const ACCOUNT = { email: 'bench@oz.localhost', password: 'bench' };

/** An answer with a JSON body; `status` 204 has none. */
type Answer = [status: number, body: unknown];

const NOT_FOUND: Answer = [404, { error_code: 10, error_message: 'Object not exist', details: null }];

/**
 * The server both flows are timed against: the wire format (docs/oz-api.md 1.2, 2.2, 2.6, 3.1, 5.1) with nothing
 * behind it but a clock. It knows neither flow; it counts what it is asked and remembers when each analysis ended.
 */
export class TimingServer {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #webhookAgent = new Agent({ keepAlive: true });
  readonly #tokens = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #account = new Account(DEFAULT_CONFIG);
  #counts = noCounts();
  #open = 0;
  #failing = new FailingCalls(DEFAULT_CONFIG.failures, DEFAULT_CONFIG.seed);

  /** Listens on a free port of 127.0.0.1 and returns it. */
  async listen(): Promise<number> {
    this.#server.keepAliveTimeout = 60_000;
    this.#server.requestTimeout = 0;
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.#port();
  }

  /** Forgets everything but the tokens it has given out, and behaves as configured from now on. */
  configure(config: TimingServerConfig): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#account = new Account(config);
    this.#counts = noCounts();
    this.#failing = new FailingCalls(config.failures, config.seed);
  }

  report(): ServerReport {
    const { calls, struck, revocations } = this.#failing;
    return { jobs: this.#account.served(), ...this.#counts, calls, struck, revocations };
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#webhookAgent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open += 1;
    this.#counts.mostAtOnce = Math.max(this.#counts.mostAtOnce, this.#open);
    response.once('close', () => (this.#open -= 1));
    try {
      const failure = this.#failing.next(() => this.#tokens.clear());
      if (failure !== undefined && !DONE_BEFORE.has(failure))
        return await failInstead(failure, request, response);
      const [status, body] = await this.#answer(request, new URL(request.url ?? '/', this.#baseUrl()));
      if (failure !== undefined) return failAfter(failure, request, response);
      const text = Buffer.from(JSON.stringify(body));
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf8',
        'content-length': text.length,
      });
      response.end(text);
    } catch {
      // The other side went away in the middle of an upload; there is nobody left to answer.
      response.destroy();
    }
  }

  async #answer(request: IncomingMessage, url: URL): Promise<Answer> {
    const path = url.pathname.replace(/\/+$/, '');
    const route = `${request.method} ${path}`;
    if (route === 'GET /api/version') return [200, { core: 'timing' }];
    if (route === 'POST /api/authorize/auth') return this.#signIn(await readJson(request));
    if (!this.#tokens.has(String(request.headers['x-forensic-access-token']))) {
      request.resume();
      return [401, { error_code: 7, error_message: 'User auth token is not valid.', details: null }];
    }
    if (route === 'POST /api/folders') return this.#upload(request);
    if (route === 'GET /api/folders') return this.#list(url.searchParams);
    const [, kind, id = '', rest] = /^\/api\/(folders|analyses)\/([^/]+)(\/analyses)?$/.exec(path) ?? [];
    const folder = kind === 'analyses' ? this.#account.owners.get(id) : this.#account.folders.get(id);
    if (kind === undefined || folder === undefined) return NOT_FOUND;
    if (request.method === 'POST' && rest) return this.#order(folder, await readJson(request));
    if (request.method !== 'GET') {
      return [405, { error_code: 1, error_message: 'HTTP method not allowed on this endpoint' }];
    }
    this.#counts.resultRequests += 1;
    const { spelling } = this.#account.config;
    if (kind === 'folders' && !rest) {
      const withAnalyses = !/^(0|f|false|n|no|off)$/i.test(url.searchParams.get('with_analyses') ?? '');
      return [200, folderOnWire(folder, this.#baseUrl(), spelling, withAnalyses)];
    }
    const wanted = folder.analyses.filter((one) => kind === 'folders' || one.id === id);
    const found = wanted.map((one) => analysisOnWire(one, folder, this.#baseUrl(), spelling));
    return [200, kind === 'folders' ? found : found[0]];
  }

  #signIn(body: unknown): Answer {
    const given = field(body, 'credentials');
    if (field(given, 'email') !== ACCOUNT.email || field(given, 'password') !== ACCOUNT.password) {
      return [401, { error_code: 15, error_message: 'Invalid auth credentials', details: null }];
    }
    const token = randomBytes(64).toString('hex');
    this.#tokens.add(token);
    this.#counts.signIns += 1;
    return [
      200,
      {
        access_token: token,
        expire_token: randomBytes(64).toString('hex'),
        expire_date: Date.now() / 1000 + 900,
      },
    ];
  }

  async #upload(request: IncomingMessage): Promise<Answer> {
    const body = await readUpload(request);
    const payload: unknown = JSON.parse(body.payload ?? '{}');
    const metadata = field(payload, 'folder:meta_data');
    const folder = this.#account.addFolder({
      filename: body.filename ?? 'media',
      bytes: body.bytes,
      metadata: isObject(metadata) ? metadata : null,
      webhook: text(field(payload, 'resolution_endpoint')),
    });
    return [201, folderOnWire(folder, this.#baseUrl(), this.#account.config.spelling, false)];
  }

  #list(query: URLSearchParams): Answer {
    this.#counts.resultRequests += 1;
    if (this.#account.config.list === 'forbidden') {
      return [403, { error_code: 9, error_message: 'You have not access to this resource', details: null }];
    }
    try {
      const page = listFolders(this.#account, query);
      const withAnalyses = /^(1|t|true|y|yes|on)$/i.test(query.get('with_analyses') ?? '');
      const { spelling } = this.#account.config;
      return [
        200,
        {
          offset: page.offset,
          limit: page.limit,
          total_count: query.get('total_omit') === 'true' ? null : page.total,
          items: page.folders.map((one) => folderOnWire(one, this.#baseUrl(), spelling, withAnalyses)),
        },
      ];
    } catch (error) {
      if (!(error instanceof BadFilter)) throw error;
      return [400, { error_code: 4, error_message: error.message, details: null }];
    }
  }

  #order(folder: StoredFolder, body: unknown): Answer {
    const asked = field(body, 'analyses');
    const types = Array.isArray(asked) ? asked.map((one) => text(field(one, 'type')) ?? '') : [];
    if (types.length === 0) return [400, { error_code: 3, error_message: 'Invalid body structure' }];
    const added = this.#account.order(folder, types, text(field(body, 'resolution_endpoint')));
    if (folder.webhook !== undefined) this.#notifyWhenFinished(folder, folder.webhook);
    // As on the real service, the answer to the order never holds a result (docs/oz-api.md 3.4).
    const running = added.map((one) => ({ ...one, finishedAt: Infinity }));
    const { spelling } = this.#account.config;
    return [201, running.map((one) => analysisOnWire(one, folder, this.#baseUrl(), spelling))];
  }

  /** The webhook: the folder with its analyses, posted once all of them are finished (docs/oz-api.md 5.1). */
  #notifyWhenFinished(folder: StoredFolder, webhook: string): void {
    const finishedAt = Math.max(...folder.analyses.map((analysis) => analysis.finishedAt));
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        const body = JSON.stringify(
          folderOnWire(folder, this.#baseUrl(), this.#account.config.spelling, true),
        );
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
        const post = send(webhook, { method: 'POST', agent: this.#webhookAgent, headers }, (response) => {
          response.resume();
        });
        // A webhook that does not arrive shows in the figures.
        post.on('error', () => {});
        post.end(body);
      },
      Math.max(0, finishedAt - monotonicMs()),
    );
    this.#timers.add(timer);
  }

  #port(): number {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('The timing server is not listening.');
    return address.port;
  }

  #baseUrl(): string {
    return `http://127.0.0.1:${this.#port()}`;
  }
}

type Counts = Omit<ServerReport, 'jobs' | 'calls' | 'struck' | 'revocations'>;

function noCounts(): Counts {
  return {
    signIns: 0,
    resultRequests: 0,
    mostAtOnce: 0,
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
