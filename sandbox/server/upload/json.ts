import { ApiError } from '../errors';
import type { JsonObject, JsonValue } from '../store/records';

/** Deeper structures are refused: every answer that carries them has to be walked again. */
const MAX_DEPTH = 32;

/** Names that would change an object's prototype in careless code further on. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Parses text as a JSON object; throws `invalidStructure` with the documented message. */
export function parseJsonObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson('The text is not JSON');
  }
  const checked = checkJson(value, 0);
  if (!isJsonObject(checked)) throw notJson('A JSON object is expected');
  return checked;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object or null; anything else is `invalidType` naming `keyPath`. */
export function optionalObject(value: JsonValue | undefined, keyPath: string): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) throw new ApiError('invalidType', { key_path: keyPath, expected: 'object' });
  return value;
}

/** A list of strings; anything else is `invalidType` naming `keyPath`. */
export function stringList(value: JsonValue | undefined, keyPath: string): string[] {
  if (!Array.isArray(value)) throw new ApiError('invalidType', { key_path: keyPath, expected: 'array' });
  return value.map((item) => {
    if (typeof item === 'string') return item;
    throw new ApiError('invalidType', { key_path: keyPath, expected: 'array of strings' });
  });
}

function checkJson(value: unknown, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw notJson(`The structure is more than ${MAX_DEPTH} levels deep`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((item) => checkJson(item, depth + 1));
  if (typeof value !== 'object') throw notJson('The text is not JSON');
  const checked: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw notJson(`The field name ${key} is not allowed`);
    checked[key] = checkJson(item, depth + 1);
  }
  return checked;
}

function notJson(details: string): ApiError {
  return new ApiError('invalidStructure', details, 'Could not parse body as JSON object');
}
