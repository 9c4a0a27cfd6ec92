import { strict as assert } from 'node:assert';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import type { Api, Json } from './support/api';
import { assertError, photo, sandboxWith, video } from './support/api';
import { assertShape, fixture } from './support/fixtures';

describe('sandbox: collections', () => {
  let sandbox: Sandbox;
  let api: Api;
  let collection: Json;
  let path: string;

  beforeEach(async () => {
    ({ sandbox, api } = await sandboxWith());
    collection = (await api.post('/api/collections/', { alias: 'blacklist' })).body;
    path = `/api/collections/${String(collection['collection_id'])}`;
  });
  afterEach(() => sandbox.close());

  const person = async (face: string): Promise<Json> => {
    const files = [photo({ face }, 'p.jpg', 'image1')];
    const answer = await api.upload(`${path}/persons/`, files, fixture('person-create-payload'));
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };

  const search = async (face: string | undefined, params: object = {}): Promise<Json> => {
    const folder = await api.folder([video(face === undefined ? {} : { face })]);
    const [analysis] = await api.order(folder['folder_id'], { type: 'collection', params });
    return api.decided(analysis);
  };

  it('finds the company by a part of its name', async () => {
    const { body } = await api.get('/api/companies/?search_text=SAND');
    assertShape(body, fixture('companies-search-response.inferred'));
    assert.equal(body['total_count'], 1);
    assert.equal((await api.get('/api/companies/?search_text=nobody')).body['total_count'], 0);
  });

  it('creates, lists, reads and deletes collections', async () => {
    assertShape(collection, fixture('collection-create-response'));
    assertError(await api.post('/api/collections', { alias: 'blacklist' }), 400, 13, 'Object already exist');
    assertError(await api.post('/api/collections', {}), 400, 3);
    assertError(await api.post('/api/collections', { alias: 1 }), 400, 5);
    assertError(await api.post('/api/collections', { alias: ' ' }), 400, 4);
    const list = await api.get('/api/collections');
    assert.equal(list.body['items']?.[0]?.['alias'], 'blacklist');
    assert.equal((await api.get(path)).status, 200);
    const url = String((await person('ann'))['images']?.[0]?.['original_url']);
    assert.equal((await fetch(url)).status, 200);
    assert.equal((await api.delete(path)).status, 204);
    assertError(await api.get(path), 404, 10);
    assert.equal((await fetch(url)).status, 404);
  });

  it('keeps people with pictures and metadata', async () => {
    const created = await person('ann');
    assertShape(created, fixture('person-create-response'));
    const own = `${path}/persons/${String(created['person_id'])}`;
    assert.equal((await api.get(own)).body['meta_data']?.['person_info']?.['last_name'], 'Doe');
    assert.equal((await api.get(`${path}/persons/`)).body['items']?.length, 1);
    const added = await api.upload(`${own}/images/`, [photo({ face: 'ann' })]);
    assert.equal(added.status, 201);
    const images = await api.get(`${own}/images/`);
    assertShape(images.body, fixture('person-images-response.inferred'));
    assert.equal(images.body.length, 2);
    const id = String(images.body[0]?.['person_image_id']);
    assert.equal((await api.delete(`${own}/images/${id}`)).status, 204);
    assertError(await api.delete(`${own}/images/${id}`), 404, 10);
    assert.equal((await api.get(`${own}/images/`)).body.length, 1);
    assert.equal((await api.delete(own)).status, 204);
    assertError(await api.get(own), 404, 10);
  });

  it('refuses a picture that cannot be searched for, and keeps nothing of it', async () => {
    const people = `${path}/persons/`;
    assertError(await api.upload(people, [photo({})]), 400, 4);
    assertError(await api.upload(people, [photo({ error: 'damaged' })]), 400, 4);
    assertError(await api.upload(people, [photo({ face: 'a' }), video({ face: 'a' })]), 400, 4);
    assert.equal((await api.get(people)).body['total_count'], 0);
  });

  it('declines who is on the list and names the person', async () => {
    const listed = await person('ann');
    const hit = await search('ann');
    assertShape(hit, fixture('collection-match.inferred'));
    assert.equal(hit['resolution'], 'DECLINED');
    assert.equal(hit['results_media']?.[0]?.['person_id'], listed['person_id']);
    const miss = await search('zoe');
    assert.equal(miss['resolution'], 'SUCCESS');
    assert.ok(!('person_id' in (miss['results_media']?.[0] ?? {})));
  });

  it('searches the one collection that is asked for', async () => {
    await person('ann');
    const other = (await api.post('/api/collections/', { alias: 'other' })).body['collection_id'];
    assert.equal((await search('ann', { collection_id: other }))['resolution'], 'SUCCESS');
    const own = collection['collection_id'];
    assert.equal(
      (await search('ann', { collection_id: own, decision_threshold: 0.7 }))['resolution'],
      'DECLINED',
    );
    const folder = await api.folder([video({ face: 'ann' })]);
    const analyses = { analyses: [{ type: 'collection', params: { collection_id: 'x' } }] };
    assertError(await api.post(`/api/folders/${String(folder['folder_id'])}/analyses/`, analyses), 404, 10);
  });

  it('fails when there is no face to search for', async () => {
    assert.equal((await search(undefined))['resolution'], 'FAILED');
  });
});
