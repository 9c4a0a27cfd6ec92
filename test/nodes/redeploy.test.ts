import assert from 'node:assert/strict';
import { once } from 'node:events';
import { CHAIN, errorOf, paletteRig, SERVER, statusOf, VIDEO } from '../support/palette';
import { OzServer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { helper } from '../support/helper';
import { LoopTime } from '../support/loopTime';
import { unload, type FlowNode } from '../support/rig';

describe('redeploys', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started), { outcome: () => undefined });

  const rename = (node: FlowNode, ...ids: string[]): FlowNode =>
    ids.includes(node.id) ? { ...node, name: 'changed' } : node;

  /** Where a message can be when a deploy comes: the node that has it, and the request that is under way. */
  const STAGES = {
    'an upload': ['n1', /POST \/api\/folders$/],
    'an order of analyses': ['n2', /POST \/api\/folders\/[^/]+\/analyses/],
    'a wait': ['n3', /GET \/api\//],
    'a download of the best shot': ['n3', /GET \/static\//],
  } as const;
  const toImage = CHAIN.map((node) => (node.id === 'n3' ? { ...node, emit: 'bestShotImage' } : node));

  for (const [stage, [busy, request]] of Object.entries(STAGES)) {
    for (const type of ['full', 'flows', 'nodes'] as const) {
      it(`a deploy of ${type} ends ${stage} within a second, and the flow works again`, async () => {
        const quick = await OzServer.start();
        try {
          const { send, out, caught, redeploy } = await paletteRig(quick.url, toImage);
          quick.script(request, 'hang');
          send({ payload: VIDEO, topic: 'interrupted' });
          const call = await quick.call(request);
          const gone = once(call.connection, 'close');
          const time = new LoopTime();
          await redeploy(type, (node) => rename(node, busy, SERVER));
          await gone;
          const ms = time.end();
          assert.ok(ms < 1000, `it took ${ms} ms`);
          // Catch nodes that a deploy stops as well hear nothing.
          if (type === 'nodes') await caught.next();
          send({ payload: VIDEO, topic: 'next' });
          assert.ok(Buffer.isBuffer((await out.next())['payload']));
          assert.deepEqual(
            out.messages.map(({ topic }) => topic),
            ['next'],
            'no ghost of the first message',
          );
          const errors = caught.messages.map((msg) => [msg['topic'], errorOf(msg)['code']]);
          assert.ok(errors.length <= 1);
          for (const error of errors) assert.deepEqual(error, ['interrupted', 'OZ_CANCELLED']);
        } finally {
          await unload();
          await quick.stop();
        }
      });
    }
  }

  it('a change of the server node alone restarts its users with the new settings', async () => {
    const other = await OzServer.start();
    try {
      const { send, out, redeploy } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);
      send({ payload: VIDEO });
      await out.next();
      await redeploy('nodes', (node) => (node.id === SERVER ? { ...node, url: other.url } : node));
      send({ payload: VIDEO });
      await out.next();
      assert.equal(server.callsTo(/POST \/api\/folders$/).length, 1);
      assert.equal(other.callsTo(/POST \/api\/folders$/).length, 1);
    } finally {
      await other.stop();
    }
  });

  it('a change of the server node ends what is waiting, with OZ_CANCELLED', async () => {
    const { send, out, caught, statuses, redeploy } = await paletteRig(server.url, CHAIN);
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    await redeploy('nodes', (node) => rename(node, SERVER));
    assert.equal(errorOf(await caught.next())['code'], 'OZ_CANCELLED');
    assert.equal(out.messages.length, 0);
  });

  it('removing the nodes closes them in time and leaves no user behind', async () => {
    const { send, statuses, redeploy } = await paletteRig(server.url, CHAIN);
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    const users = (): unknown => Reflect.get(helper.getNode(SERVER), 'users');
    assert.deepEqual(Object.keys(users() ?? {}).sort(), ['n1', 'n2', 'n3']);
    const time = new LoopTime();
    await redeploy('nodes', (node) => (node.id === 'n3' ? undefined : node));
    assert.ok(time.end() < 1000);
    assert.deepEqual(Object.keys(users() ?? {}).sort(), ['n1', 'n2']);
  });
});
