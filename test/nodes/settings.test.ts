import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { certificates, type TestCertificates } from '../support/tls';
import { coreNode, helper } from '../support/helper';
import { CHAIN, errorOf, paletteRig, SERVER, VIDEO } from '../support/palette';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { unload } from '../support/rig';
import { UNKNOWN_HOST } from '../support/unknownHost';
import { record } from '../../tools/launch/values';

const UPLOAD = [{ id: 'n1', type: 'oz-upload' }];

describe('settings of the server node', () => {
  afterEach(unload);

  describe('environment variables', () => {
    let server: OzServer;
    const set = (values: Record<string, string>): void => void Object.assign(process.env, values);
    beforeEach(async () => {
      server = await OzServer.start();
    });
    afterEach(async () => {
      for (const name of Object.keys(process.env)) if (name.startsWith('OZ_SET_')) delete process.env[name];
      await server.stop();
    });

    it('stand for the address, the credentials and numbers', async () => {
      set({
        OZ_SET_URL: server.url,
        OZ_SET_EMAIL: ACCOUNT.email,
        OZ_SET_PASSWORD: ACCOUNT.password,
        OZ_SET_MB: '1',
      });
      const { send, caught } = await paletteRig('${OZ_SET_URL}', UPLOAD, {
        server: { maxFileMB: '${OZ_SET_MB}', timeout: '5' },
        credentials: { [SERVER]: { email: '${OZ_SET_EMAIL}', password: '${OZ_SET_PASSWORD}' } },
      });
      send({ payload: Buffer.concat([VIDEO, Buffer.alloc(1024 * 1024)]) });
      assert.match(String(errorOf(await caught.next())['message']), /limit is 1 MB/);
      send({ payload: VIDEO });
      await server.call(/POST \/api\/folders$/);
    });

    it('stand for a password of digits, which the flows hold as a number', async () => {
      const { send } = await paletteRig(server.url, UPLOAD, {
        types: [coreNode('common/91-global-config')],
        config: [{ id: 'g1', type: 'global-config', env: [{ name: 'PIN', value: '70043211', type: 'num' }] }],
        credentials: { [SERVER]: { email: ACCOUNT.email, password: '${PIN}' } },
      });
      send({ payload: VIDEO });
      const { json } = await server.call(/POST .*authorize/);
      assert.deepEqual(json['credentials'], { email: ACCOUNT.email, password: '70043211' });
    });

    it('stand for numbers of other nodes', async () => {
      set({ OZ_SET_WAIT: '1' });
      const slow = await OzServer.start({ outcome: () => undefined });
      try {
        const { send, caught } = await paletteRig(
          slow.url,
          CHAIN.map((node) => (node.type === 'oz-result' ? { ...node, timeout: '${OZ_SET_WAIT}' } : node)),
        );
        send({ payload: VIDEO });
        assert.equal(errorOf(await caught.next())['code'], 'OZ_WAIT_TIMEOUT');
      } finally {
        await slow.stop();
      }
    });
  });

  describe('TLS', () => {
    let server: OzServer;
    let made: TestCertificates;
    before(async function () {
      made = await certificates(['127.0.0.1']);
    });
    beforeEach(async () => {
      server = await OzServer.start({ tls: made });
    });
    afterEach(() => server.stop());

    const tls = { id: 't1', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true };

    it('a private authority is not trusted by itself: OZ_TLS', async () => {
      const { send, caught } = await paletteRig(server.url, UPLOAD);
      send({ payload: VIDEO });
      const { code, message } = errorOf(await caught.next());
      assert.equal(code, 'OZ_TLS');
      assert.match(String(message), /not trusted/);
      assert.equal(server.calls.length, 0);
    });

    it('but with its certificate in a core tls-config node', async () => {
      const { send, out } = await paletteRig(server.url, UPLOAD, {
        server: { tls: 't1' },
        config: [tls],
        types: [coreNode('network/05-tls.js')],
        credentials: { [SERVER]: { ...ACCOUNT }, t1: { cadata: made.ca } },
      });
      send({ payload: VIDEO });
      await out.next();
    });
  });

  describe('proxy', () => {
    let server: OzServer;
    let proxy: Server;
    const seen: (string | undefined)[] = [];
    beforeEach(async () => {
      server = await OzServer.start();
      seen.length = 0;
      // The only way to the host the flow names; it remembers the sign-in.
      proxy = createServer((asked, answer) => {
        seen.push(asked.headers['proxy-authorization']);
        const { pathname, search } = new URL(asked.url ?? '', 'http://unknown');
        const { method, headers } = asked;
        const options = { ...(method === undefined ? {} : { method }), headers };
        const onward = request(server.url + pathname + search, options, (got) => {
          answer.writeHead(got.statusCode ?? 502, got.headers);
          got.pipe(answer);
        });
        asked.pipe(onward);
      });
      proxy.listen(0, '127.0.0.1');
      await once(proxy, 'listening');
    });
    afterEach(async () => {
      await unload();
      proxy.closeAllConnections();
      proxy.close();
      await server.stop();
    });

    it('goes through a core http proxy node, with its sign-in, and past it where that says so', async () => {
      const { port } = proxy.address() as AddressInfo;
      const node = { id: 'p1', type: 'http proxy', url: `http://127.0.0.1:${port}` };
      const options = {
        server: { proxy: 'p1' },
        types: [coreNode('network/06-httpproxy.js')],
        credentials: { [SERVER]: { ...ACCOUNT }, p1: { username: 'me', password: 'proxy-secret' } },
      };
      const first = await paletteRig(`http://${UNKNOWN_HOST}`, UPLOAD, {
        ...options,
        config: [{ ...node, noproxy: [] }],
      });
      first.send({ payload: VIDEO });
      await first.out.next();
      const expected = `Basic ${Buffer.from('me:proxy-secret').toString('base64')}`;
      assert.ok(seen.length > 0 && seen.every((value) => value === expected));
      await unload();
      seen.length = 0;
      const direct = { ...options, config: [{ ...node, noproxy: [UNKNOWN_HOST] }] };
      const second = await paletteRig(`http://${UNKNOWN_HOST}`, UPLOAD, direct);
      second.send({ payload: VIDEO });
      assert.equal(errorOf(await second.caught.next())['code'], 'OZ_UNREACHABLE');
      assert.equal(seen.length, 0);
    });
  });

  it('a sign-in that fails is told by the nodes that use the server, and what it says itself reaches their flows', async () => {
    const server = await OzServer.start();
    try {
      const { caught, statuses } = await paletteRig(server.url, UPLOAD);
      const node = helper.getNode(SERVER);
      node.error('from the server node', {});
      assert.equal(errorOf(await caught.next())['message'], 'from the server node');
      node.status({ fill: 'red', shape: 'ring', text: 'from the server node' });
      await statuses.next(({ status }) => record(status)['text'] === 'from the server node');
    } finally {
      await server.stop();
    }
  });
});
