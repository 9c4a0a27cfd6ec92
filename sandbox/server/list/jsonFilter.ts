import type { JsonObject, JsonValue } from '../store/records';

/**
 * The condition is split at the operator: one pattern for all of it would take minutes on a query of nothing but
 * spaces.
 */
const OPERATOR = /==|!=|<=|>=|<|>/;

type Test = (value: JsonObject | null) => boolean;

/**
 * A filter on metadata (docs/oz-api.md 2.6): `path.to.key<op>value`, several separated by commas all have to hold; a whole
 * number in the path is an index into an array. Undefined when the text does not follow the grammar.
 */
export function jsonFilter(text: string): Test | undefined {
  const tests: Test[] = [];
  for (const condition of text.split(',')) {
    const found = OPERATOR.exec(condition);
    if (found === null) return undefined;
    const [operator] = found;
    const path = condition.slice(0, found.index).trim();
    const value = condition.slice(found.index + operator.length).trim();
    if (path === '' || /[=!]/.test(path)) return undefined;
    const steps = path.split('.');
    tests.push((object) => compare(at(object, steps), operator, value));
  }
  return (object) => tests.every((test) => test(object));
}

function at(object: JsonObject | null, steps: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = /^\d+$/.test(step) ? value[Number(step)] : undefined;
    else value = Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** A field that is not there equals nothing, differs from everything, and has no order. */
function compare(value: JsonValue | undefined, operator: string, text: string): boolean {
  if (operator === '==') return equals(value, text);
  if (operator === '!=') return !equals(value, text);
  const order = orderOf(value, text);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '>':
      return order > 0;
    case '<=':
      return order <= 0;
    default:
      return order >= 0;
  }
}

function equals(value: JsonValue | undefined, text: string): boolean {
  if (value === undefined) return false;
  if (typeof value === 'number') return text !== '' && Number(text) === value;
  return typeof value === 'object' && value !== null
    ? JSON.stringify(value) === text
    : String(value) === text;
}

/** Numbers by size, texts by code unit; anything else has no order. */
function orderOf(value: JsonValue | undefined, text: string): number | undefined {
  if (typeof value === 'number') {
    const other = text === '' ? Number.NaN : Number(text);
    return Number.isNaN(other) ? undefined : value - other;
  }
  if (typeof value !== 'string') return undefined;
  return value < text ? -1 : Number(value > text);
}
