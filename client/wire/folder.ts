import type { Folder, FolderPage, JsonObject } from '../model';
import { omitUndefined } from '../omitUndefined';
import { readAnalysis } from './analysis';
import { readMetadata } from './metadata';
import { readMediaList, type UrlReader } from './media';
import { asObject, isJsonObject, numberOf, objects, textOf } from './shapes';

/** docs/oz-api.md 2.4. An answer without `folder_id` (Instant keeps nothing) has an empty id. */
export function readFolder(json: unknown, url: UrlReader): Folder {
  const body = asObject(json);
  const media = readMediaList(body['media'] ?? [], url);
  return omitUndefined({
    folderId: textOf(body, 'folder_id') ?? '',
    resolution: (textOf(body, 'system_resolution', 'resolution_status', 'resolution') ?? '').toUpperCase(),
    timeCreated: numberOf(body, 'time_created'),
    timeUpdated: numberOf(body, 'time_updated'),
    metadata: readMetadata(body) ?? {},
    media,
    analyses: objects(body['analyses'] ?? []).map((one) => readAnalysis(one, url, media)),
    raw: body,
  });
}

/** The id of a folder in a list, read before the whole folder is. */
export const folderIdOf = (json: JsonObject): string | undefined => textOf(json, 'folder_id');

/** Whether the server sent the folder's analyses with it; some leave them out. */
export const showsAnalyses = (folder: Folder): boolean => 'analyses' in folder.raw;

/** The media of a folder as the server sent them, in the order of `folder.media`. */
export const rawMedia = (folder: Folder): JsonObject[] => objects(folder.raw['media'] ?? []);

/** Whether an answer that should be a folder looks like one. */
export function isFolder(json: unknown): boolean {
  return (
    isJsonObject(json) &&
    ('folder_id' in json || Array.isArray(json['media']) || Array.isArray(json['analyses']))
  );
}

/** A page (docs/oz-api.md 2.6), or a bare array. `total` is absent when the server did not count. */
export function readFolderPage(json: unknown, url: UrlReader): FolderPage {
  const body = asObject(json);
  return omitUndefined({
    items: objects(json).map((one) => readFolder(one, url)),
    offset: numberOf(body, 'offset') ?? 0,
    total: totalOf(json),
  });
}

/** How many there are on all pages, where the server counts. */
export const totalOf = (json: unknown): number | undefined =>
  numberOf(asObject(json), 'total_count', 'total');

/** Whether an answer that should be a list is one. */
export function isList(json: unknown): boolean {
  return Array.isArray(json) ? json.every(isJsonObject) : Array.isArray(asObject(json)['items']);
}
