import assert from 'node:assert/strict';
import { ACCOUNT, OzServer, SERVICE_TOKEN } from '../support/ozServer';
import { helper } from '../support/helper';
import { paletteRig, SERVER } from '../support/palette';
import { unload } from '../support/rig';
import { record } from '../../tools/launch/values';

const SAVED = '__PWRD__';

describe('the Test connection button', () => {
  let server: OzServer;
  beforeEach(async () => {
    server = await OzServer.start();
  });
  afterEach(async () => {
    await unload();
    await server.stop();
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
    assert.deepEqual(await ask(dialog()), { ok: true });
    assert.equal(server.callsTo(/authorize\/auth/).length, 1);
  });

  it('says yes to what was typed, with nothing deployed', async () => {
    await deploy();
    const { password } = ACCOUNT;
    assert.deepEqual(await ask(dialog({ id: 'new', password })), { ok: true });
    assert.deepEqual(await ask(dialog({ id: 'new', auth: 'token', token: SERVICE_TOKEN })), { ok: true });
  });

  it('fills ${ENV} in address and secrets', async () => {
    await deploy();
    process.env['OZ_TEST_URL'] = server.url;
    process.env['OZ_TEST_PASSWORD'] = ACCOUNT.password;
    const typed = { url: '${OZ_TEST_URL}', password: '${OZ_TEST_PASSWORD}' };
    assert.deepEqual(await ask(dialog({ ...typed, id: 'new' })), { ok: true });
    assert.deepEqual(
      await ask(dialog({ ...typed, password: SAVED })),
      { ok: true },
      'the address is the deployed one',
    );
  });

  it('says what is wrong, by code and sentence', async () => {
    await deploy();
    const wrong = await ask(dialog({ password: 'guess-me' }));
    assert.equal(wrong['code'], 'OZ_AUTH');
    assert.match(String(wrong['message']), /refuses the e-mail and password/);
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
