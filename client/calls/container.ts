import type { Api } from '../api';
import type { CallOptions, ContainerRequest } from '../contract';
import { prepareMedia, type MediaLimits } from '../media/prepare';
import { rawBody } from '../media/rawBody';
import { omitUndefined } from '../omitUndefined';
import { progressOf } from './upload';

/** A container holds all media of a folder, so the limit of one file does not apply to it. */
const MAX_CONTAINER_BYTES = 100 * 1024 * 1024;

/** Sends an OzCapsula container as it is (docs/oz-api.md 5.4) and returns the JSON of the answer. */
export async function sendContainer(
  api: Api,
  call: ContainerRequest & CallOptions & { path: string; limits: MediaLimits; responseTimeoutMs?: number },
): Promise<unknown> {
  const { container, limits, onProgress, path, responseTimeoutMs, signal } = call;
  // It is encrypted, so its bytes say nothing about its type.
  const source = { ...container, contentType: 'application/octet-stream' };
  const ownLimits = { ...limits, maxFiles: 1, maxFileBytes: MAX_CONTAINER_BYTES };
  const [media] = await prepareMedia([source], ownLimits, true);
  if (media === undefined) return null;
  const body = rawBody(media);
  return api.json(
    omitUndefined({
      stage: 'upload',
      method: 'POST' as const,
      path,
      body,
      lane: 'bulk' as const,
      responseTimeoutMs,
      signal,
      onSent: progressOf(body.length, onProgress),
    }),
  );
}
