import assert from 'node:assert/strict';
import { once } from 'node:events';
import { CHAIN, errorOf, paletteRig, SERVER, statusOf, VIDEO } from '../support/palette';
import { OzServer } from '../support/ozServer';
import { helper } from '../support/helper';
import { unload, type FlowNode } from '../support/rig';

describe('redeploys', () => {
  let server: OzServer;
  beforeEach(async () => {
    server = await OzServer.start({ outcome: () => undefined });
  });
  afterEach(async () => {
    await unload();
    await server.stop();
  });

  const rename = (node: FlowNode, ...ids: string[]): FlowNode =>
    ids.includes(node.id) ? { ...node, name: 'changed' } : node;

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`a deploy of ${type} ends an upload on the wire within a second, and the flow works again`, async () => {
      server.script(/POST \/api\/folders$/, 'hang');
      const { send, out, caught, redeploy } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);
      send({ payload: VIDEO });
      const call = await server.call(/POST \/api\/folders$/);
      const gone = once(call.connection, 'close');
      const began = performance.now();
      await redeploy(type, (node) => rename(node, 'n1', SERVER));
      await gone;
      assert.ok(performance.now() - began < 1000, `it took ${Math.round(performance.now() - began)} ms`);
      send({ payload: VIDEO });
      await out.next();
      assert.ok(caught.messages.every((msg) => errorOf(msg)['code'] === 'OZ_CANCELLED'));
      assert.equal(out.messages.length, 1, 'no ghost of the first message');
    });
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
    const began = performance.now();
    await redeploy('nodes', (node) => (node.id === 'n3' ? undefined : node));
    assert.ok(performance.now() - began < 1000);
    assert.deepEqual(Object.keys(users() ?? {}).sort(), ['n1', 'n2']);
  });
});
