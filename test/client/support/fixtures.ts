import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../client';

const FOLDER = join(__dirname, '../../../../test/fixtures/oz-api');

/** A collected body of the wire format; its mark and source are in the manifest. */
export function fixture(name: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

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
  return JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8'));
}
