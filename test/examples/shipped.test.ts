import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleNames, readExample } from '../support/examples';
import type { FlowNode } from '../../tools/launch/nodeRed';
import { ROOT } from '../../tools/launch/versions';

/** Types that come with Node-RED 4 and 5, as far as the examples use them. */
const CORE = new Set([
  'tab',
  'group',
  'comment',
  'inject',
  'debug',
  'catch',
  'change',
  'switch',
  'template',
  'function',
  'file',
  'file in',
  'split',
  'join',
  'link in',
  'link out',
  'http in',
  'http response',
  'http request',
  'status',
  'complete',
  'delay',
  'range',
  'json',
  'mqtt in',
  'mqtt out',
  'mqtt-broker',
]);

const SHOWS_BEST_SHOT = /^oz-(result|check)$/;
/** How far, in pixels, the centre of the next node has to be below that of one with a status or with a best shot. */
const STATUS = { width: 150, height: 50 };
const BEST_SHOT = { width: 160, height: 105 };

const isBelow = (upper: FlowNode, lower: FlowNode, { width, height }: typeof STATUS): boolean => {
  const [dx, dy] = [Number(lower['x']) - Number(upper['x']), Number(lower['y']) - Number(upper['y'])];
  return Math.abs(dx) < width && dy > 0 && dy < height;
};

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  'node-red': { nodes: Record<string, string> };
};
const document = readFileSync(join(ROOT, 'docs/examples.md'), 'utf8');
const ours = Object.keys(manifest['node-red'].nodes);

describe('the shipped examples', () => {
  for (const name of exampleNames()) {
    describe(name, () => {
      const flow = readExample(name);
      const ids = new Set(flow.map((node) => node.id));

      it('uses core nodes and ours only, or says in its name what else it needs', () => {
        const foreign = flow.filter(
          ({ type }) =>
            !CORE.has(type) && !ours.includes(type) && !(type.startsWith('ui-') && /dashboard/i.test(name)),
        );
        assert.deepEqual(foreign, []);
      });

      it('has its place in docs/examples.md', () => {
        assert.ok(document.includes(`## ${name.replace(/^Scenarios./, '')}\n`));
      });

      it('says what to do in a comment node', () => {
        const comments = flow.filter(({ type }) => type === 'comment');
        assert.ok(comments.length > 0);
        for (const { info } of comments) assert.ok(typeof info === 'string' && info.length > 0);
      });

      it('fits beside palette and sidebar on a screen that is 1440 pixels wide', () => {
        const centres = flow.flatMap(({ x }) => (typeof x === 'number' ? [x] : []));
        assert.ok(Math.max(...centres) <= 850);
        // A node is as wide as its name, about 7 pixels a letter, and stands around its centre.
        const cut = flow.filter(({ x, name: label = '' }) => Number(x) < String(label).length * 3.5 + 25);
        assert.deepEqual(cut, []);
      });

      it('leaves room for the status and the best shot below its nodes', () => {
        const shots = flow.some(({ bestShot, liveness }) => bestShot === true && liveness !== false);
        const close = flow.flatMap((node) => {
          const room =
            shots &&
            SHOWS_BEST_SHOT.test(node.type) &&
            node['bestShot'] !== false &&
            node['action'] !== 'sessionToken'
              ? BEST_SHOT
              : STATUS;
          const hasStatus = node['tostatus'] === true || ours.includes(node.type);
          return hasStatus ? flow.filter((other) => isBelow(node, other, room)).map(({ id }) => id) : [];
        });
        assert.deepEqual(close, []);
      });

      it('shows the sentence of an error, not an object', () => {
        const shown = flow.filter(({ type, name: called }) => type === 'debug' && called === 'Error');
        assert.ok(shown.length > 0);
        for (const { complete } of shown) assert.equal(complete, 'error.message');
      });

      it('holds no credential and signs in to nothing but the sandbox on loopback', () => {
        for (const node of flow) assert.ok(!('credentials' in node), node.id);
        for (const server of flow.filter(({ type }) => type === 'oz-auth')) {
          if (server['auth'] === 'none') continue;
          if (server['auth'] === 'sandbox') assert.equal(server['url'], 'http://127.0.0.1:7700');
          else assert.match(String(server['url']), /^\$\{\w+\}$/);
        }
      });

      it('has every wire and every config node that it names, and sends its errors to a Catch node', () => {
        for (const node of flow) {
          const wires = (node['wires'] ?? []) as string[][];
          for (const id of wires.flat()) assert.ok(ids.has(id), `${node.id} → ${id}`);
          for (const property of ['z', 'server']) {
            const id = node[property];
            if (id !== undefined) assert.ok(typeof id === 'string' && ids.has(id), `${node.id}.${property}`);
          }
        }
        assert.ok(flow.some(({ type }) => type === 'catch'));
      });

      it('has no second node with the id of another example, the shared server aside', () => {
        const others = exampleNames()
          .filter((other) => other !== name)
          .flatMap((other) => readExample(other))
          .filter(({ type }) => type !== 'oz-auth');
        assert.deepEqual(
          others.filter(({ id }) => ids.has(id)),
          [],
        );
      });
    });
  }

  it('show every node of the palette', () => {
    const shown = new Set(exampleNames().flatMap((name) => readExample(name).map(({ type }) => type)));
    assert.deepEqual(
      ours.filter((type) => !shown.has(type)),
      [],
    );
  });
});
