import { ApiError } from '../errors';
import type { JsonObject, JsonValue } from '../store/records';
import { isJsonObject, optionalObject, stringList } from './json';

/** The keys of the text part `payload` (docs/oz-api.md 2.2), checked; what is not named here is ignored. */
export interface FolderPayload {
  metaData: JsonObject | null;
  endpoint: string | null;
  technicalMetaData: JsonObject | null;
  /** As sent: checked where the analyses are made. */
  analyses: JsonValue | undefined;
}

export function folderPayload(payload: JsonObject): FolderPayload {
  return {
    metaData: optionalObject(payload['folder:meta_data'], 'folder:meta_data'),
    endpoint: webhookAddress(payload['resolution_endpoint']),
    technicalMetaData: additionalInfo(payload['additional_info']),
    analyses: payload['analyses'],
  };
}

/** What the Web SDK's capture mode hands over, an object or a text; its shape is not known (docs/oz-api.md 2.2). */
function additionalInfo(value: JsonValue | undefined): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || isJsonObject(value)) return { additional_info: value };
  throw new ApiError('invalidType', { key_path: 'additional_info', expected: 'object or string' });
}

/** Tags and metadata of one file. */
export function filePayload(
  payload: JsonObject,
  key: string,
): { tags: string[]; metaData: JsonObject | null } {
  const tags = ownValue(optionalObject(payload['media:tags'], 'media:tags'), key);
  const metaData = ownValue(optionalObject(payload['media:meta_data'], 'media:meta_data'), key);
  return {
    tags: tags === undefined || tags === null ? [] : stringList(tags, `media:tags.${key}`),
    metaData: optionalObject(metaData, `media:meta_data.${key}`),
  };
}

/** The key comes from the client: `toString` must not find what every object inherits. */
function ownValue(object: JsonObject | null, key: string): JsonValue | undefined {
  return object !== null && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** An address the server can post to, or null. Throws `invalidType` and `invalidValue`. */
export function webhookAddress(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  const details = { key_path: 'resolution_endpoint', message: 'An http or https address is expected' };
  if (typeof value !== 'string') throw new ApiError('invalidType', details);
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new ApiError('invalidValue', details);
  }
  return value;
}
