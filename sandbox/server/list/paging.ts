import { ApiError } from '../errors';
import type { JsonObject } from '../store/records';
import type { Query } from './filters';
import { parameterText } from './filters';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 5000;

export interface Page<R> {
  offset: number;
  limit: number;
  /** Null when counting was declined with `total_omit`. */
  total: number | null;
  items: R[];
}

/** Cuts one page out of a sorted list (grammar and messages: docs/oz-api.md 2.6, 4.7). */
export function page<R>(records: readonly R[], query: Query): Page<R> {
  const offset = integer(query, 'offset', 0);
  const limit = integer(query, 'limit', DEFAULT_LIMIT);
  if (offset < 0) throw paging('offset', 'Invalid offset value for pagination');
  if (limit < -1) throw paging('limit', 'Invalid limit value for pagination');
  if (limit > MAX_LIMIT) throw paging('limit', 'Invalid limit value for pagination - exceed max available');
  return {
    offset,
    limit,
    total: flag(query, 'total_omit', false) ? null : records.length,
    items: records.slice(offset, limit === -1 ? undefined : offset + limit),
  };
}

export function pageBody<R>(
  { offset, limit, total, items }: Page<R>,
  body: (record: R) => JsonObject,
): JsonObject {
  return { offset, limit, total_count: total, items: items.map(body) };
}

/** A yes-or-no parameter; throws `invalidType` for any other word. */
export function flag(query: Query, name: string, fallback: boolean): boolean {
  const text = parameterText(query, name)?.trim().toLowerCase();
  if (text === undefined) return fallback;
  if (['1', 'true', 'yes', 'y', 't', 'on'].includes(text)) return true;
  if (['0', 'false', 'no', 'n', 'f', 'off'].includes(text)) return false;
  throw new ApiError('invalidType', { key: name, expected: 'boolean' });
}

function integer(query: Query, name: string, fallback: number): number {
  const text = parameterText(query, name)?.trim();
  if (text === undefined) return fallback;
  if (!/^-?\d{1,15}$/.test(text)) throw new ApiError('invalidType', { key: name, expected: 'integer' });
  return Number(text);
}

function paging(key: string, message: string): ApiError {
  return new ApiError('invalidValue', { key }, message);
}
