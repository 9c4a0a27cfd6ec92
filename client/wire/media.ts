import type { Json, Media } from '../model';
import { omitUndefined } from '../omitUndefined';
import { asList, asObject, isJsonObject, objects, textOf } from './shapes';

/** How a reader makes a media URL of the server usable in the flow. */
export type UrlReader = (url: string) => string;

/** docs/oz-api.md 2.5; also the 2018 form (`image_id`). */
export function readMedia(json: Json, url: UrlReader): Media {
  const body = asObject(json);
  const address = textOf(body, 'original_url', 'video_url');
  const metadata = body['meta_data'];
  return omitUndefined({
    mediaId: textOf(body, 'media_id', 'image_id', 'video_id', 'shots_set_id') ?? '',
    type: textOf(body, 'media_type') ?? '',
    name: textOf(body, 'original_name') ?? '',
    tags: asList(body['tags'] ?? null).filter((tag) => typeof tag === 'string'),
    url: address === undefined ? undefined : url(address),
    metadata: isJsonObject(metadata) ? metadata : undefined,
  });
}

/** An array of media, or a page of them, or one of them, or the folder that holds them (docs/oz-api.md 2.3). */
export function readMediaList(json: unknown, url: UrlReader): Media[] {
  const body = asObject(json);
  const list =
    Array.isArray(json) || 'items' in body ? json : (body['media'] ?? ('media_id' in body ? [body] : []));
  return objects(list).map((one) => readMedia(one, url));
}
