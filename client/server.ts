import { ozError } from './errors/errorMessages';

const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

/** Whether a host name or address (as `URL.hostname` spells it) means this machine. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

interface NamedHost {
  hostname: string;
  /** Absent: any port. */
  port: string | undefined;
}

/** A host as users write it, in the spelling of `URL.hostname`. @throws OZ_CONFIG */
function namedHost(text: string): NamedHost {
  const name = text.trim();
  const port = /:(\d+)$/.exec(name)?.[1];
  const bare = port === undefined ? name : name.slice(0, -port.length - 1);
  const url = `http://${bare}/`;
  if (!/^(\[[\da-f:.]+\]|[^\s/\\?#@:[\]]+)$/i.test(bare) || !URL.canParse(url))
    throw ozError('mediaHostInvalid', { host: name.slice(0, 80) });
  return { hostname: new URL(url).hostname, port: port === undefined ? undefined : String(Number(port)) };
}

/** The address of one server: where calls go, and which media URLs are its own. */
export class Server {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Host and port, for sentences: it holds no secret. */
  readonly host: string;
  readonly loopback: boolean;
  readonly #base: string;
  readonly #mediaHosts: readonly NamedHost[];
  readonly #rebaseMedia: boolean;

  /**
   * @param url base URL, with or without `/api` and a trailing slash; a path before `/api` is kept (reverse proxies)
   * @param mediaHosts host names, with or without a port, that media may be fetched from as well
   * @throws OZ_CONFIG when one of them cannot be one
   */
  constructor(url: string, rebaseMedia: boolean, mediaHosts: readonly string[] = []) {
    this.#rebaseMedia = rebaseMedia;
    this.#mediaHosts = mediaHosts.map(namedHost);
    const text = url.trim();
    if (text === '') throw ozError('urlMissing');
    if (!URL.canParse(text)) throw ozError('urlInvalid', { url: text.slice(0, 120).replace(/[?#@].*$/, '') });
    const parsed = new URL(text);
    if (!['http:', 'https:'].includes(parsed.protocol))
      throw ozError('urlScheme', { scheme: parsed.protocol });
    if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '') throw ozError('urlSecret');
    this.origin = parsed.origin;
    this.host = parsed.host;
    this.loopback = isLoopback(parsed.hostname);
    this.#base = parsed.origin + parsed.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  }

  /** URL of a method of API Lite, which has no `/api/` (docs/oz-api.md 5.6): `lite('version')`. */
  lite(path: string): string {
    return `${this.#base}/${path}`;
  }

  /** URL of an API method: `api('folders/', { limit: '1' })`. */
  api(path: string, query: Readonly<Record<string, string>> = {}): string {
    const search = new URLSearchParams(query).toString();
    return `${this.#base}/api/${path}${search === '' ? '' : `?${search}`}`;
  }

  /**
   * A media URL as the flow can use it: relative ones become absolute, and with `rebaseMedia` scheme, host and port
   * become the server's own, because reverse proxies often hand out inner host names (docs/oz-api.md 2.5).
   */
  media(url: string): string {
    if (url === '' || /^data:/i.test(url)) return url;
    // The common case: an absolute URL needs no work, and every answer holds several.
    if (!this.#rebaseMedia && /^https?:\/\//i.test(url)) return url;
    if (!URL.canParse(url, `${this.#base}/`)) return url;
    const absolute = new URL(url, `${this.#base}/`);
    if (!this.#rebaseMedia) return absolute.href;
    // What follows the colon of another scheme may be no path: behind our host it would make another host of it.
    if (!/^https?:$/.test(absolute.protocol)) return url;
    return this.origin + absolute.pathname + absolute.search + absolute.hash;
  }

  /** Whether a URL has the server's own origin. */
  owns(url: string): boolean {
    return URL.canParse(url) && new URL(url).origin === this.origin;
  }

  /** Whether media may be fetched from a URL: from the server's own origin, and from hosts that the user named. */
  mayFetch(url: string): boolean {
    if (this.owns(url)) return true;
    const { hostname, port, protocol } = new URL(url);
    const actual = port === '' ? { 'http:': '80', 'https:': '443' }[protocol] : port;
    return this.#mediaHosts.some(
      (named) => named.hostname === hostname && (named.port === undefined || named.port === actual),
    );
  }
}

/** The base URL of a server's calls, normalized for comparison. @throws OZ_CONFIG when it cannot be one */
export const apiAddress = (url: string): string => new Server(url, false).api('');

/**
 * An id as a path segment. Refuses what could lead to another path.
 * @throws OZ_INPUT
 */
export function pathSegment(id: unknown, what: string): string {
  if (typeof id !== 'string' || id === '') throw ozError('idMissing', { what });
  if (!ID.test(id)) throw ozError('idInvalid', { what });
  return id;
}
