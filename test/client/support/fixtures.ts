import assert from 'node:assert/strict';
import type { JsonObject } from '../../../client';
import { fixtureText } from '../../support/fixtures';

export { fixture } from '../../support/fixtures';

export function object(value: unknown): JsonObject {
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
  return JSON.parse(JSON.stringify(value));
}

export interface Described {
  file: string;
  direction: string;
  method: string;
  path: string;
  status: number | null;
  mark: string;
}

/** What the manifest says about each of them. */
export function described(): Described[] {
  return JSON.parse(fixtureText('manifest'));
}
