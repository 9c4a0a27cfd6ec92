import { ozError } from '../errors/errorMessages';
import { loadProxyFromEnv } from '../lazy';

export interface ProxyOptions {
  url: string;
  username?: string;
  password?: string;
  /** Hosts that are reached directly: `example.com` with its subdomains, `.example.com`, `*`; a port may follow. */
  noProxy?: string[];
}

/** How a request reaches its server: `environment` by the proxy that `HTTPS_PROXY` or `HTTP_PROXY` names. */
export type NetworkWay = 'direct' | 'proxy' | 'environment';

/** Which proxy a request goes through: a chosen one, that of the environment, or none. */
export class ProxyRules {
  readonly #chosen: URL | undefined;

  readonly #choice: ProxyOptions | 'environment' | undefined;
  /** What the environment says, by origin: reading it costs as much as a tenth of a request. */
  readonly #environment = new Map<string, URL | undefined>();

  /** @throws OZ_CONFIG when the address of the chosen proxy cannot be one */
  constructor(choice: ProxyOptions | 'environment' | undefined) {
    this.#choice = choice;
    if (choice !== undefined && choice !== 'environment')
      this.#chosen = parse(choice.url, choice.username, choice.password);
  }

  /** @throws OZ_CONFIG when the environment names a proxy that cannot be one */
  for(url: URL): URL | undefined {
    if (this.#choice === 'environment') {
      if (!this.#environment.has(url.origin)) this.#environment.set(url.origin, fromEnvironment(url));
      return this.#environment.get(url.origin);
    }
    const excepted = this.#choice?.noProxy?.some((entry) => covers(entry.trim().toLowerCase(), url));
    return excepted === true ? undefined : this.#chosen;
  }

  /**
   * What signs in to the proxy of this URL, which sees it in each request, as does any server that the proxy passes it to.
   * @throws as {@link for}
   */
  secrets(url: URL): string[] {
    const { username, password } = this.for(url) ?? {};
    if (username === undefined || password === undefined || username + password === '') return [];
    return [decoded(password), basicPair({ username, password })];
  }

  way(url: URL): NetworkWay {
    if (this.for(url) === undefined) return 'direct';
    return this.#choice === 'environment' ? 'environment' : 'proxy';
  }
}

function fromEnvironment(url: URL): URL | undefined {
  const address = loadProxyFromEnv().getProxyForUrl(url.href);
  return address === '' ? undefined : parse(address);
}

function parse(address: string, username?: string, password?: string): URL {
  if (!URL.canParse(address)) throw ozError('proxyInvalid');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw ozError('proxyInvalid');
  if (username !== undefined && username !== '') {
    url.username = encodeURIComponent(username);
    url.password = encodeURIComponent(password ?? '');
  }
  return url;
}

function covers(entry: string, url: URL): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === 'https:' ? '443' : '80'))) return false;
  const domain = name.replace(/^\*?\./, '');
  return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
}

/** The header by which a proxy knows us. */
export const proxyAuthorization = (proxy: URL): Record<string, string> =>
  proxy.username === '' ? {} : { 'Proxy-Authorization': `Basic ${basicPair(proxy)}` };

/** What a proxy is sent: name and password in base64. */
const basicPair = ({ username, password }: Pick<URL, 'username' | 'password'>): string =>
  Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');

/** A `%` that the environment did not escape stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
