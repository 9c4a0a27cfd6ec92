import { ApiError } from '../errors';
import type { JsonObject } from '../store/records';
import { jsonFilter } from './jsonFilter';
import { parseTime } from './time';

/** The query of a list call as the router hands it over: a repeated parameter is a list. */
export type Query = Readonly<Record<string, unknown>>;

/** A field to filter by, and where a record has it. `words` compares names in any case. */
export type Field<R> =
  | { kind: 'words'; values: (record: R) => readonly (string | null)[]; allowed?: readonly string[] }
  | { kind: 'time'; value: (record: R) => number }
  | { kind: 'json'; value: (record: R) => JsonObject | null };

type Test<R> = (record: R) => boolean;

/**
 * Builds one test out of all filters of a query (grammar: docs/oz-api.md 2.6): `name=a,b`, `name.exclude=a,b`,
 * `name.min=`, `name.max=`, `null`, and `meta_data=path.to.key==value`. Parameters that name no field are ignored.
 * Throws `invalidValue` naming the parameter.
 */
export function listFilter<R>(query: Query, fields: Readonly<Record<string, Field<R>>>): Test<R> {
  const tests: Test<R>[] = [];
  for (const [name, field] of Object.entries(fields)) {
    for (const suffix of ['', '.exclude', '.min', '.max'] as const) {
      const parameter = name + suffix;
      const text = parameterText(query, parameter);
      if (text !== undefined) tests.push(fieldTest(field, suffix, text, parameter));
    }
  }
  return (record) => tests.every((test) => test(record));
}

/** The text of a parameter; several of the same name are joined as if they were one list. */
export function parameterText(query: Query, name: string): string | undefined {
  const value = Object.hasOwn(query, name) ? query[name] : undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string').join(',');
  return undefined;
}

function fieldTest<R>(
  field: Field<R>,
  suffix: '' | '.exclude' | '.min' | '.max',
  text: string,
  parameter: string,
): Test<R> {
  switch (field.kind) {
    case 'words':
      return suffix === '' || suffix === '.exclude'
        ? wordTest(field, suffix === '', text, parameter)
        : refuse(parameter, 'this field has no order');
    case 'time':
      return timeTest(field.value, suffix, text, parameter);
    case 'json':
      return suffix === ''
        ? jsonTest(field.value, text, parameter)
        : refuse(parameter, 'use an operator in the value');
  }
}

function wordTest<R>(
  field: Extract<Field<R>, { kind: 'words' }>,
  wanted: boolean,
  text: string,
  parameter: string,
): Test<R> {
  const words = text.split(',').map((word) => word.trim().toUpperCase());
  const unknown = words.find((word) => word !== 'NULL' && field.allowed?.includes(word) === false);
  if (unknown !== undefined) refuse(parameter, `expected ${field.allowed?.join(', ')}`);
  return (record) => {
    const values = field.values(record).map((value) => value?.toUpperCase() ?? 'NULL');
    return values.some((value) => words.includes(value)) === wanted;
  };
}

function timeTest<R>(
  value: (record: R) => number,
  suffix: '' | '.exclude' | '.min' | '.max',
  text: string,
  parameter: string,
): Test<R> {
  const times = text.split(',').map((item) => parseTime(item) ?? refuse(parameter, 'expected a time'));
  const [first] = times;
  if (first === undefined || ((suffix === '.min' || suffix === '.max') && times.length > 1)) {
    return refuse(parameter, 'expected one time');
  }
  if (suffix === '.min') return (record) => value(record) >= first;
  if (suffix === '.max') return (record) => value(record) <= first;
  return (record) => times.includes(value(record)) === (suffix === '');
}

function jsonTest<R>(value: (record: R) => JsonObject | null, text: string, parameter: string): Test<R> {
  const test =
    jsonFilter(text) ?? refuse(parameter, 'expected path.to.key==value; operators ==, !=, <=, >=, <, >');
  return (record) => test(value(record));
}

function refuse(key: string, message: string): never {
  throw new ApiError('invalidValue', { key, message });
}
