import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../tools/launch/versions';

const run = promisify(execFile);
const DOCS = join(ROOT, 'docs');
const SITE = join(DOCS, 'site');

describe('npm run docs', function () {
  this.timeout(300_000);

  it('has a place in its sidebar for every document', async () => {
    const config = await readFile(join(SITE, '.vitepress/config.mjs'), 'utf8');
    const pages = (await readdir(DOCS)).filter((file) => file.endsWith('.md'));
    assert.deepEqual(
      pages
        .map((file) => `/${file.replace(/(index)?\.md$/, '')}`)
        .filter((link) => !config.includes(`'${link}'`)),
      [],
    );
  });

  it('builds a site with a search over all documents', async () => {
    await run('npm', ['run', 'docs'], { cwd: ROOT, shell: process.platform === 'win32' });
    const page = await readFile(join(SITE, 'dist/errors.html'), 'utf8');
    assert.match(page, /OZ_WAIT_TIMEOUT/);
    const chunks = await readdir(join(SITE, 'dist/assets/chunks'));
    const index = chunks.find((file) => file.startsWith('@localSearchIndex'));
    assert.ok(index, chunks.join(' '));
    const text = await readFile(join(SITE, 'dist/assets/chunks', index), 'utf8');
    assert.ok(text.includes('"/errors#codes"'));
  });
});
