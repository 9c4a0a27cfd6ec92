import { strict as assert } from 'node:assert';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { Api, assertError, photo, sandboxWith, video } from './support/api';

const ADMIN = { email: 'admin@example.com', password: 'admin', role: 'admin' } as const;
const CLIENT = { email: 'client@example.com', password: 'client', role: 'client' } as const;

describe('sandbox: users', () => {
  it('says who signed in, lists, creates, changes and deactivates', async () => {
    const { sandbox, api } = await sandboxWith();
    const auth = await api.post('/api/authorize/auth', {
      credentials: { email: 'sandbox@oz.localhost', password: 'oz-sandbox' },
    });
    assert.equal(auth.body['user']?.['is_admin'], true);
    const created = await api.post('/api/users/', {
      email: 'new@example.com',
      password: 'hidden-word',
      user_type: 'CLIENT',
      first_name: 'N',
      can_start_analysis_biometry: false,
    });
    assert.equal(created.status, 201, created.text);
    assert.ok(!created.text.includes('hidden-word'));
    assertError(await api.post('/api/users/', { email: 'new@example.com', password: 'x' }), 400, 13);
    assertError(await api.post('/api/users/', { email: 'a@b.c', password: 'x', user_type: 'ADMIN' }), 403, 9);
    const client = await new Api(sandbox.url).signIn({ email: 'new@example.com', password: 'hidden-word' });
    const folder = await client.folder([video({ face: 'a' }), photo({ face: 'a' })]);
    const analyses = `/api/folders/${String(folder['folder_id'])}/analyses`;
    assertError(await client.post(analyses, { analyses: [{ type: 'biometry' }] }), 403, 9);
    const url = `/api/users/${String(created.body['user_id'])}`;
    assertError(await client.patch(url, { is_active: true, can_start_analysis_biometry: true }), 403, 9);
    assert.equal((await client.get('/api/users/')).body['items']?.length, 1);
    assert.equal((await api.get('/api/users/')).body['items']?.length, 2);
    assert.equal((await api.patch(url, { is_active: false, meta_data: { a: 1 } })).status, 200);
    assertError(await client.get('/api/folders/'), 401, 7);
    const again = { credentials: { email: 'new@example.com', password: 'hidden-word' } };
    assertError(await client.post('/api/authorize/auth', again), 401, 15);
    await sandbox.close();
  });

  describe('metadata', () => {
    let sandbox: Sandbox;
    let admin: Api;
    let client: Api;
    let path: string;
    before(async () => {
      ({ sandbox } = await sandboxWith({ accounts: [ADMIN, CLIENT] }));
      admin = await new Api(sandbox.url).signIn(ADMIN);
      client = await new Api(sandbox.url).signIn(CLIENT);
      const [own] = [...((await client.get('/api/users/')).body['items'] ?? [])];
      path = `/api/users/${String(own?.['user_id'])}`;
    });
    after(() => sandbox.close());

    it('of a user: read, add, change, delete, by the user and by who manages it', async () => {
      assert.deepEqual((await client.get(`${path}/meta_data/`)).body, {});
      const added = await client.post(`${path}/meta_data/`, { a: { x: 1, y: 2 }, b: [1] });
      assert.equal(added.status, 201);
      assert.equal((await admin.patch(`${path}/meta_data/`, { a: { x: 5 } })).status, 200);
      assert.deepEqual((await client.get(`${path}/meta_data`)).body, { a: { x: 5, y: 2 }, b: [1] });
      assert.deepEqual((await client.get(path)).body['meta_data'], { a: { x: 5, y: 2 }, b: [1] });
      assert.equal((await admin.delete(`${path}/meta_data/`)).status, 204);
      assert.equal((await client.get(path)).body['meta_data'], null);
    });

    it('of a user, as the newer page has it: in PATCH of the user', async () => {
      const { status, body } = await client.patch(path, { meta_data: { client_iin: '123123123' } });
      assert.deepEqual([status, body['meta_data']], [200, { client_iin: '123123123' }]);
      assertError(await client.patch(path, { meta_data: ['no'] }), 400, 5);
    });

    it("of others are none of a client's business", async () => {
      const [other] = [...((await admin.get('/api/users/')).body['items'] ?? [])];
      const theirs = `/api/users/${String(other?.['user_id'])}/meta_data/`;
      assertError(await client.get(theirs), 403, 9);
      assertError(await client.patch(theirs, { a: 1 }), 403, 9);
      assertError(await client.get('/api/users/nobody/meta_data/'), 404, 10);
      assertError(await client.post(`${path}/meta_data/`, [1]), 400, 3);
    });
  });
});

describe('sandbox: companies', () => {
  let sandbox: Sandbox;
  let admin: Api;
  before(async () => {
    ({ sandbox } = await sandboxWith({ accounts: [ADMIN, CLIENT] }));
    admin = await new Api(sandbox.url).signIn(ADMIN);
  });
  after(() => sandbox.close());
  const found = async (text: string): Promise<unknown[]> =>
    [...((await admin.get(`/api/companies/?search_text=${text}`)).body['items'] ?? [])].map(
      (one) => one['name'],
    );

  it('are made, found by a part of the name, and deleted', async () => {
    const made = await admin.post('/api/companies/', { name: ' Branch office ', meta_data: { region: 1 } });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.body['name'], 'Branch office');
    assert.deepEqual(made.body['meta_data'], { region: 1 });
    assert.deepEqual(await found('BRANCH'), ['Branch office']);
    assertError(await admin.post('/api/companies/', { name: 'Branch office' }), 400, 13);
    const gone = await admin.delete(`/api/companies/${String(made.body['company_id'])}`);
    assert.deepEqual([gone.status, gone.text], [204, '']);
    assert.deepEqual(await found('branch'), []);
    assertError(await admin.delete(`/api/companies/${String(made.body['company_id'])}`), 404, 10);
  });

  it('with users, and the first one, stay', async () => {
    const { body } = await admin.post('/api/companies', { name: 'Full' });
    const company_id = body['company_id'];
    const user = { email: 'someone@example.com', password: 'x', company_id };
    assert.equal((await admin.post('/api/users/', user)).body['company_id'], company_id);
    assertError(await admin.delete(`/api/companies/${String(company_id)}`), 400, 4);
    const [first] = [...((await admin.get('/api/companies/?search_text=sandbox')).body['items'] ?? [])];
    assertError(await admin.delete(`/api/companies/${String(first?.['company_id'])}`), 400, 4);
    assert.deepEqual(await found(''), ['Oz sandbox', 'Full']);
  });

  it('are refused without a name, with other metadata than an object, and to all but administrators', async () => {
    for (const name of ['', '  ', undefined])
      assertError(await admin.post('/api/companies', { name }), 400, 3);
    assertError(await admin.post('/api/companies', { name: 7 }), 400, 5);
    assertError(await admin.post('/api/companies', { name: 'x', meta_data: [] }), 400, 5);
    assertError(
      await admin.post('/api/users/', { email: 'a@b.c', password: 'x', company_id: 'none' }),
      404,
      10,
    );
    const client = await new Api(sandbox.url).signIn(CLIENT);
    assertError(await client.post('/api/companies', { name: 'Mine' }), 403, 9);
    assertError(await client.delete('/api/companies/any'), 403, 9);
    assertError(await admin.patch('/api/companies/any', { name: 'Other' }), 405, 1);
  });
});
