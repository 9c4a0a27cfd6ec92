import type { Api } from '../api';
import type { CallOptions, ContainerRequest } from '../contract';
import { ozError } from '../errors/errorMessages';
import { prepareMedia, type MediaLimits } from '../media/prepare';
import { rawBody } from '../media/rawBody';
import { omitUndefined } from '../omitUndefined';
import { sendBody, type Findable } from './upload';

/** A container holds all media of a folder, so the limit of one file does not apply to it. */
const MAX_CONTAINER_BYTES = 100 * 1024 * 1024;

interface ContainerCall extends ContainerRequest, CallOptions {
  path: string;
  limits: MediaLimits;
  responseTimeoutMs?: number;
  /** Whether sending it twice does the same as sending it once. */
  idempotent?: boolean;
}

/** Sends an OzCapsula container as it is (docs/oz-api.md 5.4). `read` reads the JSON of the answer. */
export async function sendContainer<T>(
  api: Api,
  call: ContainerCall,
  read: (json: unknown) => T,
  settled?: Findable<T>,
): Promise<T> {
  const { container, limits, onProgress, path, responseTimeoutMs, idempotent, signal } = call;
  // It is encrypted, so its bytes say nothing about its type.
  const source = { ...container, contentType: 'application/octet-stream' };
  const ownLimits = { ...limits, maxFiles: 1, maxFileBytes: MAX_CONTAINER_BYTES };
  const [media] = await prepareMedia([source], ownLimits, true);
  if (media === undefined) throw ozError('mediaNone');
  const body = rawBody(media);
  const rest = omitUndefined({ stage: 'upload', path, responseTimeoutMs, idempotent, onProgress, signal });
  return sendBody(api, { ...rest, body, count: 1 }, read, settled);
}
