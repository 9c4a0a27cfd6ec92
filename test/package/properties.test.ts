import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { exampleNames, readExample } from '../support/examples';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';
import { NODE_TYPES, propertiesOf, savedNamesOf } from '../support/properties';

/** What every node of Node-RED has. */
const COMMON = ['id', 'type', 'z', 'x', 'y', 'wires'];

const page = (type: string): string => readFileSync(join(ROOT, 'dist/nodes', type, `${type}.html`), 'utf8');

/** The definition of a node as the editor gets it, by running the page's scripts with an editor that only listens. */
function definitionOf(type: string): Record<string, unknown> {
  let definition: unknown;
  const listener = {
    _: (key: string) => key,
    validators: { typedInput: () => () => true },
    nodes: {
      registerType: (_type: string, given: unknown) => {
        definition = given;
      },
    },
  };
  const context = createContext({ RED: listener });
  for (const [, script = ''] of page(type).matchAll(/<script type="text\/javascript">([^]*?)<\/script>/g)) {
    runInContext(script, context);
  }
  return record(definition);
}

const document = readFileSync(join(ROOT, 'docs/flow-properties.md'), 'utf8');

describe('properties that flows save', () => {
  for (const type of NODE_TYPES) {
    const table = propertiesOf(type);

    it(`of ${type} are what the editor saves, with the same defaults`, () => {
      const { defaults } = definitionOf(type);
      assert.deepEqual(Object.keys(record(defaults)), savedNamesOf(type));
      for (const [name, entry] of Object.entries(table)) {
        if (entry.kind === 'credential') continue;
        const { value } = record(record(defaults)[name]);
        assert.equal(value, entry.kind === 'config' ? '' : entry.default, name);
        if (entry.kind === 'typed') {
          assert.equal(record(record(defaults)[`${name}Type`])['value'], entry.type, name);
        }
      }
    });

    it(`of ${type} have a default that they allow`, () => {
      for (const [name, entry] of Object.entries(table)) {
        if (entry.kind === 'choice') assert.ok(entry.choices.includes(entry.default), name);
        if (entry.kind === 'typed') assert.ok(entry.types.includes(entry.type), name);
        if (entry.kind === 'number') {
          assert.ok(entry.default >= entry.min && entry.default <= entry.max, name);
        }
      }
    });

    it(`of ${type} depend only on properties of the same node and their choices`, () => {
      for (const [name, { when = [] }] of Object.entries(table)) {
        for (const [other, choices] of when.flatMap((all) => Object.entries(all))) {
          const entry = table[other];
          const known: readonly unknown[] =
            entry?.kind === 'choice' ? entry.choices : entry?.kind === 'flag' ? [true, false] : [];
          for (const choice of choices) assert.ok(known.includes(choice), `${name} asks for ${other}`);
        }
      }
    });

    it(`of ${type} stand in docs/flow-properties.md with default and values`, () => {
      const section = document.split(/^## /m).find((text) => text.startsWith(`${type}\n`)) ?? '';
      for (const [name, entry] of Object.entries(table)) {
        const row = section.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
        assert.ok(row.includes(entry.doc), name);
        if (entry.kind === 'choice') {
          for (const choice of entry.choices) assert.ok(row.includes(String(choice)), `${name}: ${choice}`);
        }
        if ('default' in entry) assert.ok(row.includes(String(entry.default)), name);
      }
      assert.equal(section.match(/^\| `/gm)?.length, Object.keys(table).length);
    });

    it(`of ${type} are the only ones in every example that uses it`, () => {
      const used = exampleNames().flatMap((name) => readExample(name).filter((node) => node.type === type));
      const known = [...COMMON, ...savedNamesOf(type)];
      for (const example of used) {
        const unknown = Object.keys(example).filter((name) => !known.includes(name));
        assert.deepEqual(unknown, [], example.id);
      }
    });
  }
});
