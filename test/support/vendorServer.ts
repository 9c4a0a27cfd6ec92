import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixtureText } from './fixtures';
import { readCall, type Call } from './ozCall';

/** An answer of the documents: the name of a fixture, or a status with one, or a page of the web server in front. */
export type PageAnswer = string | { status: number; body?: string | object; html?: string };

/**
 * What a page of the vendor's guide says: answers by `METHOD /path`, where `*` stands for one step of the path. Several
 * answers come one after the other, and the last one again and again.
 */
export type Pages = Readonly<Record<string, PageAnswer | readonly PageAnswer[]>>;

/** The framework's own page for a path that it does not know (docs/oz-api.md 4.7). */
const UNKNOWN_PATH = { status: 404, html: '<!doctype html><title>Not Found</title>' };

const SIGN_IN: Pages = { 'POST /api/authorize/auth': 'auth-response' };

/**
 * A server that gives the answers of the collected documents byte for byte, and nothing else: it shares neither code nor
 * reading of them with palette, sandbox or the other test server. Each test says which pages it has.
 */
export class VendorServer {
  readonly calls: Call[] = [];
  /** Requests that none of its pages describes. */
  readonly unexpected: string[] = [];
  readonly #served = new Map<string, number>();
  readonly #server: Server;
  #pages: Pages = {};

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(pages: Pages): Promise<VendorServer> {
    const server = createServer();
    const vendor = new VendorServer(server);
    vendor.#pages = { ...SIGN_IN, ...pages };
    server.on('request', (request, response) => {
      void readCall(request).then((call) => vendor.#answer(call, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return vendor;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** The only request to a path that a page describes. */
  only(page: string): Call {
    const found = this.calls.filter((call) => matches(page, call));
    if (found.length !== 1) throw new Error(`${found.length} requests: ${page}`);
    return found[0] as Call;
  }

  #answer(call: Call, response: ServerResponse): void {
    this.calls.push(call);
    const page = Object.keys(this.#pages).find((one) => matches(one, call));
    const open = /authorize\/auth$|\/version$|\/instant\//.test(call.path);
    if (!open && call.token === undefined)
      return send(response, { status: 401, body: 'error-6-auth-not-provided' });
    if (page === undefined) {
      this.unexpected.push(`${call.method} ${call.path}`);
      return send(response, UNKNOWN_PATH);
    }
    const found = this.#pages[page] ?? UNKNOWN_PATH;
    const answers = Array.isArray(found) ? (found as readonly PageAnswer[]) : [found as PageAnswer];
    const count = this.#served.get(page) ?? 0;
    this.#served.set(page, count + 1);
    const answer = answers[Math.min(count, answers.length - 1)] ?? UNKNOWN_PATH;
    // 201 for what was created, by the page of return codes.
    const created = call.method === 'POST' && !call.path.includes('/authorize/');
    send(response, typeof answer === 'string' ? { status: created ? 201 : 200, body: answer } : answer);
  }
}

function matches(page: string, { method, path }: Call): boolean {
  const [verb, pattern = ''] = page.split(' ');
  const steps = pattern.replace(/\/$/, '').split('/');
  const own = path.split('/');
  return (
    verb === method &&
    steps.length === own.length &&
    steps.every((step, at) => step === '*' || step === own[at])
  );
}

function send(response: ServerResponse, { status, body, html }: Exclude<PageAnswer, string>): void {
  if (html !== undefined) {
    response.writeHead(status, { 'Content-Type': 'text/html' }).end(html);
  } else if (body === undefined) {
    response.writeHead(status).end();
  } else {
    const json = typeof body === 'string' ? fixtureText(body) : JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/json; charset=utf8' }).end(json);
  }
}
