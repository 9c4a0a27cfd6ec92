import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';
import { LANGUAGES } from '../support/languages';

const NODES = join(ROOT, 'nodes');
const types = readdirSync(NODES).filter((folder) => folder.startsWith('oz-'));

const read = (...path: string[]): string => readFileSync(join(NODES, ...path), 'utf8');
const catalogue = (type: string, language: string): object =>
  JSON.parse(read(type, 'locales', language, `${type}.json`)) as object;
/** The page as the build has filled it with the node's rows. */
const page = (type: string): string => readFileSync(join(ROOT, 'dist/nodes', type, `${type}.html`), 'utf8');
const help = (type: string, language: string): string => read(type, 'locales', language, `${type}.md`);

describe('help and colours', () => {
  for (const type of types) {
    describe(type, () => {
      for (const language of LANGUAGES) {
        it(`explains every field of the dialog in its help, in ${language}`, () => {
          const { label } = catalogue(type, language) as { label: Record<string, string> };
          const template = page(type);
          const explained = help(type, language).toLowerCase();
          const silent = Object.entries(label)
            .filter(([name]) => new RegExp(`id="node-(config-)?input-${name}"`).test(template))
            .filter(([, text]) => !explained.includes(text.toLowerCase()));
          assert.deepEqual(silent, []);
        });

        it(`calls what the dialog shows by the same name, in ${language}`, () => {
          const catalogues = types.map((node) => read(node, 'locales', language, `${node}.json`));
          const names = catalogues.join('\n').replaceAll(/\s+/g, ' ').toLowerCase();
          const bold = [...help(type, language).matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) => name);
          const unknown = bold.filter((name) => !names.includes(name.replaceAll(/\s+/g, ' ').toLowerCase()));
          assert.deepEqual(unknown, []);
        });

        it(`writes lists of its help so that Node-RED shows them as tables, in ${language}`, () => {
          const items = help(type, language)
            .split('\n')
            .filter((line) => line.startsWith(':'));
          assert.ok(items.length >= 3);
          // Node-RED's own Markdown extension: one line, no further colon.
          for (const item of items) assert.match(item, /^: [^:(]+ \([^:)]+\) : [^:]+$/);
        });
      }

      it('takes every colour from the theme, but the node’s own', () => {
        const sources =
          read(type, `${type}.html`) + read(type, `${type}.editor.ts`) + read('shared', 'dialog.css');
        const colours = sources.replace(/color: '#[\dA-F]{6}',/, '').match(/#[\da-f]{3,8}\b|rgba?\(/gi);
        assert.equal(colours, null);
      });
    });
  }
});
