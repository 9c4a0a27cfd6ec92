import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';
import { propertiesOf } from '../support/properties';

const NODES = readdirSync(join(ROOT, 'nodes')).filter((name) => name.startsWith('oz-'));
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');
const localesOf = (node: string): string[] => readdirSync(join(ROOT, 'nodes', node, 'locales'));

const catalogueName = (folder: string): string => `${folder === 'plugin' ? 'oz-checks' : folder}.json`;

/** A catalogue as `path.of.key` → text. */
function catalogue(node: string, language: string): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value === 'string') texts.set(path.join('.'), value);
    else for (const [key, inner] of Object.entries(record(value))) walk(inner, [...path, key]);
  };
  walk(JSON.parse(read('nodes', node, 'locales', language, catalogueName(node))), []);
  return texts;
}

const places = (text: string): string[] =>
  [...text.matchAll(/__\w+?__|\{\{\w+\}\}/g)].map(([place]) => place).toSorted();

describe('texts', () => {
  for (const node of [...NODES, 'plugin']) {
    it(`of ${node} have the same keys and places in every language, and none is empty`, () => {
      assert.ok(localesOf(node).includes('en-US'));
      assert.deepEqual(localesOf(node).toSorted(), localesOf('oz-auth').toSorted());
      const english = catalogue(node, 'en-US');
      for (const language of localesOf(node)) {
        const other = catalogue(node, language);
        assert.deepEqual([...other.keys()].toSorted(), [...english.keys()].toSorted(), language);
        for (const [key, text] of other) {
          assert.notEqual(text.trim(), '', key);
          assert.deepEqual(places(text), places(english.get(key) ?? ''), `${language} ${key}`);
        }
      }
    });
  }

  for (const node of NODES) {
    it(`of ${node} hold every key that its dialog names`, () => {
      const named = [...read('dist/nodes', node, `${node}.html`).matchAll(/data-i18n="([^"]+)"/g)]
        .flatMap((match) => (match[1] ?? '').split(';'))
        .map((key) => key.replace(/^\[\w+\]/, ''));
      const missing = named.filter((key) => {
        if (key.startsWith('node-red:')) return false;
        // A key of another node's catalogue carries that node's name.
        const [, other = node, own = key] = /^@ozflow\/node-red-oz\/([\w-]+):(.+)$/.exec(key) ?? [];
        return !catalogue(other, 'en-US').has(own);
      });
      assert.deepEqual(missing, []);
    });

    it(`of ${node} say on the canvas what it does, for each choice`, () => {
      const [, property] = /labelBy\(text, '(\w+)'\)/.exec(read('nodes', node, `${node}.editor.ts`)) ?? [];
      const entry = propertiesOf(node)[property ?? 'action'];
      const choices = entry?.kind === 'choice' ? entry.choices : [];
      assert.ok(property === undefined || choices.length > 0);
      const english = catalogue(node, 'en-US');
      assert.deepEqual(
        choices.filter((choice) => !english.has(`canvas.${choice}`)),
        [],
      );
    });

    it(`of ${node}'s fields differ from one another, and from that of its name, in every language`, () => {
      for (const language of localesOf(node)) {
        const core = JSON.parse(read('node_modules/@node-red/nodes/locales', language, 'messages.json')) as {
          common: { label: { name: string } };
        };
        const labels = [...catalogue(node, language)].flatMap(([key, text]) =>
          key.startsWith('label.') ? [text] : [],
        );
        const twice = labels.filter((text, at) => labels.indexOf(text) !== at);
        assert.deepEqual(
          [...twice, ...labels.filter((text) => text === core.common.label.name)],
          [],
          language,
        );
      }
    });

    it(`of ${node}'s help have the same sections in every language`, () => {
      const shape = (language: string): string[] =>
        [...read('nodes', node, 'locales', language, `${node}.md`).matchAll(/^(#+) |^(: )/gm)].map(
          (match) => match[1] ?? ':',
        );
      for (const language of localesOf(node)) assert.deepEqual(shape(language), shape('en-US'), language);
    });
  }
});

it('docs/glossary.md gives the words of every language as its texts have them', () => {
  const table = read('docs/glossary.md').split('## In the other languages')[1] ?? '';
  const rows = [...table.matchAll(/^\|(.+)\|$/gm)].map(([, row = '']) =>
    row.split('|').map((cell) => cell.trim()),
  );
  const [[, ...languages] = [], , ...words] = rows;
  assert.deepEqual(['en-US', ...languages].toSorted(), localesOf('oz-auth').toSorted());
  assert.ok(words.length > 10);
  for (const [column, language] of languages.entries()) {
    const texts = [...NODES, 'plugin'].flatMap((node) => [...catalogue(node, language).values()]);
    const missing = words
      .map((row) => row[column + 1] ?? '')
      .filter((word) => !texts.some((text) => text.toLowerCase().includes(word.toLowerCase())));
    assert.deepEqual(missing, [], language);
  }
});

it('French keeps its punctuation on the line of the word before it, by no-break spaces', () => {
  for (const node of [...NODES, 'plugin']) {
    const texts = [...catalogue(node, 'fr').values()];
    // A line of a list begins with a colon, and has another behind the type.
    const help = node === 'plugin' ? '' : read('nodes', node, 'locales', 'fr', `${node}.md`);
    const loose = [...texts, help.replaceAll(/^: .*? : /gm, '')]
      .join('\n')
      .match(/.{0,20}(?: [;:?!»]|« ).{0,20}/g);
    assert.equal(loose, null, node);
  }
});

describe('commands that users are told to run', () => {
  it('name packages of ours with their scope: anybody may publish the bare name', () => {
    const places = ['README.md', 'sandbox/README.md', 'docs', 'nodes', 'examples'].flatMap((place) =>
      place.endsWith('.md')
        ? [place]
        : readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' }).map((file) =>
            join(place, file),
          ),
    );
    const texts = places.filter((file) => /\.(md|json|html)$/.test(file));
    assert.ok(texts.length > 40);
    assert.deepEqual(
      texts.filter((file) => /np(x|m exec) (?!@ozflow\/)\S*oz/.test(read(file))),
      [],
    );
  });
});
