import { isJsonObject } from '../shared/message';

/** Longer texts may be media or documents and are left out. */
const MAX_TEXT_LENGTH = 4096;
/** A message whose JSON is longer than this keeps its topic and `oz` only. */
const MAX_JSON_LENGTH = 100_000;
const MAX_DEPTH = 8;

/**
 * The part of a message that may be written to a store: plain values, short texts, arrays and objects of those. Never
 * `req` and `res` (they belong to a connection), never `payload` (it may be the media, and the result replaces it), never
 * bytes or data URLs.
 */
export function storable(msg: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { req: _req, res: _res, payload: _payload, ...rest } = msg;
  const stored = plainObject(rest, 0);
  if (JSON.stringify(stored).length <= MAX_JSON_LENGTH) return stored;
  return plainObject({ _msgid: msg['_msgid'], topic: msg['topic'], oz: msg['oz'] }, 0);
}

function plainObject(value: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  const pairs = Object.entries(value).map(([name, part]) => [name, plain(part, depth + 1)] as const);
  return Object.fromEntries(pairs.filter(([, part]) => part !== undefined));
}

/** `undefined` for what may not be stored. */
function plain(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') {
    return value.length > MAX_TEXT_LENGTH || value.startsWith('data:') ? undefined : value;
  }
  if (typeof value !== 'object' || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((part) => plain(part, depth + 1) ?? null);
  return isJsonObject(value) ? plainObject(value, depth) : undefined;
}
