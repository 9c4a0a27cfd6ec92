import { strict as assert } from 'node:assert';

export { fixture } from '../../../support/fixtures';

/** What the sandbox does not make: previews, except of a ZIP, and single frames of a ZIP. */
const NOT_MADE = new Set(['preview_url', 'images']);

/**
 * Asserts that `actual` has every field of `expected`, each of the same JSON type; null in the one may be a value in the
 * other. Elements of arrays are compared with the first one of the fixture.
 */
export function assertShape(actual: unknown, expected: unknown, path = '$'): void {
  if (expected === null || actual === null) return;
  assert.equal(
    kind(actual),
    kind(expected),
    `${path} is ${kind(actual)}, the wire format has ${kind(expected)}`,
  );
  if (Array.isArray(expected) && Array.isArray(actual)) {
    for (const [index, item] of actual.entries()) {
      if (expected.length > 0) assertShape(item, expected[0], `${path}[${index}]`);
    }
    return;
  }
  if (typeof expected !== 'object') return;
  for (const [key, value] of Object.entries(expected)) {
    if (NOT_MADE.has(key)) continue;
    assert.ok(Object.hasOwn(Object(actual), key), `${path}.${key} is missing`);
    assertShape(Reflect.get(Object(actual), key), value, `${path}.${key}`);
  }
}

function kind(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
