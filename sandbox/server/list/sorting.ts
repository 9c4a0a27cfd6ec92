import { ApiError } from '../errors';
import type { Query } from './filters';
import { parameterText } from './filters';

const RULE = /^(?<field>[a-z_.]+) ?(?:\{(?<direction>asc|desc)\})?$/i;

/** How a list is sorted: by which fields, and by what among equals. */
export interface Order<R> {
  fields: Readonly<Record<string, (record: R) => number>>;
  key: (record: R) => string;
}

/**
 * Sorts by `sorting=a{asc},b{desc}`; a bare name means descending, equals go by key descending, and without the
 * parameter the newest come first (docs/oz-api.md 2.6). Throws `invalidValue` for an unknown field.
 */
export function sorted<R>(records: readonly R[], query: Query, order: Order<R>): R[] {
  const rules = (parameterText(query, 'sorting') ?? 'time_created')
    .split(',')
    .map((text) => rule(text, order));
  return [...records].sort((a, b) => {
    for (const compare of rules) {
      const result = compare(a, b);
      if (result !== 0) return result;
    }
    return order.key(a) < order.key(b) ? 1 : -1;
  });
}

function rule<R>(text: string, { fields }: Order<R>): (a: R, b: R) => number {
  const groups = RULE.exec(text.trim())?.groups;
  const name = groups?.['field'] ?? '';
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (groups === undefined || value === undefined) {
    const expected = Object.keys(fields).map((field) => `${field}{asc}, ${field}{desc}`);
    throw new ApiError('invalidValue', { key: 'sorting', value: text, expected });
  }
  const ascending = (groups['direction'] ?? 'desc').toLowerCase() === 'asc';
  return ascending ? (a, b) => value(a) - value(b) : (a, b) => value(b) - value(a);
}
