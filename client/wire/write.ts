import { ozError } from '../errors/errorMessages';
import type { AnalysisRequest, FolderQuery, Json, JsonObject } from '../model';
import { omitUndefined } from '../omitUndefined';

/** The one writer of request bodies. */

/** What the payload says about a file part. */
export interface FileFacts {
  /** Key of the part. */
  key: string;
  tags: string[];
  metadata?: JsonObject;
}

export interface PayloadParts {
  files: readonly FileFacts[];
  /** `folder:meta_data`, or `person:meta_data` for persons of a collection (docs/oz-api.md 5.5). */
  metadata?: JsonObject;
  metadataKey?: 'folder:meta_data' | 'person:meta_data';
  webhook?: string;
  additionalInfo?: Json;
  /** Single request (docs/oz-api.md 5.2). */
  analyses?: readonly AnalysisRequest[];
}

/** The text part `payload` of a multipart form (docs/oz-api.md 2.2). */
export function payloadOf(parts: PayloadParts): JsonObject {
  // Where it belongs is recalled only: at the root, or with each file (docs/oz-api.md 2.2). So it is in both places.
  const info = parts.additionalInfo === undefined ? undefined : { additional_info: parts.additionalInfo };
  const mediaMetadata = parts.files.flatMap(({ key, metadata }) =>
    metadata === undefined && info === undefined ? [] : [[key, { ...info, ...metadata }] as const],
  );
  const metadata =
    parts.metadata === undefined ? {} : { [parts.metadataKey ?? 'folder:meta_data']: parts.metadata };
  return omitUndefined({
    ...metadata,
    'media:tags': Object.fromEntries(parts.files.map(({ key, tags }) => [key, tags])),
    'media:meta_data': mediaMetadata.length === 0 ? undefined : Object.fromEntries(mediaMetadata),
    resolution_endpoint: webhookUrl(parts.webhook),
    ...info,
    analyses: parts.analyses?.map(analysisBody),
  });
}

/** The body that starts analyses (docs/oz-api.md 3.2). */
export function analysesBody(analyses: readonly AnalysisRequest[], webhook?: string): JsonObject {
  if (analyses.length === 0) throw ozError('analysesMissing');
  return omitUndefined({ analyses: analyses.map(analysisBody), resolution_endpoint: webhookUrl(webhook) });
}

function analysisBody(request: AnalysisRequest): JsonObject {
  // Always explicit for quality: the server's default changed in 6.0.1 (docs/oz-api.md 3.2).
  const bestShot =
    request.type === 'quality' ? { extract_best_shot: request.extractBestShot === true } : undefined;
  const params =
    bestShot === undefined && request.params === undefined ? undefined : { ...bestShot, ...request.params };
  return omitUndefined({
    type: request.type,
    source_media:
      request.sourceMedia === undefined || request.sourceMedia.length === 0 ? undefined : request.sourceMedia,
    params,
  });
}

/** @throws OZ_INPUT */
function webhookUrl(url: string | undefined): string | undefined {
  if (url === undefined || url === '') return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw ozError('webhookInvalid');
  return url;
}

/** The query of the folder list (docs/oz-api.md 2.6). @throws OZ_INPUT for what the grammar cannot say */
export function folderQuery(query: FolderQuery): Record<string, string> {
  const { metadata = {} } = query;
  const conditions = Object.entries(metadata).map(([key, value]) => {
    if (!/^[\w.-]+$/.test(key) || /[,]/.test(value)) throw ozError('queryInvalid', { field: 'metadata' });
    return `${key}==${value}`;
  });
  const numbers = {
    'time_created.min': query.createdMin,
    'time_created.max': query.createdMax,
    'time_updated.min': query.updatedMin,
    'time_updated.max': query.updatedMax,
    offset: query.offset,
    limit: query.limit,
  };
  const texts = {
    folder_id: query.folderId,
    resolution_status: query.resolutionStatus,
    meta_data: conditions.length === 0 ? undefined : conditions.join(','),
    with_analyses: query.withAnalyses === undefined ? undefined : String(query.withAnalyses),
    sorting:
      query.newestFirst === undefined ? undefined : `time_created{${query.newestFirst ? 'desc' : 'asc'}}`,
    total_omit: query.count === false ? 'true' : undefined,
  };
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined) continue;
    if (!Number.isFinite(value)) throw ozError('queryInvalid', { field: name });
    result[name] = String(value);
  }
  for (const [name, value] of Object.entries(texts)) if (value !== undefined) result[name] = value;
  return result;
}
