import type { Json, JsonObject } from '../model';

/** Small readers for JSON of unknown shape: they take the first spelling that holds a value of the right kind. */

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** An array, or the `items` of a page, or nothing. */
export function asList(value: unknown): Json[] {
  if (Array.isArray(value)) return value;
  const items = asObject(value)['items'];
  return Array.isArray(items) ? items : [];
}

export function objects(value: unknown): JsonObject[] {
  return asList(value).filter(isJsonObject);
}

export function textOf(from: JsonObject, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number') return String(value);
  }
  return undefined;
}

export function numberOf(from: JsonObject, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = from[name];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
  }
  return undefined;
}

const bare = (id: string): string => id.replaceAll('-', '').toLowerCase();

/** Whether an answer names another id than was asked for. Servers may write the letters and dashes of an id otherwise. */
export function isAnother(asked: string, told: string | undefined): boolean {
  return told !== undefined && told !== '' && bare(told) !== bare(asked);
}
