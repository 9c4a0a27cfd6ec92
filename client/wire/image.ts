import { mediaType } from '../mediaType';
import type { JsonObject } from '../model';
import type { UrlReader } from './media';
import { textOf } from './shapes';

/**
 * The URL of an image that the server made, if there is one. Only `original_url` is documented (docs/oz-api.md 3.5.2). How
 * Instant returns an image that is stored nowhere is not (docs/oz-api.md 5.3), so base64 is taken too, in that field or one
 * of its own.
 */
export function imageUrl(image: JsonObject, url: UrlReader): string | undefined {
  const address = textOf(image, 'original_url', 'url', 'image_url');
  if (address !== undefined) return base64Image(address) ?? url(address);
  const data = textOf(image, 'original_base64', 'image_base64', 'base64', 'image', 'data', 'content');
  return data === undefined || /^data:/i.test(data) ? data : base64Image(data);
}

function base64Image(text: string): string | undefined {
  if (text.length < 100 || /[:.?]/.test(text.slice(0, 100))) return undefined;
  const type = mediaType(Buffer.from(text.slice(0, 5600), 'base64'));
  return type?.contentType.startsWith('image/') === true
    ? `data:${type.contentType};base64,${text}`
    : undefined;
}
