import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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

/** Runs something with a folder for temporary files that no other process uses, and with what tells the paths in it. */
export async function withOwnTmpdir(use: (files: () => string[]) => Promise<void>): Promise<void> {
  const before = process.env['TMPDIR'];
  const folder = mkdtempSync(join(tmpdir(), 'oz-test-'));
  process.env['TMPDIR'] = folder;
  try {
    await use(() => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted());
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(folder, { recursive: true });
  }
}

/** Path of a file in the sandbox package's `samples`. */
export function sample(name: string): string {
  return join(dirname(require.resolve('@ozflow/oz-sandbox/package.json')), 'samples', name);
}
