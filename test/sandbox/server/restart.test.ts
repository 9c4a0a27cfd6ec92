import { strict as assert } from 'node:assert';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '@ozflow/oz-sandbox/server/index';
import type { Store } from '@ozflow/oz-sandbox/server/store/store';
import { LmdbStore } from '@ozflow/oz-sandbox/server/store/lmdbStore';
import { MemoryStore } from '@ozflow/oz-sandbox/server/store/memoryStore';
import { Api, photo, sandboxWith, video } from './support/api';
import { TinyEngine } from './support/tinyEngine';

describe('sandbox: state through a restart', () => {
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'oz-test-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  it('keeps folders, media, results, collections, people and tokens', async () => {
    const first = await sandboxWith({ data });
    const { port } = new URL(first.sandbox.url);
    const folder = await first.api.folder([video({ face: 'ann' })], { 'folder:meta_data': { a: 1 } });
    const [order] = await first.api.order(folder['folder_id'], { type: 'quality' });
    const decided = await first.api.decided(order);
    const { collection_id: id } = Object((await first.api.post('/api/collections', { alias: 'list' })).body);
    await first.api.upload(`/api/collections/${id}/persons`, [photo({ face: 'ann' })]);
    const paths = [
      `/api/folders/${String(folder['folder_id'])}`,
      `/api/analyses/${String(decided['analysis_id'])}`,
      '/api/folders/?with_analyses=true',
      `/api/collections/${id}/persons`,
    ];
    const before = await Promise.all(paths.map(async (path) => (await first.api.get(path)).body));
    await first.sandbox.close();

    const engine = new TinyEngine();
    const sandbox = await startSandbox({ data, engine, port: Number(port) });
    try {
      const after = await Promise.all(paths.map(async (path) => (await first.api.get(path)).body));
      assert.deepEqual(after, before);
      const shot = String(decided['results_media']?.[0]?.['output_images']?.[0]?.['original_url']);
      assert.equal((await fetch(shot)).status, 200);
      const [search] = await first.api.order(folder['folder_id'], { type: 'collection' });
      assert.equal((await first.api.decided(search))['resolution'], 'DECLINED');
      assert.equal(engine.calls, 0, 'the report was kept');
    } finally {
      await sandbox.close();
    }
  });

  it('takes up an analysis that was not over', async () => {
    const first = await sandboxWith({ data });
    const folder = await first.api.folder([video({ face: 'ann' }, 'a.delay-600.mp4')]);
    const [order] = await first.api.order(folder['folder_id'], { type: 'quality' });
    await first.sandbox.close();
    const second = await sandboxWith({ data });
    assert.equal((await second.api.decided(order))['resolution'], 'SUCCESS');
    await second.sandbox.close();
  });

  it('is not shared by two at once', async () => {
    const first = await sandboxWith({ data });
    await assert.rejects(sandboxWith({ data }), /in use by another running sandbox/);
    await first.sandbox.close();
    // A killed one in a container, where every start has the same process number.
    writeFileSync(join(data, 'pid'), String(process.pid));
    const second = await sandboxWith({ data });
    await second.sandbox.close();
  });

  it('holds no password and no token', async () => {
    const { sandbox, api } = await sandboxWith({
      data,
      accounts: [{ email: 'a@b.c', password: 'secret-word', role: 'client' }],
    });
    await new Api(sandbox.url).signIn({ email: 'a@b.c', password: 'secret-word' });
    await sandbox.close();
    for (const file of readdirSync(data, { recursive: true, encoding: 'utf8' })) {
      const path = join(data, file);
      if (!statSync(path).isFile()) continue;
      const bytes = readFileSync(path);
      for (const secret of ['secret-word', api.token ?? '', api.expireToken ?? '']) {
        assert.ok(!bytes.includes(secret), `${file} holds a secret`);
      }
    }
  });
});

describe('sandbox: stores', () => {
  const record = (id: string) => ({
    collectionId: id,
    alias: `alias of ${id}`,
    companyId: null,
    personIds: ['x'],
    metaData: { deep: [{ a: 1.5, b: null }] },
    timeCreated: 1.123,
    timeUpdated: 2,
  });
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'oz-test-'));
  });
  after(() => rm(directory, { recursive: true }));

  const stores: [string, () => Promise<Store>][] = [
    ['in memory', async () => new MemoryStore()],
    ['on disk', async () => LmdbStore.open(join(directory, 'state'))],
  ];
  for (const [name, open] of stores) {
    it(`${name}: what is put is there at once, by id and in the list, until it is removed`, async () => {
      const store = await open();
      for (const id of ['a', 'b', 'c']) store.put('collections', id, record(id));
      assert.deepEqual(store.get('collections', 'b'), record('b'));
      assert.equal(store.get('collections', 'z'), undefined);
      store.put('collections', 'b', { ...record('b'), alias: 'new' });
      store.remove('collections', 'c');
      store.remove('collections', 'never there');
      const aliases = [...store.all('collections')].map(({ alias }) => alias).toSorted();
      assert.deepEqual(aliases, ['alias of a', 'new']);
      assert.deepEqual([...store.all('folders')], []);
      await store.close();
    });
  }
});
