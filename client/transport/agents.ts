import { Agent as HttpAgent, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import { urlToHttpOptions } from 'node:url';
import { ozError } from '../errors/errorMessages';
import { systemCode } from '../errors/errorFromNetwork';
import { proxyAuthorization, type ProxyRules } from './proxy';
import { TunnelAgent } from './tunnel';

/** Idle connections are closed before common servers close them, so that a request rarely meets a dying one. */
const IDLE_SOCKET_MS = 4000;

/**
 * First TCP keep-alive probe of a connection. Axios sets this value for each request; with another one of the agent, the two
 * would change the socket to and fro.
 */
const TCP_KEEP_ALIVE_MS = 60_000;

/**
 * Longest time that one address of a host with several may take before the next one is tried. Node allows 250 ms, which
 * a far server or a lost packet exceeds; then a host of which only the slow address works cannot be reached at all.
 */
const ADDRESS_MS = 1500;

/** Longest time a proxy may take to open a tunnel. */
const OPEN_MS = 10_000;

/** Where a request goes and on which connections, in Node's words; the headers are those that a proxy asks for. */
export type Way = Omit<RequestOptions, 'headers'> & { headers: Record<string, string> };

/** How the requests of one client reach the network: its own keep-alive connections, TLS options and proxy. */
export class Agents {
  /** The agents by what they are for, such as `kept https`; each is made when it is first needed. */
  readonly #made = new Map<string, HttpAgent>();
  /** When each connection last became idle. */
  readonly #freedAt = new WeakMap<object, number>();

  readonly #tls: AgentOptions;
  readonly #proxies: ProxyRules;
  readonly #maxSockets: number;

  /** @throws OZ_TLS when the TLS options cannot be used */
  constructor(tls: AgentOptions | undefined, proxies: ProxyRules, maxSockets: number) {
    // Otherwise NODE_TLS_REJECT_UNAUTHORIZED decides, which other palettes are known to set for the whole process.
    this.#tls = { ...tls, rejectUnauthorized: tls?.rejectUnauthorized ?? true };
    this.#proxies = proxies;
    this.#maxSockets = maxSockets;
    checkTls(tls);
  }

  /** Milliseconds since a connection last became idle; undefined for a new one. */
  idleMs(socket: object): number | undefined {
    const at = this.#freedAt.get(socket);
    return at === undefined ? undefined : performance.now() - at;
  }

  isProxied(url: URL): boolean {
    return this.#proxies.for(url) !== undefined;
  }

  /**
   * The way of a request to this URL.
   * @param fresh on a new connection, which is closed afterwards, instead of one that is kept
   * @throws OZ_CONFIG when the environment names a proxy that cannot be one
   */
  way(url: URL, fresh: boolean): Way {
    const proxy = this.#proxies.for(url);
    const pool = this.#pool(!fresh);
    const kind = fresh ? 'fresh' : 'kept';
    const { protocol, hostname, port, path, auth } = urlToHttpOptions(url);
    const target = { protocol, hostname, port, path, auth };
    if (url.protocol === 'https:') {
      const tls = { ...this.#tls, ...pool };
      const agent =
        proxy === undefined
          ? this.#agent(`${kind} https`, () => new HttpsAgent(tls))
          : this.#agent(`${kind} ${proxy.href}`, () => new TunnelAgent(proxy, tls, OPEN_MS));
      return { ...target, agent, headers: {} };
    }
    const plain = (): HttpAgent => this.#agent(`${kind} http`, () => new HttpAgent(pool));
    if (proxy === undefined) return { ...target, agent: plain(), headers: {} };
    // The client certificate is for the server, not for its proxy.
    const { ca, rejectUnauthorized } = this.#tls;
    const agent =
      proxy.protocol === 'https:'
        ? this.#agent(`${kind} https proxy`, () => new HttpsAgent({ ...pool, ca, rejectUnauthorized }))
        : plain();
    const to = urlToHttpOptions(proxy);
    return {
      ...target,
      protocol: to.protocol,
      hostname: to.hostname,
      port: to.port,
      // A proxy for http:// is told the whole address (RFC 9112, 3.2.2).
      path: `${url.origin}${url.pathname}${url.search}`,
      agent,
      headers: proxyAuthorization(proxy),
    };
  }

  close(): void {
    for (const agent of this.#made.values()) agent.destroy();
  }

  #pool(keepAlive: boolean): AgentOptions {
    return {
      keepAlive,
      keepAliveMsecs: TCP_KEEP_ALIVE_MS,
      maxSockets: this.#maxSockets,
      // Node closes an idle connection after this time. While a request uses it, nothing happens: see clocks.ts.
      timeout: IDLE_SOCKET_MS,
      // The connection used last, so that those not needed any more get old.
      scheduling: 'lifo',
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ADDRESS_MS,
    };
  }

  #agent(kind: string, make: () => HttpAgent): HttpAgent {
    const known = this.#made.get(kind);
    if (known !== undefined) return known;
    const agent = make();
    agent.on('free', (socket: object) => this.#freedAt.set(socket, performance.now()));
    this.#made.set(kind, agent);
    return agent;
  }
}

/** Reports an unusable certificate, key or CA at once: Node would notice only when it connects. */
function checkTls(tls: AgentOptions | undefined): void {
  if (tls === undefined) return;
  try {
    createSecureContext(tls);
  } catch (error) {
    throw ozError('tlsOptions', { system: systemCode(error) ?? 'unknown format' }, { stage: 'connect' });
  }
}
