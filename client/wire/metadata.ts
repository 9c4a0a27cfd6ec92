import { ozError } from '../errors/errorMessages';
import type { Json, JsonObject } from '../model';
import { asObject, isJsonObject } from './shapes';

/**
 * The key in the metadata of a folder or media that names the upload which made it: a random id, by which it is found
 * when the answer to the upload is lost. It is ours, so what is read for flows goes without it.
 */
export const UPLOAD_KEY = 'node_red_upload';

/** Adds the mark of an upload to metadata. */
export function markUpload(metadata: JsonObject | undefined, uploadId: string): JsonObject {
  return { ...metadata, [UPLOAD_KEY]: uploadId };
}

/** The upload that made a folder or media, as the API's own object says. */
export function uploadOf(body: Json): Json | undefined {
  return asObject(asObject(body)['meta_data'])[UPLOAD_KEY];
}

/** Whether an object has the mark of another upload; one without a mark tells nothing. */
export function isOfAnotherUpload(body: Json, uploadId: string): boolean {
  const mark = uploadOf(body);
  return mark !== undefined && mark !== uploadId;
}

/** Whether the server shows the metadata of an object, if only that it has none. */
export const showsMetadata = (body: JsonObject): boolean => 'meta_data' in body;

/** The metadata of an object; undefined when it has none. */
export function readMetadata(body: JsonObject): JsonObject | undefined {
  const metadata = body['meta_data'];
  return isJsonObject(metadata) ? unmarked(metadata) : undefined;
}

/**
 * The answer of a metadata method: the metadata itself or the object that has it; which one is not documented
 * (docs/oz-api.md 2.7).
 * @throws OZ_RESPONSE
 */
export function readMetadataAnswer(json: unknown, host: string): JsonObject {
  if (json === null) return {};
  if (!isJsonObject(json)) throw ozError('wrongShape', { host, field: 'meta_data' }, { stage: 'metadata' });
  const held = json['meta_data'];
  return held === null ? {} : unmarked(isJsonObject(held) ? held : json);
}

function unmarked(metadata: JsonObject): JsonObject {
  if (!(UPLOAD_KEY in metadata)) return metadata;
  const { [UPLOAD_KEY]: _mark, ...own } = metadata;
  return own;
}
