import type { Collection, Company, Json, Person, PersonImage } from '../model';
import { omitUndefined } from '../omitUndefined';
import type { UrlReader } from './media';
import { readMetadata } from './metadata';
import { asObject, isJsonObject, objects, textOf } from './shapes';

/** Readers of docs/oz-api.md 5.5. Lists may be arrays or pages; which one is not certain. */

export function readCompanies(json: unknown): Company[] {
  return objects(json).map((one) => ({
    companyId: textOf(one, 'company_id') ?? '',
    name: textOf(one, 'name') ?? '',
  }));
}

export function readCollection(json: Json): Collection {
  const body = asObject(json);
  return omitUndefined({
    collectionId: textOf(body, 'collection_id') ?? '',
    alias: textOf(body, 'alias', 'name') ?? '',
    companyId: textOf(body, 'company_id'),
  });
}

export function readPerson(json: Json, url: UrlReader): Person {
  const body = asObject(json);
  return {
    personId: textOf(body, 'person_id') ?? '',
    metadata: readMetadata(body) ?? {},
    images: readPersonImages(body['images'] ?? body['person_images'] ?? [], url),
    raw: body,
  };
}

export function readPersonImages(json: unknown, url: UrlReader): PersonImage[] {
  const list = isJsonObject(json) && 'person_image_id' in json ? [json] : json;
  return objects(list).map((one) => {
    const address = textOf(one, 'original_url', 'url');
    return omitUndefined({
      imageId: textOf(one, 'person_image_id', 'image_id', 'media_id') ?? '',
      url: address === undefined ? undefined : url(address),
    });
  });
}
