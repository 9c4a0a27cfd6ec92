import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder for the files of one suite, gone after it. Returns a function that gives paths in it. */
export function scratchFolder(): (name: string) => string {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'oz-engine-test-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return (name) => join(folder, name);
}

/** Path of a file in the sandbox package's `samples`. */
export function sample(name: string): string {
  return join(dirname(require.resolve('@ozflow/oz-sandbox/package.json')), 'samples', name);
}
