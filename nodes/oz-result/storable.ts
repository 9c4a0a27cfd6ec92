import { isJsonObject } from '../shared/message';

/** Longer texts may be media or documents and are left out. */
const MAX_TEXT_LENGTH = 4096;
/** A message whose JSON is longer than this keeps its topic and `oz` only. */
const MAX_JSON_LENGTH = 100_000;
const MAX_DEPTH = 8;
/** The JSON of more than these is longer in any case. Objects that hold each other would never end. */
const MAX_PARTS = MAX_JSON_LENGTH / 2;

/**
 * The part of a message that may be written to a store: plain values, short texts, arrays and objects of those. Never
 * `req` and `res` (they belong to a connection), never `payload` (it may be the media, and the result replaces it), never
 * bytes or data URLs, nor what throws when it is read.
 */
export function storable(msg: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(msg).filter((name) => !['req', 'res', 'payload'].includes(name));
  const all = new Reading();
  const stored = all.fields(msg, names, 0);
  if (all.isWhole && JSON.stringify(stored).length <= MAX_JSON_LENGTH) return stored;
  return new Reading().fields(msg, ['_msgid', 'topic', 'oz'], 0);
}

/** One reading of a message, which ends when it meets too many parts. */
class Reading {
  #left = MAX_PARTS;

  get isWhole(): boolean {
    return this.#left > 0;
  }

  fields(
    value: Readonly<Record<string, unknown>>,
    names: readonly string[],
    depth: number,
  ): Record<string, unknown> {
    const pairs = names.map((name) => [name, this.#read(() => this.#plain(value[name], depth + 1))] as const);
    return Object.fromEntries(pairs.filter(([, part]) => part !== undefined));
  }

  /** A function node may have made a field that throws. */
  #read(part: () => unknown): unknown {
    this.#left -= 1;
    if (!this.isWhole) return undefined;
    try {
      return part();
    } catch {
      return undefined;
    }
  }

  /** `undefined` for what may not be stored. */
  #plain(value: unknown, depth: number): unknown {
    if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
    if (typeof value === 'string') {
      return value.length > MAX_TEXT_LENGTH || value.startsWith('data:') ? undefined : value;
    }
    if (typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
    if (Array.isArray(value)) {
      if (value.length > MAX_PARTS) return undefined;
      return value.map((part) => this.#read(() => this.#plain(part, depth + 1)) ?? null);
    }
    return isJsonObject(value) ? this.fields(value, Object.keys(value), depth) : undefined;
  }
}
