import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { sandboxWith } from '../sandbox/server/support/api';
import { errorOf, ozOf, paletteRig, SERVER } from '../support/palette';
import { OzServer } from '../support/ozServer';
import { unload, type Rig } from '../support/rig';
import { record } from '../../tools/launch/values';

const ADMIN = { email: 'admin@example.com', password: 'of the admin', role: 'admin' as const };
const CLIENT = { email: 'client@example.com', password: 'of the client', role: 'client' as const };
const SECRET = 'password-of-a-new-user-0817';
const NEW = { email: 'new@example.com', firstName: 'New', lastName: 'User' };

describe('oz-account', () => {
  let sandbox: Sandbox;
  before(async () => {
    ({ sandbox } = await sandboxWith({ accounts: [ADMIN, CLIENT] }));
  });
  after(() => sandbox.close());
  afterEach(() => unload());

  const start = (properties: object, { email, password } = ADMIN as { email: string; password: string }) =>
    paletteRig(sandbox.url, [{ id: 'n1', type: 'oz-account', ...properties }], {
      credentials: { [SERVER]: { email, password } },
    });
  /** What one action answers to a message. */
  const ask = async (action: string, msg: object = {}, properties: object = {}): Promise<unknown> => {
    const { send, out, caught }: Rig = await start({ action, ...properties });
    send({ ...msg });
    const { payload, oz } = await Promise.race([
      out.next(),
      caught.next().then((failed) => assert.fail(String(errorOf(failed)['message']))),
    ]);
    await unload();
    return { payload, oz };
  };
  const payloadOf = async (...of: Parameters<typeof ask>): Promise<Record<string, unknown>> =>
    record(record(await ask(...of))['payload']);

  it('says who is signed in', async () => {
    const me = await payloadOf('whoAmI');
    assert.deepEqual([me['email'], me['role'], me['active']], [ADMIN.email, 'admin', true]);
    assert.equal(record(me['mayStart'])['quality'], true);
  });

  it('makes a company and a user in it, who can sign in until deactivated', async () => {
    const company = await payloadOf('createCompany', { payload: 'Branch office' });
    const { companyId } = company;
    const listed = record(await ask('listCompanies', { search: 'branch' }, { search: 'search' }))['payload'];
    assert.deepEqual(listed, [{ companyId, name: 'Branch office' }]);

    const made = record(
      await ask(
        'createUser',
        { payload: { ...NEW, password: SECRET }, oz: { companyId } },
        { role: 'clientAdmin' },
      ),
    );
    const user = record(made['payload']);
    assert.deepEqual(
      [user['email'], user['firstName'], user['lastName'], user['role'], user['companyId'], user['active']],
      [NEW.email, 'New', 'User', 'clientAdmin', companyId, true],
    );
    assert.equal(record(made['oz'])['userId'], user['userId']);
    const account = { email: NEW.email, password: SECRET };
    const theirs = await start({ action: 'listCompanies' }, account);
    theirs.send({});
    assert.deepEqual((await theirs.out.next()).payload, listed);
    await unload();

    const users = record(await ask('listUsers'))['payload'];
    assert.ok(Array.isArray(users) && users.some((one) => record(one)['userId'] === user['userId']));
    const gone = await payloadOf('deactivateUser', { oz: { userId: user['userId'] } });
    assert.equal(gone['active'], false);
    const again = await start({}, account);
    again.send({});
    assert.equal(errorOf(await again.caught.next())['code'], 'OZ_AUTH');
    await unload();

    const used = await start({ action: 'deleteCompany' });
    used.send({ oz: { companyId } });
    assert.equal(errorOf(await used.caught.next())['code'], 'OZ_REJECTED');
    await unload();
    const empty = await payloadOf('createCompany', { payload: 'Nobody' });
    await ask('deleteCompany', { oz: { companyId: empty['companyId'] } });
    assert.deepEqual(
      record(await ask('listCompanies', { search: 'nobody' }, { search: 'search' }))['payload'],
      [],
    );
  });

  it('one message an item', async () => {
    const { send, out } = await start({ action: 'listUsers', split: true });
    send({});
    const first = await out.next();
    assert.equal(record(first['parts'])['index'], 0);
    assert.equal(typeof record(first.payload)['userId'], 'string');
  });

  it('anyone but an administrator is told who may', async () => {
    for (const [action, msg] of [
      ['createUser', { payload: { ...NEW, email: 'x@example.com', password: SECRET } }],
      ['createCompany', { payload: 'Mine' }],
      ['deleteCompany', { oz: { companyId: 'c1' } }],
    ] as const) {
      const { send, caught } = await start({ action }, CLIENT);
      send(structuredClone(msg));
      const failed = await caught.next();
      const { code, message } = errorOf(failed);
      assert.equal(code, 'OZ_FORBIDDEN', action);
      assert.match(String(message), /as an administrator/, action);
      assert.ok(!inspect(failed, { depth: 9 }).includes(SECRET));
      await unload();
    }
  });

  it('a user who is there already, and what is missing, are clear errors without the password', async () => {
    const { send, caught } = await start({ action: 'createUser' });
    for (const [payload, code, words] of [
      [{ ...NEW, email: CLIENT.email, password: SECRET }, 'OZ_REJECTED', /already a user/],
      [{ ...NEW }, 'OZ_INPUT', /"password"/],
      [{ email: NEW.email, password: SECRET }, 'OZ_INPUT', /"firstName"/],
      [{ ...NEW, password: { of: SECRET } }, 'OZ_INPUT', /"password"/],
    ] as const) {
      send({ payload: structuredClone(payload) });
      const failed = await caught.next();
      assert.equal(errorOf(failed)['code'], code);
      assert.match(String(errorOf(failed)['message']), words);
      assert.ok(!inspect(failed, { depth: 9 }).includes(SECRET));
      assert.equal(record(failed.payload)['email'], payload.email);
    }
  });

  it('says which field the server refuses, in words of its own', async () => {
    const { send, caught } = await start({ action: 'createUser' });
    send({ payload: { ...NEW, email: 'no address', password: SECRET } });
    const failed = await caught.next();
    const { code, message } = errorOf(failed);
    assert.equal(code, 'OZ_REJECTED');
    assert.match(String(message), /Invalid param value: email$/);
    assert.ok(!inspect(failed, { depth: 9 }).includes(SECRET));
  });

  it('the password is out of the message before anything can go wrong, wherever it was', async () => {
    for (const [property, msg] of [
      ['payload.password', { payload: { ...NEW, password: SECRET } }],
      ['secret', { secret: SECRET, payload: NEW }],
      ['a.b["c"]', { a: { b: { c: SECRET } }, payload: NEW }],
      ['payload.password', Object.freeze({ payload: Object.freeze({ ...NEW, password: SECRET }) })],
      ['a.b.c', { a: Object.freeze({ kept: 1, b: Object.seal({ c: SECRET }) }), payload: NEW }],
    ] as const) {
      const rig = await start({
        action: 'createUser',
        password: property,
        passwordType: 'msg',
        server: 'none',
      });
      rig.send({ ...msg });
      const failed = await rig.caught.next();
      assert.equal(errorOf(failed)['code'], 'OZ_CONFIG');
      assert.ok(!inspect(failed, { depth: 9 }).includes(SECRET), property);
      await unload();
    }
  });

  it('words of a server that repeats the password reach no error, and no user', async () => {
    const server = await OzServer.start();
    try {
      const json = { error_code: 4, error_message: `bad ${SECRET}`, details: { password: SECRET } };
      server.script(/POST \/api\/users$/, { status: 400, json, headers: { 'x-request-id': SECRET } });
      server.script(/POST \/api\/users$/, {
        status: 201,
        json: { user_id: 'u1', email: NEW.email, password: SECRET, user_type: 'SOMETHING NEW' },
      });
      const { send, caught, out } = await paletteRig(server.url, [
        { id: 'n1', type: 'oz-account', action: 'createUser' },
      ]);
      send({ payload: { ...NEW, password: SECRET } });
      const failed = await caught.next();
      assert.equal(errorOf(failed)['code'], 'OZ_REJECTED');
      assert.ok(!inspect(failed, { depth: 9 }).includes(SECRET));
      send({ payload: { ...NEW, password: SECRET } });
      const made = await out.next();
      assert.equal(ozOf(made)['userId'], 'u1');
      assert.equal('role' in record(made.payload), false);
      assert.ok(!inspect(made, { depth: 9 }).includes(SECRET));
    } finally {
      await server.stop();
    }
  });

  it('a deactivation that the server does not confirm is none', async () => {
    const server = await OzServer.start();
    try {
      server.script(/PATCH \/api\/users\/u1$/, { status: 200, json: { user_id: 'u1' } });
      const { send, caught } = await paletteRig(server.url, [
        { id: 'n1', type: 'oz-account', action: 'deactivateUser' },
      ]);
      send({ oz: { userId: 'u1' } });
      const { code, message } = errorOf(await caught.next());
      assert.equal(code, 'OZ_RESPONSE');
      assert.match(String(message), /is_active/);
    } finally {
      await server.stop();
    }
  });
});
