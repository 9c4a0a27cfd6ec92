import type { Json, JsonObject, Media } from '../model';
import { omitUndefined } from '../omitUndefined';
import { readMetadata, uploadOf } from './metadata';
import { asList, asObject, isAnother, objects, textOf } from './shapes';

/** How a reader makes a media URL of the server usable in the flow. */
export type UrlReader = (url: string) => string;

const IDS = ['media_id', 'image_id', 'video_id', 'shots_set_id'];

/** docs/oz-api.md 2.5; also the 2018 form (`image_id`). */
export function readMedia(json: Json, url: UrlReader): Media {
  const body = asObject(json);
  const type = textOf(body, 'media_type') ?? '';
  // For a ZIP of frames, the video that the server made of it is of more use than the ZIP.
  const names = /^SHOTS_SET/i.test(type)
    ? ['video_url', 'preview_url', 'original_url']
    : ['original_url', 'video_url'];
  const address = textOf(body, ...names);
  const preview = textOf(body, 'thumb_url');
  return omitUndefined({
    mediaId: textOf(body, ...IDS) ?? '',
    type,
    name: textOf(body, 'original_name') ?? '',
    tags: asList(body['tags'] ?? null).filter((tag) => typeof tag === 'string'),
    url: address === undefined ? undefined : url(address),
    previewUrl: preview === undefined ? undefined : url(preview),
    metadata: mediaMetadata(body),
  });
}

/** Whether an answer that should be a media file looks like one. */
export function isMedia(json: unknown): boolean {
  const body = asObject(json);
  return textOf(body, ...IDS) !== undefined || Array.isArray(body['tags']);
}

/** Media that hold only our mark have no metadata. */
function mediaMetadata(body: JsonObject): JsonObject | undefined {
  const metadata = readMetadata(body);
  return uploadOf(body) !== undefined && Object.keys(metadata ?? {}).length === 0 ? undefined : metadata;
}

/** An array of media, or a page of them, or one of them, or the folder that holds them (docs/oz-api.md 2.3). */
export function readMediaList(json: unknown, url: UrlReader): Media[] {
  return mediaObjects(json).map((one) => readMedia(one, url));
}

/** Whether any of these media lies in another folder. */
export const areElsewhere = (json: unknown, folderId: string): boolean =>
  mediaObjects(json).some((one) => isAnother(folderId, textOf(one, 'folder_id')));

function mediaObjects(json: unknown): JsonObject[] {
  const body = asObject(json);
  const list =
    Array.isArray(json) || 'items' in body ? json : (body['media'] ?? ('media_id' in body ? [body] : []));
  return objects(list);
}
