import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useFakeTimers } from 'sinon';
import { CHAIN, errorOf, ozOf, paletteRig, SERVER, statusOf, VIDEO } from '../support/palette';
import { coreNode } from '../support/helper';
import { OzServer } from '../support/ozServer';
import { unload, type FlowNode, type Rig } from '../support/rig';

const UPLOAD: FlowNode[] = [{ id: 'n1', type: 'oz-upload', server: '${OZ_TEST_SERVER}' }];
const renamed =
  (id: string) =>
  (node: FlowNode): FlowNode =>
    node.id === id ? { ...node, name: `${String(node['name'] ?? '')}+` } : node;
const switched =
  (id: string, how: Record<string, unknown>) =>
  (node: FlowNode): FlowNode =>
    node.id === id ? { ...node, ...how } : node;

describe('config nodes that are deployed on their own', () => {
  let server: OzServer;
  beforeEach(async () => {
    process.env['OZ_TEST_SERVER'] = SERVER;
    server = await OzServer.start();
  });
  afterEach(async () => {
    await unload();
    await server.stop();
    delete process.env['OZ_TEST_SERVER'];
    delete process.env['OZ_TEST_PROXY'];
  });

  it('a server chosen by a variable and renamed: later messages use the one that is there now', async () => {
    const { send, out, caught, redeploy } = await paletteRig(server.url, UPLOAD);
    send({ payload: VIDEO });
    await out.next();
    for (let round = 0; round < 2; round += 1) {
      await redeploy('nodes', renamed(SERVER));
      send({ payload: VIDEO });
      assert.ok(ozOf(await out.next())['folderId']);
    }
    assert.equal(caught.messages.length, 0);
  });

  it('a server that is renamed while a result is waited for: the wait goes on, though the clock was set', async () => {
    await server.stop();
    server = await OzServer.start({ outcome: () => undefined });
    const chain = CHAIN.map((node) => ({ ...node, server: '${OZ_TEST_SERVER}' }));
    const { send, out, caught, statuses, redeploy } = await paletteRig(server.url, chain);
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    const reads = (): number => server.callsTo(/GET \/api\/folders/).length;
    while (reads() === 0) await server.nextCall();
    const clock = useFakeTimers({ now: Date.now() + 3 * 3_600_000, toFake: ['Date'] });
    try {
      await redeploy('nodes', renamed(SERVER));
      const before = reads();
      // Not the answer to the first question of the new client, but a later one.
      while (reads() < before + 2) await server.nextCall();
      for (const id of server.folders.keys()) server.finish(id);
      const msg = await out.next();
      assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
      assert.equal(caught.messages.length, 0);
    } finally {
      clock.restore();
    }
  });

  const failsAsDisabled = async ({ send, caught }: Rig): Promise<void> => {
    send({ payload: VIDEO });
    const error = errorOf(await caught.next());
    assert.equal(error['code'], 'OZ_CONFIG');
    assert.match(String(error['message']), /disabled/);
  };

  it('a disabled server is named as such, and used again once it is enabled', async () => {
    const flow = await paletteRig(server.url, UPLOAD);
    await flow.redeploy('nodes', switched(SERVER, { d: true }));
    await failsAsDisabled(flow);
    await flow.redeploy('nodes', switched(SERVER, { d: false }));
    flow.send({ payload: VIDEO });
    await flow.out.next();
  });

  it('a disabled proxy or TLS node is named as such', async () => {
    for (const [field, type, module] of [
      ['proxy', 'http proxy', 'network/06-httpproxy'],
      ['tls', 'tls-config', 'network/05-tls'],
    ] as const) {
      const flow = await paletteRig(server.url, UPLOAD, {
        server: { [field]: 'p1' },
        config: [{ id: 'p1', type, url: 'http://127.0.0.1:1', d: true }],
        types: [coreNode(module)],
      });
      await failsAsDisabled(flow);
      await unload();
    }
  });

  it('a server on a disabled tab is named as such', async () => {
    const tab = { id: 'other', type: 'tab', label: 'other', disabled: true };
    await failsAsDisabled(await paletteRig(server.url, UPLOAD, { server: { z: 'other' }, config: [tab] }));
  });

  it('a disabled server within a subflow is named as such', async () => {
    const place = { z: 'sf', x: 0, y: 0 };
    const subflow = [
      { id: 'sf', type: 'subflow', name: 'sf', in: [{ x: 0, y: 0, wires: [{ id: 'inner' }] }], out: [] },
      { ...place, id: 'inner', type: 'oz-upload', server: 'own', wires: [[]] },
      { id: 'own', z: 'sf', type: 'oz-auth', url: server.url, auth: 'none', d: true },
    ];
    await failsAsDisabled(
      await paletteRig(server.url, [{ id: 'n1', type: 'subflow:sf', x: 0, y: 0 }], { config: subflow }),
    );
  });

  it('a server that is deployed after its users', async () => {
    let kept: FlowNode | undefined;
    const flow = await paletteRig(server.url, UPLOAD, { server: { auth: 'none' } });
    await flow.redeploy('full', (node) => {
      if (node.id !== SERVER) return node;
      kept = node;
      return undefined;
    });
    flow.send({ payload: VIDEO });
    assert.match(String(errorOf(await flow.caught.next())['message']), /missing or not deployed/);
    await flow.redeploy('nodes', (node) => (node.id === 'tab' && kept ? [node, kept] : node));
    flow.send({ payload: VIDEO });
    await server.call(/POST \/api\/folders$/);
  });

  it('a proxy chosen by a variable: the one that is there now is used', async () => {
    process.env['OZ_TEST_PROXY'] = 'p1';
    const asked: string[] = [];
    const proxyNamed = async (name: string): Promise<Server> => {
      const proxy = createServer((_request, response) => {
        asked.push(name);
        response.writeHead(502).end();
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      return proxy;
    };
    const urlOf = (proxy: Server): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const [first, second] = [await proxyNamed('first'), await proxyNamed('second')];
    try {
      const { send, caught, redeploy } = await paletteRig(server.url, UPLOAD, {
        server: { proxy: '${OZ_TEST_PROXY}', auth: 'none' },
        config: [{ id: 'p1', type: 'http proxy', url: urlOf(first) }],
        types: [coreNode('network/06-httpproxy')],
      });
      send({ payload: VIDEO });
      await caught.next();
      await redeploy('nodes', switched('p1', { url: urlOf(second) }));
      send({ payload: VIDEO });
      await caught.next();
      assert.equal(asked[0], 'first');
      assert.equal(asked.at(-1), 'second');
    } finally {
      for (const proxy of [first, second]) {
        proxy.closeAllConnections();
        proxy.close();
      }
    }
  });
});
