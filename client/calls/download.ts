import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { OzError } from '../errors/ozError';
import { mediaType } from '../mediaType';
import { ozError } from '../errors/errorMessages';

const MAX_REDIRECTS = 5;
/** Far above what a photo has; a larger answer is given up on the way. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
/** What every browser shows and no program runs. SVG, for one, may hold scripts. */
const IMAGES = new Set(['image/jpeg', 'image/png', 'image/webp']);

/**
 * Fetches an image: from the server's own origin or a host that the user named, or out of a `data:` URL where the
 * server keeps nothing. The server says where its images are, so without that limit it could have any neighbour of
 * this machine asked; each redirect is held to it as well.
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
