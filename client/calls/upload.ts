import type { Api } from '../api';
import type { CallOptions, UploadProgress } from '../contract';
import { fileParts, payloadOf, type PayloadParts } from '../wire/write';
import { multipartBody } from '../media/form';
import { prepareMedia, type MediaLimits } from '../media/prepare';
import type { MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';

export interface MultipartCall extends CallOptions {
  stage: string;
  path: string;
  what?: string;
  media: readonly MediaSource[];
  payload: Omit<PayloadParts, 'files'>;
  limits: MediaLimits;
  signIn?: boolean;
  responseTimeoutMs?: number;
  onProgress?: (progress: UploadProgress) => void;
}

/** Sends media as one multipart form and returns the JSON of the answer. @throws OZ_MEDIA before a byte is sent */
export async function sendMedia(api: Api, call: MultipartCall): Promise<unknown> {
  const { media, payload, limits, onProgress, ...rest } = call;
  const files = fileParts(await prepareMedia(media, limits));
  const body = multipartBody(files, payloadOf({ ...payload, files }));
  return api.json(
    omitUndefined({
      ...rest,
      method: 'POST' as const,
      body,
      lane: 'bulk' as const,
      onSent: progressOf(body.length, onProgress),
    }),
  );
}

export function progressOf(
  totalBytes: number,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ((sentBytes: number) => void) | undefined {
  return onProgress === undefined ? undefined : (sentBytes) => onProgress({ sentBytes, totalBytes });
}
