import { ozError, type JsonObject } from '../../client';
import { isJsonObject } from './message';
import type { Options, TypedReader } from './options';
import type { Typed } from './properties/declaration';

/** Metadata: an object, or its JSON text. */
export async function readMetadata(
  options: Options<{ metadata: Typed }>,
): Promise<{ metadata?: JsonObject }> {
  const metadata = await readObject(options.metadata, 'metadataInvalid');
  return metadata === undefined ? {} : { metadata };
}

/** An object, or its JSON text; throws OZ_INPUT, named by `otherwise`. */
export async function readObject(
  reader: TypedReader,
  otherwise: 'metadataInvalid' | 'paramsInvalid',
): Promise<JsonObject | undefined> {
  const value = await reader.value();
  if (value === undefined) return undefined;
  const object = typeof value === 'string' ? parseJson(value) : value;
  if (!isJsonObject(object)) throw ozError(otherwise);
  return object;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
