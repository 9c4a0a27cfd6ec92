import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { stub, useFakeTimers, type SinonSpy } from 'sinon';
import { StoredWait } from '../../nodes/oz-result/storedWait';
import { StoreWarnings } from '../../nodes/oz-result/storeWarnings';
import { WaitStore } from '../../nodes/oz-result/waitStore';
import { helper } from '../support/helper';
import { rig, unload } from '../support/rig';

describe('a disk that is full', () => {
  afterEach(unload);

  it('is warned about at once, and counted from then on', async () => {
    const made: { warnings?: StoreWarnings; store?: WaitStore } = {};
    const keeper = (RED: NodeAPI): void => {
      RED.nodes.registerType('keeper', function (this: Node, def: NodeDef) {
        RED.nodes.createNode(this, def);
        made.warnings = new StoreWarnings(RED, this);
        made.store = new WaitStore(RED, this, undefined);
      });
    };
    await rig({ types: [keeper], chain: [{ id: 'n1', type: 'keeper' }] });
    const { warnings, store } = made;
    assert.ok(warnings && store);
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const save = stub(store, 'save').rejects(full);
    const node = helper.getNode('n1');
    // The helper spies on it.
    const warned = Reflect.get(node, 'warn') as SinonSpy;
    const lines = (): string[] => {
      const args = warned.args.map(([line]) => String(line));
      warned.resetHistory();
      return args;
    };
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const store100 = async (): Promise<void> => {
      for (let count = 0; count < 100; count += 1) {
        const wait = { msg: {}, target: { folderId: 'f' }, origin: 'flow' } as const;
        await new StoredWait(warnings, store, wait).save(false, 4e12);
      }
    };
    try {
      await store100();
      assert.match(lines().join('\n'), /^This wait cannot be stored .*ENOSPC.*\.$/);
      clock.tick(60_000);
      assert.match(lines().join('\n'), /^This wait cannot be stored .* Other waits affected: 99\.$/);
      await store100();
      assert.deepEqual(lines(), []);
      await node.close(false);
      assert.match(lines().join('\n'), /: 100\.$/);
      assert.equal(save.callCount, 200);
    } finally {
      clock.restore();
    }
  });
});
