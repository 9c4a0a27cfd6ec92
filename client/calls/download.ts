import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { OzError } from '../errors/ozError';
import { mediaType } from '../media/type';
import { ozError } from '../errors/errorMessages';

const MAX_REDIRECTS = 5;

/** Fetches a media: an http(s) URL, or a `data:` URL where the server keeps nothing. */
export async function download(
  api: Api,
  url: string,
  options?: CallOptions,
): Promise<{ data: Buffer; contentType: string }> {
  const match = /^data:([^;,]*)(?:;[^,]*)?;base64,/i.exec(url);
  if (match !== null) {
    const data = Buffer.from(url.slice(match[0].length), 'base64');
    return { data, contentType: mediaType(data)?.contentType ?? match[1] ?? 'application/octet-stream' };
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw ozError('downloadUrl', {}, { stage: 'download' });
  let target = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const { host } = new URL(target);
    const answer = await api.fetch(target, options?.signal).catch((error: unknown) => {
      throw host === api.server.host ? error : elsewhere(host, error);
    });
    if (answer.status < 300) {
      // The bytes decide: servers are known to send images as octet-stream (reference 3.5.2).
      const contentType = mediaType(answer.body)?.contentType ?? answer.headers['content-type'] ?? '';
      if (answer.body.length === 0 || /^text\/html/i.test(contentType)) {
        throw ozError('notAnImage', { host }, { stage: 'download', status: answer.status });
      }
      return { data: answer.body, contentType: contentType.split(';')[0] ?? '' };
    }
    target = new URL(answer.headers['location'] ?? '', target).href;
  }
  throw ozError('tooManyRedirects', {}, { stage: 'download' });
}

/** A server behind a reverse proxy may name its media by an address that only it can reach (reference 2.5). */
function elsewhere(host: string, error: unknown): unknown {
  return error instanceof OzError && error.code === 'OZ_UNREACHABLE'
    ? ozError('mediaHost', { host }, error.cause)
    : error;
}
