import type { Api } from '../api';
import type { CheckAnswer, CheckRequest, OzClient, WaitOptions, WaitResult, WaitTarget } from '../contract';
import type { MediaLimits } from '../media/prepare';
import type { Analysis, Folder } from '../model';
import { livenessMedia } from '../documentTags';
import { omitUndefined } from '../omitUndefined';
import { checkResult, withOrder } from '../result';
import { ozError } from '../errors/errorMessages';
import { isFolder, readFolder } from '../wire/folder';
import type { UrlReader } from '../wire/media';
import { analysesBody } from '../wire/write';
import { sendContainer } from './container';
import { newUploadId } from './findUpload';
import { isOfAnotherUpload, markUpload } from '../wire/metadata';
import type { FolderCalls } from './folders';
import { sendMedia } from './upload';

/** The server computes before it answers, and gives up after 120 s (docs/oz-api.md 5.2). */
export const COMPUTE_TIMEOUT_MS = 130_000;

interface CheckParts {
  api: Api;
  url: UrlReader;
  limits: MediaLimits;
  folders: Pick<FolderCalls, 'findable' | 'findableContainer'>;
  start: OzClient['analyses']['start'];
  wait: (target: WaitTarget, options: WaitOptions) => Promise<WaitResult>;
}

/**
 * Media in, verdict out. Sends media and analyses in one request (docs/oz-api.md 5.2); an older server ignores the
 * analyses, or answers before they are done, and then they are started and waited for. Instant (docs/oz-api.md 5.3) has
 * no such fallback, because it stores nothing.
 */
export function checkCall(parts: CheckParts): OzClient['check'] {
  const { api, start, wait } = parts;
  return async (request, options) => {
    const started = performance.now();
    // Throws for an invalid request before anything is sent.
    analysesBody(request.analyses);
    const instant = request.instant === true;
    if (instant && request.analyses.some(({ type }) => type === 'collection'))
      throw ozError('instantCollection');
    const folder = await sendAll(parts, request, options, instant);
    const { folderId, media } = folder;
    if (isDone(folder)) {
      const waitedMs = Math.round(performance.now() - started);
      const result = checkResult(folderId, withOrder(folder.analyses, request.analyses), media);
      return { ...result, media, way: instant ? 'instant' : 'single', timing: { waitedMs, polls: 0 } };
    }
    if (instant)
      throw ozError('wrongShape', { host: api.server.host, field: 'analyses' }, { stage: 'check' });
    const running =
      folder.analyses.length > 0 ? folder.analyses : await startAll(start, folder, request, options);
    const left = Math.max(0, options.timeoutMs - (performance.now() - started));
    const waited = await wait(
      { folderId, analysisIds: running.map(({ analysisId }) => analysisId) },
      { ...options, timeoutMs: left },
    );
    const waitedMs = Math.round(performance.now() - started);
    const analyses = withOrder(waited.analyses, request.analyses);
    const timing = { ...waited.timing, waitedMs };
    return { ...waited, analyses, media, way: 'steps', timing } satisfies CheckAnswer;
  };
}

function isDone({ analyses }: Folder): boolean {
  return analyses.length > 0 && analyses.every(({ resolution }) => resolution !== 'PROCESSING');
}

async function sendAll(
  { api, url, limits, folders }: CheckParts,
  request: CheckRequest,
  { signal, timeoutMs }: WaitOptions,
  instant: boolean,
): Promise<Folder> {
  const { media, container, metadata, webhook, additionalInfo, onProgress, onUploadId } = request;
  const path = instant ? 'instant/folders/' : 'folders/';
  // Instant stores nothing, so a repeat creates nothing twice.
  const common = { path, responseTimeoutMs: Math.min(COMPUTE_TIMEOUT_MS, timeoutMs), idempotent: instant };
  const { host } = api.server;
  const uploadId = instant || container !== undefined ? undefined : newUploadId();
  const read = (json: unknown): Folder => {
    const folder = readFolder(json, url);
    if (uploadId !== undefined && isOfAnotherUpload(folder.raw, uploadId))
      throw ozError('otherAnswer', { host }, { stage: 'check' });
    if (isFolder(json) && (folder.folderId !== '' || instant)) return folder;
    throw ozError('wrongShape', { host, field: 'folder_id' }, { stage: 'check' });
  };
  if (container !== undefined)
    return sendContainer(
      api,
      omitUndefined({ ...common, container, limits, onProgress, signal }),
      read,
      instant ? undefined : folders.findableContainer(omitUndefined({ signal })),
    );
  if (uploadId !== undefined) onUploadId?.(uploadId);
  const payload = omitUndefined({
    metadata: uploadId === undefined ? metadata : markUpload(metadata, uploadId),
    webhook,
    additionalInfo,
    analyses: request.analyses,
  });
  return sendMedia(
    api,
    omitUndefined({ ...common, stage: 'check', media: media ?? [], payload, limits, onProgress, signal }),
    read,
    uploadId === undefined ? undefined : folders.findable(uploadId, omitUndefined({ signal })),
  );
}

function startAll(
  start: OzClient['analyses']['start'],
  { folderId, media }: Folder,
  request: CheckRequest,
  { signal }: WaitOptions,
): Promise<Analysis[]> {
  const sourceMedia = livenessMedia(media);
  const analyses = request.analyses.map((one) =>
    one.type === 'quality' ? omitUndefined({ sourceMedia, ...one }) : one,
  );
  const body = omitUndefined({ analyses, webhook: request.webhook });
  return start(folderId, body, omitUndefined({ signal }));
}
