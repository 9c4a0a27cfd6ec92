import type { Api } from '../api';
import type { CallOptions, UploadProgress } from '../contract';
import { payloadOf, type PayloadParts } from '../wire/write';
import { fileParts, multipartBody } from '../media/form';
import { prepareMedia, type MediaLimits } from '../media/prepare';
import type { MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';
import type { SafeDetails } from '../errors/ozError';
import type { RequestBody } from '../transport/request';
import type { Found, Settle } from './settle';

interface UploadCall extends CallOptions {
  stage: string;
  path: string;
  what?: string;
  responseTimeoutMs?: number;
  /** Whether sending it twice does the same as sending it once. */
  idempotent?: boolean;
  onProgress?: (progress: UploadProgress) => void;
}

interface MultipartCall extends UploadCall {
  media: readonly MediaSource[];
  payload: Omit<PayloadParts, 'files'>;
  limits: MediaLimits;
}

/** How to find an upload again when its answer was lost. */
export interface Findable<T> {
  settle: Settle;
  /** @param count how many media were sent */
  find: (count: number) => Promise<Found<T>>;
  details: SafeDetails;
}

/** Sends media as one multipart form. `read` reads the JSON of the answer. @throws OZ_MEDIA before a byte is sent */
export async function sendMedia<T>(
  api: Api,
  call: MultipartCall,
  read: (json: unknown) => T,
  settled?: Findable<T>,
): Promise<T> {
  const { media, payload, limits, ...rest } = call;
  const files = fileParts(await prepareMedia(media, limits));
  const facts = files.map(({ key, media: { tags, metadata } }) => omitUndefined({ key, tags, metadata }));
  const body = multipartBody(files, payloadOf({ ...payload, files: facts }));
  return sendBody(api, { ...rest, body, count: files.length }, read, settled);
}

/** Sends the body of an upload with `count` media, when its turn comes. */
export function sendBody<T>(
  api: Api,
  call: UploadCall & { body: RequestBody; count: number },
  read: (json: unknown) => T,
  settled?: Findable<T>,
): Promise<T> {
  return api.uploadInTurn(call.signal, (turn) => {
    const { body, count, onProgress, ...rest } = call;
    const send = async (): Promise<T> =>
      read(
        await api.json(
          omitUndefined({
            ...rest,
            method: 'POST' as const,
            body,
            lane: 'bulk' as const,
            turn,
            settled: settled !== undefined,
            onSent: progressOf(body, onProgress),
          }),
        ),
      );
    if (settled === undefined) return send();
    return settled.settle({
      send,
      replayable: body.replayable,
      find: () => settled.find(count),
      details: settled.details,
      signal: call.signal,
    });
  });
}

/** Tells `onProgress` how much of a body was sent, of how much in all. */
export function progressOf(
  body: RequestBody,
  onProgress: ((progress: UploadProgress) => void) | undefined,
): ((sentBytes: number) => void) | undefined {
  return onProgress === undefined
    ? undefined
    : (sentBytes) => onProgress({ sentBytes, totalBytes: body.length });
}
