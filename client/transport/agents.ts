import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { AxiosProxyConfig } from 'axios';
import { ozError } from '../errors/errorMessages';
import { systemCode } from '../errors/errorFromNetwork';
import { TunnelAgent } from './tunnel';

export interface ProxyOptions {
  url: string;
  username?: string;
  password?: string;
  /** Hosts that are reached directly: `example.com` with its subdomains, `.example.com`, `*`; a port may follow. */
  noProxy?: string[];
}

/** Idle connections are given up before common servers do, so that a request rarely meets a dying one. */
const IDLE_SOCKET_MS = 4000;

/** What axios asks for with each request. The same here, or both would set it on the socket in turn. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** Longest time a proxy may take to open the way. */
const OPEN_MS = 10_000;

/** How the requests of one client reach the network: its own keep-alive connections, TLS options and proxy. */
export class Agents {
  readonly #made = new Map<string, HttpAgent>();
  readonly #proxy: URL | undefined;

  /** @throws OZ_CONFIG when the proxy address cannot be one, OZ_TLS when the TLS options cannot be used */
  constructor(
    private readonly tls: AgentOptions | undefined,
    private readonly proxy: ProxyOptions | undefined,
    private readonly maxSockets: number,
  ) {
    checkTls(tls);
    if (proxy !== undefined) this.#proxy = proxyUrl(proxy);
  }

  /** What axios needs to know for a request to this URL. */
  options(url: URL): { httpAgent?: HttpAgent; httpsAgent?: HttpAgent; proxy: AxiosProxyConfig | false } {
    const proxy = this.#proxy !== undefined && !this.#direct(url) ? this.#proxy : undefined;
    if (url.protocol === 'https:') {
      const httpsAgent =
        proxy === undefined
          ? this.#agent('https', () => new HttpsAgent({ ...this.tls, ...this.#pool() }))
          : this.#agent('tunnel', () => new TunnelAgent(proxy, { ...this.tls, ...this.#pool() }, OPEN_MS));
      return { httpsAgent, proxy: false };
    }
    const httpAgent = this.#agent('http', () => new HttpAgent(this.#pool()));
    return { httpAgent, proxy: proxy === undefined ? false : axiosProxy(proxy) };
  }

  close(): void {
    for (const agent of this.#made.values()) agent.destroy();
  }

  #pool(): AgentOptions {
    return {
      keepAlive: true,
      keepAliveMsecs: TCP_KEEP_ALIVE_MS,
      maxSockets: this.maxSockets,
      timeout: IDLE_SOCKET_MS,
      scheduling: 'lifo',
    };
  }

  #agent(kind: string, make: () => HttpAgent): HttpAgent {
    const known = this.#made.get(kind);
    if (known !== undefined) return known;
    const agent = make();
    this.#made.set(kind, agent);
    return agent;
  }

  #direct(url: URL): boolean {
    return (this.proxy?.noProxy ?? []).some((entry) => covers(entry.trim().toLowerCase(), url));
  }
}

function covers(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const domain = name.replace(/^\*?\./, '');
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}

function proxyUrl(proxy: ProxyOptions): URL {
  if (!URL.canParse(proxy.url)) throw ozError('proxyInvalid');
  const url = new URL(proxy.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw ozError('proxyInvalid');
  if (proxy.username !== undefined && proxy.username !== '') {
    url.username = encodeURIComponent(proxy.username);
    url.password = encodeURIComponent(proxy.password ?? '');
  }
  return url;
}

function axiosProxy(url: URL): AxiosProxyConfig {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const to = { protocol: url.protocol, host: url.hostname.replace(/^\[|\]$/g, ''), port };
  if (url.username === '') return to;
  return {
    ...to,
    auth: { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
  };
}

/** Says early that certificate, key or CA are unusable: Node finds out only when it connects. */
function checkTls(tls: AgentOptions | undefined): void {
  if (tls === undefined) return;
  try {
    createSecureContext(tls);
  } catch (error) {
    throw ozError('tlsOptions', { system: systemCode(error) ?? 'unknown format' }, { stage: 'connect' });
  }
}
