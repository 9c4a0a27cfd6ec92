import type { Folder, FolderPage, Json, Media } from '../model';
import { present } from '../present';
import { readAnalysis } from './analysis';
import { asList, asObject, isJsonObject, numberOf, objects, textOf } from './shapes';

/** How a reader makes a media URL of the server usable in the flow. */
export type UrlReader = (url: string) => string;

/** Reference 2.5; also the 2018 form (`image_id`). */
export function readMedia(json: Json, url: UrlReader): Media {
  const body = asObject(json);
  const address = textOf(body, 'original_url', 'video_url');
  const metadata = body['meta_data'];
  return present({
    mediaId: textOf(body, 'media_id', 'image_id', 'video_id', 'shots_set_id') ?? '',
    type: textOf(body, 'media_type') ?? '',
    name: textOf(body, 'original_name') ?? '',
    tags: asList(body['tags'] ?? null).filter((tag) => typeof tag === 'string'),
    url: address === undefined ? undefined : url(address),
    metadata: isJsonObject(metadata) ? metadata : undefined,
  });
}

/** An array of media, or a page of them, or one of them, or the folder that holds them (references 2.3 and 8). */
export function readMediaList(json: unknown, url: UrlReader): Media[] {
  const body = asObject(json);
  const list =
    Array.isArray(json) || 'items' in body ? json : (body['media'] ?? ('media_id' in body ? [body] : []));
  return objects(list).map((one) => readMedia(one, url));
}

/** Reference 2.4. An answer without `folder_id` (Instant keeps nothing) has an empty id. */
export function readFolder(json: unknown, url: UrlReader): Folder {
  const body = asObject(json);
  const media = readMediaList(body['media'] ?? [], url);
  const metadata = body['meta_data'];
  return present({
    folderId: textOf(body, 'folder_id') ?? '',
    resolution: (textOf(body, 'system_resolution', 'resolution_status', 'resolution') ?? '').toUpperCase(),
    timeCreated: numberOf(body, 'time_created'),
    timeUpdated: numberOf(body, 'time_updated'),
    metadata: isJsonObject(metadata) ? metadata : {},
    media,
    analyses: objects(body['analyses'] ?? []).map((one) => readAnalysis(one, url, media)),
    raw: body,
  });
}

/** Whether an answer that should be a folder looks like one. */
export function isFolder(json: unknown): boolean {
  return (
    isJsonObject(json) &&
    ('folder_id' in json || Array.isArray(json['media']) || Array.isArray(json['analyses']))
  );
}

/** A page (reference 2.6), or a bare array. `total` is absent when the server did not count. */
export function readFolderPage(json: unknown, url: UrlReader): FolderPage {
  const body = asObject(json);
  return present({
    items: objects(json).map((one) => readFolder(one, url)),
    offset: numberOf(body, 'offset') ?? 0,
    total: numberOf(body, 'total_count', 'total'),
  });
}

/** Whether an answer that should be a list is one. */
export function isList(json: unknown): boolean {
  return Array.isArray(json) || Array.isArray(asObject(json)['items']);
}
