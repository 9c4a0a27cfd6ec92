import type { Analysis, Json, JsonObject, Media, MediaResult, Resolution, TextField } from '../model';
import { omitUndefined } from '../omitUndefined';
import { readDecision } from './decision';
import { readPersonHits } from './persons';
import { readMedia, type UrlReader } from './media';
import { asObject, isJsonObject, numberOf, objects, textOf } from './shapes';
import { imageUrl } from './image';

const RESOLUTIONS: readonly Resolution[] = [
  'PROCESSING',
  'SUCCESS',
  'DECLINED',
  'OPERATOR_REQUIRED',
  'FAILED',
];
/** Words for "not done yet": `INITIAL` belongs to folders, the empty one to web callbacks (docs/oz-api.md 4.1 and 5.8). */
const UNDER_WAY = new Set(['PROCESSING', 'INITIAL', '']);

/**
 * Reads one analysis (docs/oz-api.md 3.5): both spellings of its id and of its resolution, results on the media or on the
 * analysis, ids that may be missing.
 * @param folderMedia media of the folder, to match results with their source
 */
export function readAnalysis(json: Json, url: UrlReader, folderMedia: readonly Media[] = []): Analysis {
  const body = asObject(json);
  const type = (textOf(body, 'type') ?? '').toUpperCase();
  const sources = objects(body['source_media'] ?? []);
  const sourceMedia = sources.map((one) => readMedia(one, url));
  const items = objects(body['results_media'] ?? []);
  const data = asObject(body['results_data']);
  const results = items.map((item, at) => readResult(item, at, items.length, sources, folderMedia, url));
  // Scores on the analysis instead of on its media (docs/oz-api.md 3.5.3).
  const spoofing = numberOf(data, 'confidence_spoofing');
  if (spoofing !== undefined && results.every((result) => result.spoofing === undefined)) {
    results.push({
      mediaId: sourceMedia.length === 1 ? (sourceMedia[0]?.mediaId ?? '') : '',
      spoofing,
      bestShotUrls: [],
    });
  }
  const collection = type === 'COLLECTION';
  const decision = readDecision(body);
  const state = decided(readState(body), decision);
  return omitUndefined({
    analysisId: textOf(body, 'analysis_id', 'analyse_id') ?? '',
    folderId: textOf(body, 'folder_id'),
    groupId: textOf(body, 'group_id'),
    type,
    ...(type === 'QUALITY' ? onEvidence(state, results) : state),
    sourceMedia,
    results,
    match: collection ? undefined : (range(data) ?? worst(results)),
    persons: collection || 'person_id' in body ? readPersonHits(body) : [],
    textFields: [data, ...items.map((item) => asObject(item['results_data']))].flatMap(readTextFields),
    timeCreated: numberOf(body, 'time_created'),
    tookMs: readDuration(body),
    bestShotOrdered: type === 'QUALITY' ? readOrdered(body, results) : undefined,
    decision,
    error: readError(body),
    raw: body,
  });
}

/** The analyses that were started: an array by the docs; a folder or a page that holds them is understood as well. */
export function readStarted(json: unknown, url: UrlReader): Analysis[] {
  const list =
    isJsonObject(json) && 'analyses' in json
      ? json['analyses']
      : isJsonObject(json) && !('items' in json)
        ? [json]
        : json;
  return objects(list).map((one) => readAnalysis(one, url));
}

/** docs/oz-api.md 3.4: done only when neither resolution is PROCESSING and the state is not either. */
function readState(body: JsonObject): Pick<Analysis, 'state' | 'resolution' | 'unknown'> {
  const word = (name: string): string | undefined => {
    const value = body[name];
    return typeof value === 'string' ? value.trim().toUpperCase() : undefined;
  };
  const state = word('state');
  // FINISHED belongs to the state; as a resolution it says nothing.
  const said = [word('resolution_status'), word('resolution')].filter(
    (one) => one !== undefined && one !== 'FINISHED',
  );
  const unknown = [
    ...(state === undefined || UNDER_WAY.has(state) || ['FINISHED', 'FAILED'].includes(state)
      ? []
      : [`state=${state}`]),
    ...said
      .filter((one) => !UNDER_WAY.has(one ?? '') && !isResolution(one))
      .map((one) => `resolution=${one}`),
  ].map((one) => one.slice(0, 80));
  if (state === 'FAILED' || said.includes('FAILED'))
    return { state: 'FAILED', resolution: 'FAILED', unknown };
  const waiting =
    (state !== undefined && state !== 'FINISHED') || said.some((one) => UNDER_WAY.has(one ?? ''));
  if (waiting || (state === undefined && said.length === 0)) {
    return { state: 'PROCESSING', resolution: 'PROCESSING', unknown };
  }
  // Where the two differ, a pass does not count.
  const known = said.filter(isResolution).find((one) => one !== 'SUCCESS') ?? said.find(isResolution);
  // A verdict that this version cannot read is for a person to look at, never a pass.
  const resolution = known !== undefined && unknown.length === 0 ? known : 'OPERATOR_REQUIRED';
  return {
    state: 'FINISHED',
    resolution,
    unknown: known === undefined && unknown.length === 0 ? ['resolution='] : unknown,
  };
}

/** A server may name the decision beside the verdict that asked for it (docs/oz-api.md 3.7). */
function decided(
  state: ReturnType<typeof readState>,
  decision: Analysis['decision'],
): ReturnType<typeof readState> {
  const open = state.resolution === 'OPERATOR_REQUIRED' && state.unknown.length === 0;
  return open && decision !== undefined ? { ...state, resolution: decision.resolution } : state;
}

/** A liveness pass without any media or score behind it is for a person to look at. */
function onEvidence(
  state: ReturnType<typeof readState>,
  results: readonly MediaResult[],
): ReturnType<typeof readState> {
  if (state.resolution !== 'SUCCESS' || results.some(({ spoofing }) => spoofing !== undefined)) return state;
  const lacking = results.length === 0 ? 'results_media=' : 'confidence_spoofing=';
  return { ...state, resolution: 'OPERATOR_REQUIRED', unknown: [...state.unknown, lacking] };
}

function isResolution(word: string | undefined): word is Resolution {
  return RESOLUTIONS.some((one) => one === word);
}

function readResult(
  item: JsonObject,
  at: number,
  count: number,
  sources: readonly JsonObject[],
  folderMedia: readonly Media[],
  url: UrlReader,
): MediaResult {
  const data = asObject(item['results_data']);
  const spoofing = numberOf(data, 'confidence_spoofing') ?? numberOf(item, 'confidence_spoofing');
  return omitUndefined({
    mediaId: sourceId(item, at, count, sources, folderMedia),
    spoofing,
    match: range(data) ?? range(item),
    bestShotUrls: outputImages(item['output_images']).flatMap((image) => imageUrl(image, url) ?? []),
  });
}

/** An array of objects by the docs (docs/oz-api.md 3.5.2); one object, and bare addresses, are understood as well. */
function outputImages(value: Json | undefined): JsonObject[] {
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.flatMap((one) =>
    typeof one === 'string' ? [{ original_url: one }] : isJsonObject(one) ? [one] : [],
  );
}

/**
 * The media a result belongs to. That the source id equals a media id is inferred (docs/oz-api.md 3.5.1), so an id that
 * matches nothing falls back to the order, when there are as many results as sources.
 */
function sourceId(
  item: JsonObject,
  at: number,
  count: number,
  sources: readonly JsonObject[],
  folderMedia: readonly Media[],
): string {
  const named = [
    textOf(item, 'source_video_id', 'source_shots_set_id', 'source_image_id', 'source_media_id', 'media_id'),
    textOf(asObject(item['source_media']), 'media_id'),
  ].filter((id) => id !== undefined);
  for (const id of named) {
    const source = sources.find((one) =>
      ['media_id', 'video_id', 'shots_set_id', 'image_id'].some((name) => one[name] === id),
    );
    if (source !== undefined) return textOf(source, 'media_id') ?? id;
    if (folderMedia.some((one) => one.mediaId === id)) return id;
  }
  const byOrder = count === sources.length ? textOf(asObject(sources[at]), 'media_id') : undefined;
  return byOrder ?? (sources.length === 0 ? (named[0] ?? '') : '');
}

/** The smallest similarity decides (docs/oz-api.md 3.5.3), so the largest one alone says nothing. */
function range(data: JsonObject): { min: number; max: number } | undefined {
  const min = numberOf(data, 'min_confidence');
  const max = numberOf(data, 'max_confidence') ?? min;
  return min === undefined || max === undefined ? undefined : { min, max };
}

function worst(results: readonly MediaResult[]): { min: number; max: number } | undefined {
  const all = results.flatMap((result) => (result.match === undefined ? [] : [result.match]));
  if (all.length === 0) return undefined;
  return { min: Math.min(...all.map((one) => one.min)), max: Math.max(...all.map((one) => one.max)) };
}

/** Whether an analysis tells the `params` it was ordered with is not documented; a best shot tells it as well. */
function readOrdered(body: JsonObject, results: readonly MediaResult[]): boolean | undefined {
  const ordered = asObject(body['params'])['extract_best_shot'];
  if (typeof ordered === 'boolean') return ordered;
  return results.some(({ bestShotUrls }) => bestShotUrls.length > 0) || undefined;
}

/** docs/oz-api.md 3.5.4. */
function readTextFields(data: JsonObject): TextField[] {
  return objects(data['text_fields'] ?? []).map((field) =>
    omitUndefined({
      name: textOf(field, 'field_name', 'name') ?? '',
      visual: textOf(field, 'visual'),
      mrz: textOf(field, 'mrz'),
    }),
  );
}

/** docs/oz-api.md 4.5: every object has both times, epoch seconds. */
function readDuration(body: JsonObject): number | undefined {
  const from = numberOf(body, 'time_created');
  const to = numberOf(body, 'time_task_finished', 'time_updated');
  if (from === undefined || to === undefined || to < from || readState(body).state === 'PROCESSING')
    return undefined;
  return Math.round((to - from) * 1000);
}

/** Where a failure's reason is stored is not documented (docs/oz-api.md 3.6). */
function readError(body: JsonObject): Analysis['error'] {
  const code = numberOf(body, 'error_code');
  const message = textOf(body, 'error_message');
  return code === undefined && message === undefined
    ? undefined
    : omitUndefined({ code, message: message?.slice(0, 200) });
}
