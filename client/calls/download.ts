import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { OzError } from '../errors/ozError';
import { mediaType } from '../mediaType';
import { ozError } from '../errors/errorMessages';

const MAX_REDIRECTS = 5;
/** Far more than a photo needs; a larger answer is abandoned while it arrives. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
/** Types that every browser shows and that cannot hold scripts, unlike SVG. */
const IMAGES = new Set(['image/jpeg', 'image/png', 'image/webp']);

/**
 * Fetches an image from the server's own origin or a host that the user named, or decodes a `data:` URL (Instant). The
 * server says where its images are, so without this limit it could make this machine query any host in its network.
 * The limit applies to each redirect as well.
 */
export async function download(
  api: Api,
  url: string,
  options?: CallOptions,
): Promise<{ data: Buffer; contentType: string }> {
  const { server } = api;
  const inline = /^data:[^,]*;base64,/i.exec(url.slice(0, 200));
  if (inline !== null) return asImage(Buffer.from(url.slice(inline[0].length), 'base64'), server.host);
  if (!isWebAddress(url)) throw ozError('downloadUrl', {}, { stage: 'download' });
  let target = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const { host } = new URL(target);
    if (!server.mayFetch(target)) throw ozError('mediaHostNotNamed', { host }, { stage: 'download' });
    const answer = await api.fetch(target, MAX_IMAGE_BYTES, options?.signal).catch((error: unknown) => {
      throw host === server.host ? error : elsewhere(host, error);
    });
    if (answer.status < 300) return asImage(answer.body, host, answer.status);
    const location = answer.headers['location'] ?? '';
    const next = URL.canParse(location, target) ? new URL(location, target).href : '';
    if (!isWebAddress(next))
      throw ozError('notAnImage', { host }, { stage: 'download', status: answer.status });
    target = next;
  }
  throw ozError('tooManyRedirects', {}, { stage: 'download' });
}

const isWebAddress = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);

/** The bytes decide: servers are known to send images as octet-stream (docs/oz-api.md 3.5.2), and may send anything. */
function asImage(data: Buffer, host: string, status?: number): { data: Buffer; contentType: string } {
  const contentType = mediaType(data)?.contentType ?? '';
  if (IMAGES.has(contentType) && data.length <= MAX_IMAGE_BYTES) return { data, contentType };
  throw ozError('notAnImage', { host }, { stage: 'download', ...(status === undefined ? {} : { status }) });
}

/** A server behind a reverse proxy may name its media by an address that only it can reach (docs/oz-api.md 2.5). */
function elsewhere(host: string, error: unknown): unknown {
  return error instanceof OzError && error.code === 'OZ_UNREACHABLE'
    ? ozError('mediaHost', { host }, error.cause)
    : error;
}
