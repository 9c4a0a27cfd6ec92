import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';
import { sourceFiles } from '../support/sourceFiles';

const sections = new Set(
  [...readFileSync(join(ROOT, 'docs/oz-api.md'), 'utf8').matchAll(/^#+ (\d+(?:\.\d+)*)\.? /gm)].map(
    (match) => match[1] ?? '',
  ),
);

/** All sections that a text cites, also in lists and over the end of a comment's line: `docs/oz-api.md 1.2, 2.2 and 3`. */
function citations(text: string): string[] {
  const found = text
    .replace(/\n\s*(?:\*|\/\/)?\s*/g, ' ')
    .matchAll(/docs\/oz-api\.md ((?:\d[\d.]*(?:, | and | to )?)+)/g);
  return [...found].flatMap((match) => (match[1] ?? '').match(/\d+(?:\.\d+)*/g) ?? []);
}

describe('citations of docs/oz-api.md', () => {
  const files = sourceFiles();

  it('are there', () => {
    assert.ok(sections.size > 30);
    assert.ok(files.flatMap(({ text }) => citations(text)).length > 100);
  });

  it('name sections that it has', () => {
    const wrong = files.flatMap(({ file, text }) =>
      citations(text)
        .filter((section) => !sections.has(section))
        .map((section) => `${file}: ${section}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('are written in this one way', () => {
    const others = files.flatMap(({ file, text }) =>
      (text.match(/\breferences?,? (?:section )?\d+\.\d+/gi) ?? []).map((citation) => `${file}: ${citation}`),
    );
    assert.deepEqual(others, []);
  });
});
