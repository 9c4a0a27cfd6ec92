import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { assertJpeg } from '../../support/jpeg';
import type { TinyEngine } from './support/tinyEngine';
import { Api, assertError, photo, sandboxWith, video } from './support/api';
import { assertShape, fixture } from './support/fixtures';

describe('sandbox: non-persistent mode', () => {
  let sandbox: Sandbox;
  let api: Api;
  let engine: TinyEngine;
  let data: string;
  const path = '/api/instant/folders/';

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'oz-test-'));
    ({ sandbox, api, engine } = await sandboxWith({ data }));
  });
  afterEach(async () => {
    await sandbox.close();
    await rm(data, { recursive: true });
  });

  const payload = fixture('folder-create-payload-single-request.inferred');
  const files = () => readdirSync(data, { recursive: true, encoding: 'utf8' }).toSorted();

  it('answers one call with the results, the best shot as data', async () => {
    const answer = await api.upload(path, [video({ face: 'ann' }, 'a.mp4', 'media_key1')], payload);
    assert.equal(answer.status, 200);
    assertShape(answer.body, fixture('single-request-response.inferred'));
    const analysis = answer.body['analyses']?.[0];
    assert.equal(analysis?.['resolution'], 'SUCCESS');
    const url = String(analysis?.['results_media']?.[0]?.['output_images']?.[0]?.['original_url']);
    assert.match(url, /^data:image\/jpeg;base64,/);
    assertJpeg(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64'));
    assert.equal(answer.body['media']?.[0]?.['original_url'], null);
  });

  it('leaves nothing: no record, no file, no address', async () => {
    const before = files();
    const answer = await api.upload(path, [video({ face: 'ann' }), photo({ face: 'ann' })], payload);
    assert.equal(answer.status, 200);
    assert.deepEqual(files(), before);
    const id = String(answer.body['folder_id']);
    assertError(await api.get(`/api/folders/${id}`), 404, 10);
    const analysis = String(answer.body['analyses']?.[0]?.['analysis_id']);
    assertError(await api.get(`/api/analyses/${analysis}`), 404, 10);
    assertError(await api.get(`/api/media/${String(answer.body['media']?.[0]?.['media_id'])}`), 404, 10);
    assert.equal((await api.get('/api/folders/')).body['total_count'], 0);
    assert.equal((await api.get('/api/analyses/')).body['total_count'], 0);
    assert.ok(!(await api.get('/')).text.includes(id));
  });

  it('leaves no file while it works either', async () => {
    const before = files();
    const waiting = api.upload(path, [video({ face: 'ann' })], {
      'folder:meta_data': { sandbox: { delayMs: 400 } },
    });
    const seen = new Set<string>();
    const call = { over: false };
    void waiting.finally(() => (call.over = true));
    while (!call.over) {
      for (const file of files()) seen.add(file);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual([...seen].toSorted(), before);
  });

  it('needs no token, but refuses a wrong one', async () => {
    const nobody = new Api(sandbox.url);
    assert.equal((await nobody.upload(path, [video({ face: 'ann' })], payload)).status, 200);
    nobody.token = 'wrong';
    assertError(await nobody.upload(path, [video({ face: 'ann' })], payload), 401, 7);
  });

  it('checks liveness when the request does not say what to check', async () => {
    const answer = await api.upload(path, [video({ face: 'ann' })], { 'folder:meta_data': { a: 1 } });
    assert.equal(answer.body['analyses']?.[0]?.['type'], 'QUALITY');
    assert.deepEqual(answer.body['meta_data'], { a: 1 });
  });

  it('matches faces, and has no collections', async () => {
    const both = [video({ face: 'ann' }), photo({ face: 'ann' })];
    const match = await api.upload(path, both, { analyses: [{ type: 'biometry' }] });
    assert.equal(match.body['analyses']?.[0]?.['resolution'], 'SUCCESS');
    assertError(await api.upload(path, both, { analyses: [{ type: 'collection' }] }), 400, 4);
  });

  it('takes a container', async () => {
    const type = { 'Content-Type': 'application/octet-stream' };
    assert.equal((await api.call('POST', path, Buffer.from('sealed'), type)).status, 200);
    assertError(await api.call('POST', path, new Uint8Array(0), type), 400, 13, 'Invalid request data');
  });

  it('stops working when the client goes away', async () => {
    const form = new FormData();
    form.append('video1', new Blob([video({ endless: true }).data], { type: 'video/mp4' }), 'a.mp4');
    const gone = new AbortController();
    const called = once(engine.events, 'call');
    const cancelled = once(engine.events, 'cancelled');
    const call = fetch(sandbox.url + path, { method: 'POST', body: form, signal: gone.signal });
    await called;
    gone.abort();
    await assert.rejects(call, { name: 'AbortError' });
    await cancelled;
  });
});
