import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { ACCOUNT, OzServer, SERVICE_TOKEN } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { coreNode, helper } from '../support/helper';
import { paletteRig, SERVER } from '../support/palette';
import { UNKNOWN_HOST } from '../support/unknownHost';
import { record } from '../../tools/launch/values';

const SAVED = '__PWRD__';
const GOOD = { ok: true, way: 'direct', api: 'oz', signedIn: true };

describe('the Test connection button', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));
  afterEach(async () => {
    delete process.env['OZ_TEST_URL'];
    delete process.env['OZ_TEST_PASSWORD'];
  });

  /** What the dialog of the deployed node shows, with changes. */
  const dialog = (changes: object = {}): object => ({
    id: SERVER,
    url: server.url,
    auth: 'password',
    email: ACCOUNT.email,
    password: SAVED,
    token: '',
    tls: '',
    proxy: '',
    timeout: '5',
    ...changes,
  });

  const ask = async (body: object): Promise<Record<string, unknown>> => {
    const answer = await helper.request().post('/oz-auth/test').send(body).expect(200);
    return record(answer.body);
  };

  const deploy = (): Promise<unknown> => paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);

  it('says yes with the stored password', async () => {
    await deploy();
    assert.deepEqual(await ask(dialog()), GOOD);
    assert.equal(server.callsTo(/authorize\/auth/).length, 1);
  });

  it('says yes with the stored password while the server node is disabled or no flow runs, and still sends it nowhere else', async () => {
    const { redeploy } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }], {
      credentials: { [SERVER]: { ...ACCOUNT, password: '${OZ_TEST_PASSWORD}' } },
    });
    process.env['OZ_TEST_PASSWORD'] = ACCOUNT.password;
    await redeploy('nodes', (node) => (node.id === SERVER ? { ...node, d: true } : node));
    const other = await OzServer.start();
    try {
      for (const stop of [() => undefined, () => helper.clearFlows()]) {
        await stop();
        assert.deepEqual(await ask(dialog()), GOOD);
        for (const changes of [{ url: other.url }, { proxy: 'some-proxy' }, { id: 'n1' }, { id: 'unknown' }])
          assert.equal((await ask(dialog({ ...changes })))['code'], 'OZ_CONFIG');
      }
      assert.equal(other.calls.length, 0, 'not one request');
    } finally {
      await other.stop();
    }
  });

  it('says yes to what was typed, with nothing deployed', async () => {
    await deploy();
    const { password } = ACCOUNT;
    assert.deepEqual(await ask(dialog({ id: 'new', password })), GOOD);
    assert.deepEqual(await ask(dialog({ id: 'new', auth: 'token', token: SERVICE_TOKEN })), GOOD);
  });

  it('fills ${ENV} in address and secrets', async () => {
    await deploy();
    process.env['OZ_TEST_URL'] = server.url;
    process.env['OZ_TEST_PASSWORD'] = ACCOUNT.password;
    const typed = { url: '${OZ_TEST_URL}', password: '${OZ_TEST_PASSWORD}' };
    assert.deepEqual(await ask(dialog({ ...typed, id: 'new' })), GOOD);
    assert.deepEqual(
      await ask(dialog({ ...typed, password: SAVED })),
      GOOD,
      'the address is the deployed one',
    );
  });

  it('fills both spellings, from what the editor holds and from the environment of the runtime', async () => {
    await deploy();
    process.env['OZ_TEST_PASSWORD'] = ACCOUNT.password;
    const held = { OZ_TEST_URL: server.url };
    const typed = { id: 'new', url: '$(OZ_TEST_URL)', password: '$(OZ_TEST_PASSWORD)', env: held };
    assert.deepEqual(await ask(dialog(typed)), GOOD);
    assert.equal((await ask(dialog({ ...typed, env: {} })))['code'], 'OZ_CONFIG', 'it is nowhere');
    // What the editor says does not lead a stored secret elsewhere.
    const other = await OzServer.start();
    try {
      const answer = await ask(dialog({ url: '${OZ_TEST_URL}', env: { OZ_TEST_URL: other.url } }));
      assert.equal(answer['ok'], false);
      assert.equal(other.calls.length, 0);
    } finally {
      await other.stop();
    }
  });

  it('fills the environment variables of all flows, of the tab and of a subflow, and finds the stored password there', async () => {
    const { password, ...account } = ACCOUNT;
    await paletteRig(server.url, [{ id: 'n0', type: 'oz-upload' }], {
      config: [
        { id: 'g', type: 'global-config', env: [{ name: 'OZ_ALL', type: 'str', value: server.url }] },
        { id: 'f1', type: 'tab', env: [{ name: 'OZ_TAB', type: 'str', value: server.url }] },
        { id: 'n5', z: 'f1', type: 'oz-upload', server: '', x: 0, y: 0, wires: [[]] },
        {
          id: 'sf',
          type: 'subflow',
          name: 'sub',
          in: [],
          out: [],
          env: [{ name: 'OZ_SUB', type: 'str', value: 'http://127.0.0.1:1' }],
        },
        { id: 's2', z: 'sf', type: 'oz-auth', url: '${OZ_SUB}', auth: 'password', tls: '', proxy: '' },
        { id: 'n2', z: 'sf', type: 'oz-upload', server: 's2', x: 0, y: 0, wires: [[]] },
        {
          id: 'i1',
          z: 'f1',
          type: 'subflow:sf',
          x: 0,
          y: 0,
          env: [{ name: 'OZ_SUB', type: 'str', value: server.url }],
          wires: [],
        },
      ],
      types: [coreNode('common/91-global-config.js')],
      credentials: { s2: { ...ACCOUNT } },
    });
    assert.deepEqual(await ask(dialog({ id: 'new', url: '${OZ_ALL}', password })), GOOD);
    assert.deepEqual(await ask(dialog({ id: 'new', z: 'f1', url: '${OZ_TAB}', password })), GOOD);
    const held = { OZ_SUB: 'http://127.0.0.1:1' };
    const stored = { id: 's2', z: 'sf', url: '${OZ_SUB}', ...account, env: held };
    assert.deepEqual(await ask(dialog(stored)), GOOD);
  });

  it('says that no sign-in was tried where none is set', async () => {
    await deploy();
    assert.deepEqual(await ask(dialog({ auth: 'none' })), { ...GOOD, signedIn: false });
  });

  it('knows API Lite, its version, and a processor that is out of order', async () => {
    await deploy();
    const lite = await OzServer.start({ api: 'lite' });
    try {
      const asLite = dialog({ url: lite.url, api: 'lite' });
      const good = { ok: true, way: 'direct', api: 'lite', signedIn: false };
      assert.deepEqual(await ask(asLite), { ...good, version: '1.2.0' });
      lite.script(/GET \/version$/, { status: 404, text: 'older than 1.1.1' });
      assert.deepEqual(await ask(asLite), good);
      lite.script(/pattern\/health/, { status: 200, json: { status: 3, message: 'no model' } });
      const broken = await ask(asLite);
      assert.equal(broken['code'], 'OZ_SERVER');
      assert.match(String(broken['message']), /pattern processor/);
    } finally {
      await lite.stop();
    }
  });

  it('says which API answers where another one is selected, before any password is sent', async () => {
    await deploy();
    const lite = await OzServer.start({ api: 'lite' });
    try {
      const { password } = ACCOUNT;
      const found = await ask(dialog({ url: lite.url, password }));
      assert.deepEqual(found, { ok: true, way: 'direct', api: 'lite', signedIn: false });
      assert.equal(lite.callsTo(/authorize/).length, 0);
      assert.deepEqual(await ask(dialog({ api: 'lite' })), { ...GOOD, signedIn: false });
      assert.equal(server.callsTo(/authorize/).length, 0);
      lite.script(/./, { status: 200, text: '<html>a router</html>' }, 9);
      assert.equal((await ask(dialog({ url: lite.url, api: 'lite' })))['code'], 'OZ_RESPONSE');
    } finally {
      await lite.stop();
    }
  });

  it('goes through the proxy of the environment, except for what NO_PROXY names, and says so', async () => {
    await deploy();
    const { password } = ACCOUNT;
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const on = send(
        server.url + new URL(request.url ?? '').pathname,
        { method: request.method ?? 'GET', headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(on);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = record(proxy.address());
    try {
      process.env['HTTP_PROXY'] = `http://127.0.0.1:${String(port)}`;
      const url = `http://${UNKNOWN_HOST}`;
      assert.deepEqual(await ask(dialog({ id: 'new', url, password })), { ...GOOD, way: 'environment' });
      assert.equal(asked[0], `GET http://${UNKNOWN_HOST}/api/version`);
      process.env['NO_PROXY'] = 'localhost,.invalid';
      assert.equal((await ask(dialog({ id: 'new', url, password })))['code'], 'OZ_UNREACHABLE');
      assert.deepEqual(await ask(dialog({ auth: 'none' })), { ...GOOD, way: 'environment', signedIn: false });
    } finally {
      delete process.env['HTTP_PROXY'];
      delete process.env['NO_PROXY'];
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('says what is wrong, by code and sentence', async () => {
    await deploy();
    const wrong = await ask(dialog({ password: 'guess-me' }));
    assert.equal(wrong['code'], 'OZ_AUTH');
    assert.match(String(wrong['message']), /rejected the e-mail or password/);
    assert.equal((await ask(dialog({ url: 'nonsense', password: 'x' })))['code'], 'OZ_CONFIG');
    assert.equal((await ask(dialog({ url: 'http://127.0.0.1:1', password: 'x' })))['code'], 'OZ_UNREACHABLE');
    assert.equal(
      (await ask(dialog({ url: server.url.replace('http', 'https'), password: 'x' })))['code'],
      'OZ_TLS',
    );
    assert.equal((await ask(dialog({ tls: 'not-deployed', password: 'x' })))['code'], 'OZ_CONFIG');
    assert.equal((await ask({}))['code'], 'OZ_CONFIG');
    server.script(/version/, { status: 200, text: '<html>a router</html>' }, 9);
    server.script(/authorize/, { status: 200, text: '<html>a router</html>' }, 9);
    assert.equal((await ask(dialog({ password: 'x' })))['code'], 'OZ_RESPONSE');
  });

  it('never sends a stored secret anywhere but where it is deployed for', async () => {
    await deploy();
    const other = await OzServer.start();
    try {
      for (const changes of [
        { url: other.url },
        { url: `${server.url}/elsewhere` },
        { proxy: 'some-proxy' },
        { tls: 'some-tls' },
        { id: 'unknown' },
        { url: other.url, auth: 'token', token: SAVED },
      ]) {
        const answer = await ask(dialog(changes));
        assert.equal(answer['ok'], false, JSON.stringify(changes));
        assert.equal(answer['code'], 'OZ_CONFIG', JSON.stringify(changes));
      }
      assert.equal(other.calls.length, 0, 'not one request');
      assert.equal(server.calls.length, 0);
    } finally {
      await other.stop();
    }
  });

  it('takes nothing that a form on another web site can send: it could have secrets of the environment sent to it', async () => {
    await deploy();
    process.env['OZ_TEST_PASSWORD'] = ACCOUNT.password;
    const other = await OzServer.start();
    try {
      const body = JSON.stringify({ url: other.url, auth: 'token', token: '${OZ_TEST_PASSWORD}' });
      const form = new URLSearchParams(record(JSON.parse(body)) as Record<string, string>).toString();
      for (const path of ['/oz-auth/test', '/oz-auth/collections']) {
        await helper.request().post(path).type('form').send(form).expect(415);
        await helper.request().post(path).type('text/plain').send(body).expect(415);
      }
      assert.equal(other.calls.length, 0, 'not one request');
    } finally {
      await other.stop();
    }
  });

  it('never answers with a secret', async () => {
    await deploy();
    server.script(/authorize/, (call) => ({
      status: 400,
      json: {
        error_code: 4,
        error_message: `bad password ${String(record(call.json['credentials'])['password'])}`,
      },
    }));
    const typed = await ask(dialog({ password: 'typed-secret' }));
    assert.equal(typed['ok'], false);
    assert.doesNotMatch(JSON.stringify(typed), /typed-secret/);
    const text = JSON.stringify([typed, await ask(dialog({ url: 'http://user:typed-secret@127.0.0.1' }))]);
    assert.doesNotMatch(text, new RegExp(`typed-secret|${ACCOUNT.password}|${SERVICE_TOKEN}`));
  });
});
