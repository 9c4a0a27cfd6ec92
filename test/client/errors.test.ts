import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OZ_ERROR_CODES, ERROR_MESSAGES, ozError } from '../../client';
import { library } from '../../client/lazy';

const ROOT = join(__dirname, '../../..');

describe('error codes and their sentences', () => {
  it('docs/errors.md explains every code, and no other', () => {
    const text = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8');
    const rows = [...text.matchAll(/^\| `(OZ_\w+)`\s*\|(.*)\|$/gm)];
    assert.deepEqual(
      rows.map(([, code]) => code),
      [...OZ_ERROR_CODES],
    );
    for (const [, code, rest = ''] of rows) {
      const cells = rest.split('|').map((cell) => cell.trim());
      assert.ok(
        cells.length === 3 && cells.every((cell) => cell.length > 10),
        `${code}: meaning, causes, what to do`,
      );
    }
  });

  it('every code has a sentence', () => {
    const used = new Set<string>(Object.values(ERROR_MESSAGES).map(([code]) => code));
    assert.deepEqual(
      OZ_ERROR_CODES.filter((code) => !used.has(code)),
      [],
    );
  });

  it('fills the places of a sentence, once, and keeps what was put in for the translation', () => {
    const error = ozError('mediaTooMany', { count: 11, limit: '__count__' });
    assert.equal(error.message, 'There are 11 media; the limit is __count__ per folder. Send fewer.');
    assert.deepEqual(error.params, { count: 11, limit: '__count__' });
    assert.equal(error.code, 'OZ_MEDIA');
  });

  it('a library that is missing is named, instead of the network', () => {
    const load = library('some-library', () => require('no-such-library-0815'));
    assert.throws(load, {
      code: 'OZ_CONFIG',
      message: /"some-library".*MODULE_NOT_FOUND/,
      cause: { system: 'MODULE_NOT_FOUND' },
    });
  });
});
