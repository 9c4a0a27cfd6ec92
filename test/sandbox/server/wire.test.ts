import { strict as assert } from 'node:assert';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import type { Api, Json } from './support/api';
import { assertError, photo, sandboxWith, video } from './support/api';
import { assertShape, fixture } from './support/fixtures';

const LIVENESS_AND_SHOT = { type: 'quality', params: { extract_best_shot: true } };

/** Orders analyses in a new folder and waits until they are decided. */
async function decide(
  api: Api,
  files: Parameters<Api['folder']>[0],
  order: object,
  payload?: object,
): Promise<Json> {
  const folder = await api.folder(files, payload);
  const [analysis] = await api.order(folder['folder_id'], order);
  return api.decided(analysis);
}

describe('sandbox: the wire format of the fixtures', () => {
  let sandbox: Sandbox;
  let api: Api;

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
  });
  after(() => sandbox.close());

  it('orders an analysis', async () => {
    const folder = await api.folder([video({ face: 'ann' })]);
    const answer = await api.post(
      `/api/folders/${String(folder['folder_id'])}/analyses/`,
      fixture('analyses-request-best-shot-all-media'),
    );
    assert.equal(answer.status, 201);
    assertShape(answer.body, fixture('analyses-create-response'));
    assert.equal(answer.body[0]?.['state'], 'PROCESSING');
    assert.equal(answer.body[0]?.['resolution'], 'PROCESSING');
    assert.equal(answer.body[0]?.['resolution_status'], 'PROCESSING');
    assert.equal(answer.body[0]?.['type'], 'QUALITY');
  });

  it('finishes with a best shot', async () => {
    const analysis = await decide(api, [video({ face: 'ann', spoofing: 0.25 })], LIVENESS_AND_SHOT);
    assertShape(analysis, fixture('analysis-best-shot-success'));
    assertShape([analysis], fixture('liveness-result-doc-shape'));
    const [result] = analysis['results_media'] ?? [];
    assert.equal(result?.['results_data']?.['confidence_spoofing'], 0.25);
    assert.equal(result?.['source_video_id'], analysis['source_media']?.[0]?.['media_id']);
    const shot = await fetch(String(result?.['output_images']?.[0]?.['original_url']));
    assert.equal(shot.headers.get('content-type'), 'image/jpeg');
  });

  it('says which kind of media a result belongs to', async () => {
    const zip = { ...video({ face: 'ann' }, 'frames.zip', 'zip1'), type: 'application/zip' };
    const analysis = await decide(api, [zip, photo({ face: 'ann' })], LIVENESS_AND_SHOT);
    const [first, second] = analysis['results_media'] ?? [];
    assert.equal(first?.['source_shots_set_id'], analysis['source_media']?.[0]?.['media_id']);
    assert.equal(second?.['source_image_id'], analysis['source_media']?.[1]?.['media_id']);
    assertShape(await decide(api, [zip], LIVENESS_AND_SHOT), fixture('analysis-best-shot-shots-set'));
  });

  it('declines from 0.5 on', async () => {
    const spoofed = await decide(api, [video({ face: 'ann', spoofing: 0.5 })], LIVENESS_AND_SHOT);
    assertShape(spoofed, fixture('analysis-declined'));
    assert.equal(spoofed['resolution'], 'DECLINED');
    assert.equal(spoofed['state'], 'FINISHED');
    const live = await decide(api, [video({ face: 'ann', spoofing: 0.499 })], LIVENESS_AND_SHOT);
    assert.equal(live['resolution'], 'SUCCESS');
  });

  it('declines the whole analysis when one media file is declined', async () => {
    const files = [video({ face: 'ann' }), video({ face: 'ann', spoofing: 0.9 }, 'b.mp4', 'video2')];
    assert.equal((await decide(api, files, LIVENESS_AND_SHOT))['resolution'], 'DECLINED');
  });

  it('finishes without a best shot and without a score when there is no face', async () => {
    const analysis = await decide(api, [video({})], LIVENESS_AND_SHOT);
    assert.equal(analysis['state'], 'FINISHED');
    assert.equal(analysis['resolution'], 'DECLINED');
    const [result] = analysis['results_media'] ?? [];
    assert.deepEqual(result?.['output_images'], []);
    assert.deepEqual(result?.['results_data'], {});
  });

  it('leaves the images out when none were asked for', async () => {
    const order = { type: 'quality', params: { extract_best_shot: false } };
    const analysis = await decide(api, [video({ face: 'ann' })], order);
    assertShape(analysis, fixture('analysis-success-output-images-missing'));
    assert.ok(!('output_images' in (analysis['results_media']?.[0] ?? {})));
  });

  it('fails where the engine fails, and says why', async () => {
    const analysis = await decide(api, [video({ error: 'damaged' })], LIVENESS_AND_SHOT);
    assertShape(analysis, fixture('analysis-failed'));
    assert.equal(analysis['state'], 'FAILED');
    assert.equal(analysis['resolution'], 'FAILED');
    assert.equal(analysis['error_code'], 4);
    assert.equal(analysis['error_message'], 'The tiny engine failed: damaged');
    const inner = await decide(api, [video({ error: 'internal' })], LIVENESS_AND_SHOT);
    assert.equal(inner['error_code'], 0);
  });

  it('matches faces: on the analysis and on each media file', async () => {
    const same = await decide(api, [video({ face: 'ann' }), video({ face: 'ann' }, 'b.mp4', 'v2')], {
      type: 'biometry',
    });
    assertShape([same], fixture('biometry-result-doc-shape'));
    assertShape({ items: [{ analyses: [same] }] }, fixture('quantitative-biometry-doc-shape'));
    assert.equal(same['resolution'], 'SUCCESS');
    const files = [
      video({ face: 'ann' }),
      photo({ face: 'ann' }),
      photo({ face: 'zoe' }, 'zoe.jpg', 'photo2'),
    ];
    const different = await decide(api, files, { type: 'biometry' });
    assert.equal(different['resolution'], 'DECLINED');
    const { min_confidence: min, max_confidence: max } = Object(different['results_data']);
    assert.ok(min < 0.85 && max > 0.85, `${min} ${max}`);
    const scores = [different, ...(different['results_media'] ?? [])].map((one) =>
      Object(one['results_data']),
    );
    assert.deepEqual(
      scores.map(({ simulated }) => simulated),
      [true, true, true, true],
    );
  });

  it('fails a face match with fewer than two faces, refuses one with fewer than two media', async () => {
    const analysis = await decide(api, [video({ face: 'ann' }), photo({})], { type: 'biometry' });
    assert.equal(analysis['resolution'], 'FAILED');
    assert.match(String(analysis['error_message']), /1 of 2 show one/);
    const folder = await api.folder([video({ face: 'ann' })]);
    const path = `/api/folders/${String(folder['folder_id'])}/analyses/`;
    assertError(await api.post(path, fixture('analyses-request-mixed')), 404, 10);
    assertError(await api.post(path, { analyses: [{ type: 'biometry' }] }), 400, 4);
  });

  it('reads no documents, and says so', async () => {
    const honest = await decide(api, [photo({})], { type: 'documents' });
    assert.equal(honest['resolution'], 'FAILED');
    assert.equal(honest['error_code'], 2);
    const given = { 'folder:meta_data': { sandbox: { documents: { Surname: 'DOE' } } } };
    const asked = await decide(api, [photo({})], { type: 'documents' }, given);
    assertShape(asked, fixture('documents-result.legacy'));
    assert.deepEqual(asked['results_data'], {
      text_fields: [{ field_name: 'Surname', visual: 'DOE', mrz: 'DOE' }],
      simulated: true,
    });
  });

  it('reads folders in each state', async () => {
    const folder = await api.folder([video({ face: 'ann' })]);
    const path = `/api/folders/${String(folder['folder_id'])}`;
    const read = async () => (await api.get(`${path}/?with_analyses=true`)).body;
    assert.deepEqual([...((await read())['analyses'] ?? [])], []);
    const [order] = await api.order(folder['folder_id'], LIVENESS_AND_SHOT);
    assertShape(await read(), fixture('folder-get-processing'));
    await api.decided(order);
    const finished = await read();
    assertShape(finished, fixture('folder-get-with-analyses'));
    assert.equal(finished['resolution_status'], 'FINISHED');
    assert.equal(finished['system_resolution'], 'SUCCESS');
    assert.deepEqual((await api.get(`${path}/analyses/`)).body, finished['analyses']);
    assert.ok('analyses' in (await api.get(path)).body);
    assert.ok(!('analyses' in (await api.get(`${path}?with_analyses=no`)).body));
  });

  it('sums a folder up by its worst analysis', async () => {
    const cases = { DECLINED: 'FINISHED', FAILED: 'FAILED', OPERATOR_REQUIRED: 'FINISHED' };
    for (const [resolution, status] of Object.entries(cases)) {
      const folder = await api.folder([
        video({ face: 'ann' }, `a.${resolution.replace('_', '-')}.mp4`),
        video({ face: 'ann' }, 'b.mp4', 'v2'),
      ]);
      const [first, second] = folder['media'] ?? [];
      const orders = [first, second].map((media) => ({
        type: 'quality',
        source_media: [media?.['media_id']],
      }));
      for (const analysis of await api.order(folder['folder_id'], ...orders)) await api.decided(analysis);
      const { body } = await api.get(`/api/folders/${String(folder['folder_id'])}`);
      assert.equal(body['resolution_status'], status);
      assert.equal(body['system_resolution'], resolution);
      assertShape(body, fixture(resolution === 'FAILED' ? 'folder-get-failed' : 'folder-get-declined'));
    }
  });

  it('answers a single request with the results', async () => {
    const payload = fixture('folder-create-payload-single-request.inferred');
    const folder = await api.folder([video({ face: 'ann' }, 'a.mp4', 'media_key1')], payload);
    assertShape(folder, fixture('single-request-response.inferred'));
    assert.equal(folder['analyses']?.[0]?.['resolution'], 'SUCCESS');
    assert.equal(folder['resolution_status'], 'FINISHED');
  });

  it('takes file keys as source media in a single request', async () => {
    const payload = { analyses: [{ type: 'quality', source_media: ['photo1'] }] };
    const folder = await api.folder([video({ face: 'ann' }), photo({ face: 'ann' })], payload);
    const [media] = folder['analyses']?.[0]?.['source_media'] ?? [];
    assert.equal(media?.['original_name'], 'photo.jpg');
  });

  it('keeps nothing of a single request that is refused', async () => {
    const before = (await api.get('/api/folders/')).body['total_count'];
    const payload = { analyses: [{ type: 'telepathy' }] };
    assertError(await api.upload('/api/folders/', [video({ face: 'ann' })], payload), 400, 4);
    assert.deepEqual((await api.get('/api/folders/')).body['total_count'], before);
  });

  it('lists', async () => {
    const folder = await api.folder([video({ face: 'ann' })], {
      'folder:meta_data': { transaction_id: 't1' },
    });
    await api.decided((await api.order(folder['folder_id'], LIVENESS_AND_SHOT))[0]);
    const found = await api.get('/api/folders/?meta_data=transaction_id==t1&with_analyses=true');
    assert.equal(found.body['total_count'], 1);
    assertShape(found.body, fixture('folder-list'));
    const none = await api.get('/api/folders/?meta_data=transaction_id==unique_id1');
    assert.deepEqual(none.body, fixture('folder-list-empty'));
    assertShape((await api.get('/api/analyses/?limit=1')).body['items']?.[0], fixture('analysis-processing'));
  });

  it('answers times as epoch seconds with milliseconds', async () => {
    const created = Number((await api.folder([video({})]))['time_created']);
    assert.ok(Math.abs(created - Date.now() / 1000) < 5, `${created}`);
    assert.equal(Math.round(created * 1000) / 1000, created);
  });
});

describe('sandbox: profiles', () => {
  const ids = (value: Json | undefined) =>
    ['analyse_id', 'analysis_id'].filter((key) => key in (value ?? {}));
  const cases = [
    { profile: '4.x', names: ['analyse_id'], bestShot: false, fixtureName: 'analysis-best-shot-success-5x' },
    { profile: '5.x', names: ['analyse_id'], bestShot: true, fixtureName: 'analysis-best-shot-success-5x' },
    { profile: '6.x', names: ['analysis_id'], bestShot: true, fixtureName: 'analysis-best-shot-success-6x' },
    {
      profile: 'both',
      names: ['analyse_id', 'analysis_id'],
      bestShot: true,
      fixtureName: 'analysis-best-shot-success',
    },
  ] as const;

  for (const { profile, names, bestShot, fixtureName } of cases) {
    it(`${profile}: spelling, best shot by default, single request`, async () => {
      const { sandbox, api } = await sandboxWith({ profile });
      const analysis = await decide(api, [video({ face: 'ann' })], LIVENESS_AND_SHOT);
      assertShape(analysis, fixture(fixtureName));
      assert.deepEqual(ids(analysis), names);
      assert.deepEqual(ids(analysis['results_media']?.[0]), names);
      const plain = await decide(api, [video({ face: 'ann' })], { type: 'quality' });
      assert.equal('output_images' in (plain['results_media']?.[0] ?? {}), bestShot);
      const single = await api.folder([video({ face: 'ann' })], { analyses: [LIVENESS_AND_SHOT] });
      assert.equal('analyses' in single, profile === 'both' || profile === '6.x');
      await sandbox.close();
    });
  }
});
