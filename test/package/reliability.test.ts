import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';
import { BEGIN, END, faultTables } from '../faults/support/table';

/** Without what Markdown does not care about: the width of columns. */
const plain = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim();

describe('docs/reliability.md', () => {
  it('holds the fault matrix that the tests hold to (npm run docs:faults writes it)', () => {
    const text = readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8');
    const [, rest = ''] = text.split(BEGIN);
    const [table = ''] = rest.split(END);
    assert.equal(plain(table), plain(faultTables()));
  });
});
