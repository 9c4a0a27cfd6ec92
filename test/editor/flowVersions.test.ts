import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLOW_VERSION } from '../../nodes/shared/properties/declaration';
import { ROOT } from '../../tools/launch/versions';
import { NODE_TYPES, savedNamesOf } from '../support/properties';
import { EditorTest } from './support/setup';

type Saved = Record<string, unknown> & { id: string; type: string };

const flow = JSON.parse(readFileSync(join(ROOT, 'test/support/flows/0.1.0.json'), 'utf8')) as Saved[];
const nodes = flow.filter(({ type }) => NODE_TYPES.includes(type));

describe('a flow that 0.1.0 has saved', function () {
  this.timeout(300_000);
  const test = EditorTest.use();

  it('opens as it was, and is of this version once its dialogs were closed with Done', async () => {
    const { editor, nodeRed } = test;
    await nodeRed.deploy(flow);
    await editor.reload();
    for (const { id, type } of nodes) {
      assert.equal(await editor.property(id, 'valid'), true, `${type} ${id}`);
      if (type === 'oz-auth') await editor.openConfig(id);
      else await editor.openNode(id);
      assert.deepEqual(await editor.marked(), [], `${type} ${id}`);
      await editor.done();
    }
    for (const node of nodes) {
      const names = savedNamesOf(node.type).filter((name) => name in node);
      const values = names.map(async (name) => [name, await editor.property(node.id, name)] as const);
      const meant = names.map((name) => [name, String(node[name])] as const);
      const now = (await Promise.all(values)).map(([name, value]) => [name, String(value)] as const);
      assert.deepEqual(now, meant, `${node.type} ${node.id}`);
      assert.equal(await editor.property(node.id, 'version'), FLOW_VERSION);
    }
  });

  it('is saved with its version by the editor when a node is new', async () => {
    const { editor } = test;
    const added = await editor.addNode('oz-upload');
    assert.equal(await editor.property(added, 'version'), FLOW_VERSION);
  });
});
