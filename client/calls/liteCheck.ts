import type { CallOptions, CheckAnswer, CheckRequest, FaceTemplateRequest, OzClient } from '../contract';
import { isDocument } from '../documentTags';
import { ozError } from '../errors/errorMessages';
import { prepareMedia, type MediaLimits, type PreparedMedia } from '../media/prepare';
import type { Analysis, AnalysisRequest, Media } from '../model';
import { omitUndefined } from '../omitUndefined';
import { checkResult } from '../result';
import type { LiteVerdict } from '../wire/lite';
import type { LiteCallOptions, LiteCalls } from './lite';
import { COMPUTE_TIMEOUT_MS } from './check';

/** A face template among the media of a check: opaque bytes that `extract` made (docs/oz-api.md 5.6). */
const TEMPLATE_TYPE = 'application/octet-stream';
const PHOTO_TYPES: readonly string[] = ['image/jpeg', 'image/png'];

const isTemplate = ({ contentType }: PreparedMedia): boolean => contentType === TEMPLATE_TYPE;

/**
 * Photos in, verdict out, with a server that speaks API Lite: liveness looks at each photo, face match at two photos, at
 * a photo and a template, or at two templates. Nothing is stored, so there are no ids, and no best shot.
 * @throws OZ_INPUT and OZ_MEDIA for what API Lite cannot do, before anything is sent
 */
export function liteCheck(lite: LiteCalls, limits: MediaLimits): OzClient['check'] {
  return async (request, options) => {
    const started = performance.now();
    refuseUnsupported(request);
    const media = await photosAndTemplates(request, limits);
    const wants = (type: AnalysisRequest['type']): boolean =>
      request.analyses.some((one) => one.type === type);
    // As on the Oz API from 5.1.0, ID photos are left out of liveness (docs/oz-api.md 4.3).
    const selfies = media.filter((one) => !isTemplate(one) && !isDocument(one.tags));
    if (wants('quality') && selfies.length === 0) throw ozError('liteNoSelfie');
    if (wants('biometry') && media.length !== 2) throw ozError('litePhotoCount', { count: media.length });

    const call = omitUndefined({
      responseTimeoutMs: Math.min(COMPUTE_TIMEOUT_MS, options.timeoutMs),
      signal: options.signal,
      onProgress: request.onProgress,
    });
    const analyses: Analysis[] = [];
    if (wants('quality')) {
      const verdicts = await Promise.all(selfies.map((photo) => lite.detect(photo, call)));
      analyses.push(...verdicts.map((one, at) => analysisOf('QUALITY', one, selfies.slice(at, at + 1))));
    }
    if (wants('biometry')) analyses.push(analysisOf('BIOMETRY', await match(lite, media, call), media));
    const listed = media.map(mediaOf);
    return {
      ...checkResult('', analyses, listed),
      media: listed,
      way: 'lite',
      timing: { waitedMs: Math.round(performance.now() - started), polls: 0 },
    } satisfies CheckAnswer;
  };
}

/** The template of the face in one photo. @throws OZ_MEDIA before anything is sent */
export async function extractTemplate(
  lite: LiteCalls,
  limits: MediaLimits,
  { media, onProgress }: FaceTemplateRequest,
  options: CallOptions = {},
): Promise<Buffer> {
  const [photo] = await prepareMedia(media, { ...limits, maxFiles: 1 });
  if (photo === undefined) throw ozError('mediaNone');
  if (!PHOTO_TYPES.includes(photo.contentType)) throw ozError('litePhoto', { file: photo.fileName });
  return lite.extract(photo, { ...options, ...(onProgress && { onProgress }) });
}

/** Refuses what API Lite would silently ignore: a threshold, a webhook, metadata. */
function refuseUnsupported({ analyses, metadata, webhook, additionalInfo }: CheckRequest): void {
  if (analyses.length === 0) throw ozError('analysesMissing');
  const fields = {
    collection: analyses.find(({ type }) => type === 'collection'),
    documents: analyses.find(({ type }) => type === 'documents'),
    params: analyses.find(({ params }) => params !== undefined),
    sourceMedia: analyses.find(({ sourceMedia }) => sourceMedia !== undefined),
    metadata,
    webhook: webhook === '' ? undefined : webhook,
    additionalInfo,
  };
  for (const [field, value] of Object.entries(fields))
    if (value !== undefined) throw ozError('liteField', { field });
}

async function photosAndTemplates(request: CheckRequest, limits: MediaLimits): Promise<PreparedMedia[]> {
  if (request.container !== undefined)
    throw ozError('litePhoto', { file: request.container.filename ?? 'container' });
  const media = await prepareMedia(request.media ?? [], limits);
  const other = media.find((one) => !isTemplate(one) && !PHOTO_TYPES.includes(one.contentType));
  if (other !== undefined) throw ozError('litePhoto', { file: other.fileName });
  return media;
}

async function match(lite: LiteCalls, media: PreparedMedia[], call: LiteCallOptions): Promise<LiteVerdict> {
  const templates = media.filter(isTemplate);
  const [photo, secondPhoto] = media.filter((one) => !isTemplate(one));
  const [template, secondTemplate] = templates;
  if (template !== undefined && secondTemplate !== undefined)
    return lite.compare(template, secondTemplate, call);
  if (photo === undefined) throw ozError('litePhotoCount', { count: media.length });
  if (template !== undefined) return lite.verify(photo, template, call);
  if (secondPhoto === undefined) throw ozError('litePhotoCount', { count: media.length });
  return lite.verify(photo, templateMedia(await lite.extract(secondPhoto, call)), call);
}

function templateMedia(data: Buffer): PreparedMedia {
  return {
    fileName: 'template',
    contentType: TEMPLATE_TYPE,
    size: data.length,
    tags: [],
    replayable: true,
    open: () => data,
  };
}

/** Nothing is stored, so nothing has an id. */
function mediaOf({ fileName, contentType, tags }: PreparedMedia): Media {
  return { mediaId: '', type: contentType === TEMPLATE_TYPE ? 'TEMPLATE' : 'IMAGE', name: fileName, tags };
}

function analysisOf(
  type: 'QUALITY' | 'BIOMETRY',
  { resolution, similarity, unknown, raw }: LiteVerdict,
  media: readonly PreparedMedia[],
): Analysis {
  return omitUndefined({
    analysisId: '',
    type,
    state: 'FINISHED' as const,
    resolution,
    sourceMedia: media.map(mediaOf),
    results: [],
    match: similarity === undefined ? undefined : { min: similarity, max: similarity },
    persons: [],
    textFields: [],
    unknown,
    raw,
  });
}
