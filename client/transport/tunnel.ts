import { request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { Agent, request as httpsRequest, type AgentOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { PROXY_REFUSED } from '../errors/errorFromNetwork';
import { proxyAuthorization } from './proxy';
import { setHeaders } from './setHeaders';

type Opened = (error: Error | null, stream: Duplex) => void;

/**
 * Keep-alive connections to https servers behind an HTTP proxy: each begins with a `CONNECT` to the proxy (RFC 9110,
 * 9.3.6), then TLS to the server itself. Not https-proxy-agent: the version that axios brings makes a new connection for
 * every request, and the newer one is larger than all nodes together.
 */
export class TunnelAgent extends Agent {
  readonly #opening = new Set<ClientRequest>();

  readonly #proxy: URL;
  readonly #originOptions: AgentOptions;
  readonly #openMs: number;

  constructor(proxy: URL, originOptions: AgentOptions, openMs: number) {
    super(originOptions);
    this.#proxy = proxy;
    this.#originOptions = originOptions;
    this.#openMs = openMs;
  }

  /** Node's agent takes the connection from the callback, because nothing is returned. */
  override createConnection(options: RequestOptions, opened?: Opened): undefined {
    const host = options.host ?? '';
    const target = `${isIPv6(host) ? `[${host}]` : host}:${options.port}`;
    // The agent looks at the error first; its types want a stream beside it.
    const failed = (error: Error): void => {
      if (opened !== undefined) Reflect.apply(opened, undefined, [error]);
    };
    const ask = this.#proxy.protocol === 'https:' ? httpsRequest : httpRequest;
    const { ca, rejectUnauthorized, autoSelectFamily, autoSelectFamilyAttemptTimeout } = this.#originOptions;
    // Node would send credentials in the address as those for the server.
    const { protocol, hostname, port } = this.#proxy;
    const address = `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`;
    const connect = ask(address, {
      // For a proxy that speaks TLS itself: it is trusted as the server is.
      ...{ ca, rejectUnauthorized, autoSelectFamily, autoSelectFamilyAttemptTimeout },
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: this.#openMs,
    });
    setHeaders(connect, { host: target, ...proxyAuthorization(this.#proxy) });
    this.#opening.add(connect);
    connect.once('close', () => this.#opening.delete(connect));
    connect.once('timeout', () => connect.destroy(systemError('ETIMEDOUT')));
    connect.once('error', failed);
    connect.once('connect', (response, socket) => {
      this.#opening.delete(connect);
      if (response.statusCode !== 200) {
        socket.destroy();
        failed(systemError(`${PROXY_REFUSED}${response.statusCode}`));
        return;
      }
      socket.setTimeout(0);
      const overTunnel = { ...options, socket };
      opened?.(null, super.createConnection(overTunnel) ?? socket);
    });
    // A proxy that answers CONNECT with a page instead.
    connect.once('response', (response) => {
      connect.destroy(systemError(`${PROXY_REFUSED}${response.statusCode}`));
    });
    connect.end();
    return undefined;
  }

  override destroy(): void {
    for (const connect of this.#opening) connect.destroy();
    super.destroy();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
