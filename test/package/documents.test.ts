import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'THIRD_PARTY.md',
  'sandbox/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const ROOMS = 'client|nodes|sandbox|test|tools|bench|docs|examples|icons';

/** Paths from the root in code spans: `client/index.ts`, `test/fixtures`. Not the section that a citation names. */
const named = (text: string): string[] =>
  [...text.matchAll(new RegExp(`\`((?:${ROOMS})/[\\w./@ -]*)\``, 'g'))].map((match) =>
    (match[1] ?? '').replace(/ [\d.]+$/, ''),
  );

/** Links to files, without their heading. */
const linked = (text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) => decodeURI(match[1] ?? ''));

describe('paths in the documents', () => {
  for (const document of DOCUMENTS) {
    it(`of ${document} are there`, () => {
      const text = readFileSync(join(ROOT, document), 'utf8');
      const paths = [...named(text), ...linked(text).map((file) => join(dirname(document), file))];
      assert.deepEqual(
        paths.filter((path) => !existsSync(join(ROOT, path))),
        [],
      );
    });
  }

  it('are found at all', () => {
    const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    assert.ok(named(text).length > 40);
    assert.ok(linked(text).length > 2);
  });
});
