import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OZ_ERROR_CODES, ERROR_MESSAGES, ozError } from '../../client';

const ROOT = join(__dirname, '../../..');
const LOCALES = join(ROOT, 'nodes/oz-auth/locales');

/** The `errors` of one language's catalogue. */
function catalogue(language: string): Record<string, string> {
  const parsed: { errors: Record<string, string> } = JSON.parse(
    readFileSync(join(LOCALES, language, 'oz-auth.json'), 'utf8'),
  );
  return parsed.errors;
}

const places = (sentence: string): string[] => (sentence.match(/__\w+?__/g) ?? []).toSorted();

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

  it('the English catalogue has the very sentences of the client', () => {
    const english = catalogue('en-US');
    for (const [key, [, sentence]] of Object.entries(ERROR_MESSAGES))
      assert.equal(english[key], sentence, key);
  });

  for (const language of readdirSync(LOCALES)) {
    it(`${language} has a sentence for every error, with the same places in it`, () => {
      const sentences = catalogue(language);
      for (const [key, [, sentence]] of Object.entries(ERROR_MESSAGES)) {
        assert.deepEqual(places(sentences[key] ?? ''), places(sentence), key);
        // A sentence ends as one, but for what a reason is put behind.
        assert.match(sentences[key] ?? '', /[.。]$|__$/, key);
      }
    });
  }

  it('fills the places of a sentence, once, and keeps what was put in for the translation', () => {
    const error = ozError('mediaTooMany', { count: 11, limit: '__count__' });
    assert.equal(error.message, 'There are 11 media; the limit is __count__ per folder. Send fewer.');
    assert.deepEqual(error.params, { count: 11, limit: '__count__' });
    assert.equal(error.code, 'OZ_MEDIA');
  });
});
