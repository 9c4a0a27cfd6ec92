import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { exampleNames, readExample } from '../support/examples';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';

/** What every node of Node-RED has, and what is explained once for all nodes. */
const COMMON = ['id', 'type', 'z', 'x', 'y', 'wires', 'name', 'server'];

const editorScript = (folder: string, name: string): string =>
  readFileSync(join(ROOT, 'dist/editor/nodes', folder, `${name}.editor.js`), 'utf8');

/** The `defaults` of a node, got by running its editor script with an editor that only listens. */
function defaultsOf(node: string): string[] {
  let defaults: unknown;
  const listener = {
    _: (key: string) => key,
    validators: { typedInput: () => () => true, number: () => () => true, regex: () => () => true },
    nodes: {
      registerType: (_type: string, definition: unknown) => {
        ({ defaults } = record(definition));
      },
    },
  };
  const page = createContext({ RED: listener });
  runInContext(editorScript('shared', 'dialog'), page);
  runInContext(editorScript(node, node), page);
  return Object.keys(record(defaults));
}

const nodes = readdirSync(join(ROOT, 'nodes')).filter((name) => name.startsWith('oz-'));
const document = readFileSync(join(ROOT, 'docs/flow-properties.md'), 'utf8');

describe('properties that flows save', () => {
  for (const node of nodes) {
    const defaults = defaultsOf(node);

    it(`of ${node} are named in docs/flow-properties.md`, () => {
      const section = document.split(/^## /m).find((text) => text.startsWith(`${node}\n`)) ?? '';
      assert.notEqual(section, '');
      assert.deepEqual(
        defaults.filter(
          (name) => !COMMON.includes(name) && !section.includes(`\`${name.replace(/Type$/, '')}\``),
        ),
        [],
      );
    });

    it(`of ${node} all stand in every example that uses it, and no others`, () => {
      const used = exampleNames().flatMap((name) => readExample(name).filter(({ type }) => type === node));
      const expected = defaults.filter((name) => !COMMON.includes(name)).toSorted();
      for (const example of used) {
        const saved = Object.keys(example).filter((name) => !COMMON.includes(name));
        assert.deepEqual(saved.toSorted(), expected, example.id);
      }
    });
  }
});
