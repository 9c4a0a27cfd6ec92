import { strict as assert } from 'node:assert';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import type { Api } from './support/api';
import { assertError, photo, sandboxWith, video } from './support/api';

describe('sandbox: metadata', () => {
  let sandbox: Sandbox;
  let api: Api;
  const paths: Record<string, string> = {};

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
    const folder = await api.folder([video({ face: 'ann' })]);
    const [analysis] = await api.order(folder['folder_id'], { type: 'quality' });
    await api.decided(analysis);
    const collection = (await api.post('/api/collections', { alias: 'list' })).body;
    const persons = `/api/collections/${String(collection['collection_id'])}/persons/`;
    const person = (await api.upload(persons, [photo({ face: 'ann' })])).body;
    paths['folder'] = `/api/folders/${String(folder['folder_id'])}`;
    paths['media'] = `/api/media/${String(folder['media']?.[0]?.['media_id'])}`;
    paths['analysis'] = `/api/analyses/${String(analysis?.['analysis_id'])}`;
    paths['collection'] = `/api/collections/${String(collection['collection_id'])}`;
    paths['person'] = `${persons}${String(person['person_id'])}`;
  });
  after(() => sandbox.close());

  for (const name of ['folder', 'media', 'analysis', 'collection', 'person']) {
    it(`of a ${name}: read, add, change, delete`, async () => {
      const path = `${paths[name]}/meta_data/`;
      assert.deepEqual((await api.get(path)).body, {});
      const added = await api.post(path, { a: { x: 1, y: 2 }, b: [1] });
      assert.equal(added.status, 201);
      assert.deepEqual((await api.get(path)).body, { a: { x: 1, y: 2 }, b: [1] });
      const changed = await api.patch(path, { a: { x: 5 } });
      assert.equal(changed.status, 200);
      assert.deepEqual((await api.get(path)).body, { a: { x: 5, y: 2 }, b: [1] });
      await api.post(path, { a: { z: 1 } });
      assert.deepEqual((await api.get(path)).body, { a: { z: 1 }, b: [1] });
      assert.deepEqual((await api.get(paths[name] ?? '')).body['meta_data'], { a: { z: 1 }, b: [1] });
      assert.equal((await api.delete(path)).status, 204);
      assert.deepEqual((await api.get(path)).body, {});
      assert.equal((await api.get(paths[name] ?? '')).body['meta_data'], null);
    });
  }

  it('wants an object', async () => {
    const path = `${paths['folder']}/meta_data`;
    for (const body of ['[1]', '"text"', '1', 'null', '', '{', '{"a":']) {
      assertError(await api.call('POST', path, body), 400, 3, 'Could not parse body as JSON object');
    }
  });

  it('does not let names of an object become its prototype', async () => {
    const path = `${paths['folder']}/meta_data`;
    for (const body of [
      '{"__proto__":{"polluted":true}}',
      '{"a":{"constructor":{"prototype":{"polluted":true}}}}',
    ]) {
      assertError(await api.call('PATCH', path, body), 400, 3);
    }
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

  it('refuses structures too deep to be answered again', async () => {
    const body = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
    assertError(await api.call('POST', `${paths['folder']}/meta_data`, body), 400, 3);
  });

  it('refuses a body above one MiB', async () => {
    const body = JSON.stringify({ a: 'x'.repeat(1024 * 1024) });
    assertError(
      await api.call('POST', `${paths['folder']}/meta_data`, body),
      400,
      14,
      'Request data too big',
    );
  });
});
