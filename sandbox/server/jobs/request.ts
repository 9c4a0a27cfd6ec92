import { randomUUID } from 'node:crypto';
import type { Account } from '../auth/accounts';
import { ApiError, missingField } from '../errors';
import type { Profile, ProfileRules } from '../profiles';
import { rulesOf } from '../profiles';
import type {
  AnalysisRecord,
  AnalysisType,
  FolderRecord,
  JsonObject,
  JsonValue,
  MediaRecord,
} from '../store/records';
import { ANALYSIS_TYPES } from '../store/records';
import type { Workspace } from '../store/workspace';
import { now } from '../store/workspace';
import { isJsonObject, optionalObject, stringList } from '../upload/json';
import { isIdPhoto } from '../wire/tags';

interface RequestContext {
  workspace: Workspace;
  profile: Profile;
  folder: FolderRecord;
  /** Null in the non-persistent mode without a sign-in: nothing is denied there. */
  account: Account | null;
  /** File keys of the same request, usable in `source_media` (docs/oz-api.md 5.2, recalled). */
  keys: ReadonlyMap<string, string>;
}

/**
 * Turns the `analyses` of a request into records that are PROCESSING; stores nothing (docs/oz-api.md 3.2, 4.3, 6.1).
 * Throws `invalidStructure`, `invalidType`, `invalidValue`, `notExist`, `authForbidden`.
 */
export function requestedAnalyses(value: JsonValue | undefined, context: RequestContext): AnalysisRecord[] {
  if (value === undefined) throw missingField('analyses');
  if (!Array.isArray(value)) throw new ApiError('invalidType', { key_path: 'analyses', expected: 'array' });
  if (value.length === 0)
    throw new ApiError('invalidStructure', { key_path: 'analyses', message: 'It is empty' });
  const groupId = randomUUID();
  return value.map((item, index) => requestedAnalysis(item, `analyses.${index}`, groupId, context));
}

function requestedAnalysis(
  item: JsonValue,
  keyPath: string,
  groupId: string,
  context: RequestContext,
): AnalysisRecord {
  if (!isJsonObject(item)) throw new ApiError('invalidType', { key_path: keyPath, expected: 'object' });
  const type = analysisType(item['type'], `${keyPath}.type`);
  if (context.account?.denied?.includes(type) === true) throw new ApiError('authForbidden', { type });
  const params = optionalObject(item['params'], `${keyPath}.params`) ?? {};
  if (type === 'COLLECTION') checkSearch(params, `${keyPath}.params`, context);
  const media = sourceMedia(type, item['source_media'], `${keyPath}.source_media`, context);
  const time = now();
  return {
    analysisId: randomUUID(),
    folderId: context.folder.folderId,
    groupId,
    type,
    sourceMediaIds: media.map(({ mediaId }) => mediaId),
    params: type === 'QUALITY' ? withBestShotDefault(params, context.profile, keyPath) : params,
    state: 'PROCESSING',
    resolution: 'PROCESSING',
    resultsMedia: [],
    resultsData: null,
    errorCode: null,
    errorMessage: null,
    timeCreated: time,
    timeUpdated: time,
    metaData: null,
  };
}

function analysisType(value: JsonValue | undefined, keyPath: string): AnalysisType {
  if (value === undefined) throw missingField(keyPath);
  if (typeof value !== 'string') throw new ApiError('invalidType', { key_path: keyPath, expected: 'string' });
  const type = ANALYSIS_TYPES.find((name) => name === value.toUpperCase());
  if (type === undefined) {
    const expected = ANALYSIS_TYPES.map((name) => name.toLowerCase());
    throw new ApiError('invalidValue', { key_path: keyPath, value, expected });
  }
  return type;
}

/** Whether the best shot is on by default depends on the version (docs/oz-api.md 3.2). */
function withBestShotDefault(params: JsonObject, profile: Profile, keyPath: string): JsonObject {
  const asked = params['extract_best_shot'] ?? rulesOf(profile).bestShotByDefault;
  if (typeof asked !== 'boolean') {
    throw new ApiError('invalidType', {
      key_path: `${keyPath}.params.extract_best_shot`,
      expected: 'boolean',
    });
  }
  return { ...params, extract_best_shot: asked };
}

/** The parameters of a search, as an old client sends them (docs/oz-api.md 3.2); others change nothing. */
function checkSearch(params: JsonObject, keyPath: string, { workspace }: RequestContext): void {
  const { collection_id: id, decision_threshold: threshold, decision_count: count } = params;
  const wrongType = (key: string, expected: string): ApiError =>
    new ApiError('invalidType', { key_path: `${keyPath}.${key}`, expected });
  for (const [key, value, least, most] of [
    ['decision_threshold', threshold, 0, 1],
    ['decision_count', count, 1, Infinity],
  ] as const) {
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number') throw wrongType(key, 'number');
    if (value < least || value > most)
      throw new ApiError('invalidValue', { key_path: `${keyPath}.${key}`, value });
  }
  if (id === undefined || id === null) return;
  if (typeof id !== 'string') throw wrongType('collection_id', 'string');
  if (workspace.store.get('collections', id) === undefined)
    throw new ApiError('notExist', { key_path: `${keyPath}.collection_id`, collection_id: id });
}

function sourceMedia(
  type: AnalysisType,
  value: JsonValue | undefined,
  keyPath: string,
  { workspace, folder, keys, profile }: RequestContext,
): MediaRecord[] {
  const all = workspace.mediaOf(folder);
  let media = all;
  if (value !== undefined && value !== null) {
    const named = stringList(value, keyPath).map((id) => {
      const found = all.find(({ mediaId }) => mediaId === (keys.get(id) ?? id));
      if (found === undefined) throw new ApiError('notExist', { key_path: keyPath, media_id: id });
      return found;
    });
    // Named twice, it is still one: a face always matches itself.
    media = [...new Set(named)];
  } else if (type === 'DOCUMENTS') {
    media = all.filter(({ tags }) => isIdPhoto(tags));
  }
  const rules = rulesOf(profile);
  const fit = media.filter((item) => takes(type, item, rules));
  // Before 5.0.0 liveness succeeded on nothing (docs/oz-api.md 3.5.1).
  const needed = type === 'BIOMETRY' ? 2 : type === 'DOCUMENTS' || !rules.livenessTakesPhotos ? 0 : 1;
  if (fit.length < needed || media.length < Math.min(needed, 1)) {
    const leftOut = media.length - fit.length;
    const message =
      `${type} needs at least ${needed} media; there ${fit.length === 1 ? 'is' : 'are'} ${fit.length}` +
      (leftOut === 0 ? '' : `, because photos of documents are left out (${leftOut})`);
    throw new ApiError('invalidValue', { key_path: keyPath, message });
  }
  return fit;
}

/** Which media an analysis looks at, of those that are named or in the folder (docs/oz-api.md 4.3). */
function takes(type: AnalysisType, { mediaType, tags }: MediaRecord, rules: ProfileRules): boolean {
  switch (type) {
    case 'QUALITY':
      if (mediaType !== 'IMAGE_FOLDER') return true;
      return rules.livenessTakesPhotos && (rules.idPhotosInLiveness === 'error' || !isIdPhoto(tags));
    case 'BIOMETRY':
    case 'COLLECTION':
      return rules.documentBacksCompared || !tags.includes('photo_id_back');
    case 'DOCUMENTS':
      return true;
  }
}
