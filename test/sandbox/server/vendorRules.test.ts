import { strict as assert } from 'node:assert';
import type { Sandbox, SandboxOptions } from '@ozflow/oz-sandbox/server/index';
import { Api, assertError, photo, sandboxWith, video } from './support/api';
import type { Json } from './support/api';

const ID_FRONT = ['photo_id', 'photo_id_front'];
const LIVENESS = { type: 'quality', params: { extract_best_shot: true } };

describe('sandbox: rules of the vendor', () => {
  const sandboxes: Sandbox[] = [];
  afterEach(async () => {
    for (const sandbox of sandboxes.splice(0)) await sandbox.close();
  });
  const start = async (options: SandboxOptions = {}): Promise<Api> => {
    const { sandbox, api } = await sandboxWith(options);
    sandboxes.push(sandbox);
    return api;
  };
  const withIdPhoto = (api: Api): Promise<Json> =>
    api.folder([photo({ face: 'ann' }), video({ face: 'ann' })], {
      'media:tags': { photo1: ID_FRONT, video1: ['video_selfie', 'video_selfie_blank'] },
    });
  const path = (folder: Json): string => `/api/folders/${String(folder['folder_id'])}`;
  const shots = (analysis: Json): unknown[] =>
    [...(analysis['results_media'] ?? [])].flatMap((item) => [...(item['output_images'] ?? [])]);

  for (const tags of [['photo_id'], ['photo_id_front'], ['photo_id_back']]) {
    it(`leaves a photo tagged ${tags.join()} out of liveness, also when it is named`, async () => {
      const api = await start();
      const folder = await api.folder([photo({ face: 'ann' }), video({ face: 'ann' })], {
        'media:tags': { photo1: tags },
      });
      const ids = [...(folder['media'] ?? [])].map((media) => String(media['media_id']));
      for (const order of [LIVENESS, { ...LIVENESS, source_media: ids }]) {
        const analysis = await api.decided((await api.order(folder['folder_id'], order))[0]);
        assert.equal(analysis['resolution'], 'SUCCESS');
        assert.equal(analysis['results_media']?.length, 1);
        assert.equal(analysis['results_media']?.[0]?.['source_video_id'], ids[1]);
        assert.equal(shots(analysis).length, 1);
      }
    });
  }

  it('refuses liveness of nothing but a photo of a document, and says why', async () => {
    const api = await start();
    const folder = await api.folder([photo({ face: 'ann' })], { 'media:tags': { photo1: ID_FRONT } });
    const answer = await api.post(`${path(folder)}/analyses`, { analyses: [LIVENESS] });
    assertError(answer, 400, 4);
    assert.match(
      String(answer.body['error_details']?.['message']),
      /there are 0, because photos of documents/,
    );
    assert.equal(answer.body['error_details']?.['key_path'], 'analyses.0.source_media');
  });

  it('fails liveness with a photo of a document before 5.1.0', async () => {
    const api = await start({ profile: '5.0' });
    const [order] = await api.order((await withIdPhoto(api))['folder_id'], LIVENESS);
    const analysis = await api.decided(order);
    assert.equal(analysis['state'], 'FAILED');
    assert.match(String(analysis['error_message']), /photo_id_front/);
  });

  it('succeeds on nothing before 5.0.0, when photos were left out', async () => {
    const api = await start({ profile: '4.x' });
    const folder = await api.folder([photo({ face: 'ann' })]);
    const analysis = await api.decided((await api.order(folder['folder_id'], LIVENESS))[0]);
    assert.equal(analysis['resolution'], 'SUCCESS');
    assert.deepEqual(analysis['results_media'], []);
  });

  it('says how many media a face match needs', async () => {
    const api = await start();
    const folder = await api.folder([video({ face: 'ann' })]);
    const answer = await api.post(`${path(folder)}/analyses`, { analyses: [{ type: 'biometry' }] });
    assertError(answer, 400, 4);
    assert.deepEqual(answer.body['error_details'], {
      key_path: 'analyses.0.source_media',
      message: 'BIOMETRY needs at least 2 media; there is 1',
    });
  });

  it('compares no media with itself', async () => {
    const api = await start();
    const folder = await api.folder([video({ face: 'ann' })]);
    const id = folder['media']?.[0]?.['media_id'];
    const analyses = [{ type: 'biometry', source_media: [id, id] }];
    assertError(await api.post(`${path(folder)}/analyses`, { analyses }), 400, 4);
  });

  it('says which parameter of a search it does not take', async () => {
    const api = await start();
    const folder = await api.folder([video({ face: 'ann' })]);
    const refusals: [params: object, status: number, code: number][] = [
      [{ collection_id: 7 }, 400, 5],
      [{ collection_id: 'nobody' }, 404, 10],
      [{ decision_threshold: '0.9' }, 400, 5],
      [{ decision_threshold: 1.5 }, 400, 4],
      [{ decision_count: 0 }, 400, 4],
    ];
    for (const [params, status, code] of refusals) {
      const answer = await api.post(`${path(folder)}/analyses`, {
        analyses: [{ type: 'collection', params }],
      });
      assertError(answer, status, code);
      const key = String(Object.keys(params)[0]);
      assert.equal(answer.body['error_details']?.['key_path'], `analyses.0.params.${key}`);
    }
  });

  it('judges a folder by the last group of analyses', async () => {
    const api = await start();
    const folder = await api.folder([video({ face: 'ann' }), photo({ face: 'bob' })]);
    const first = await api.order(folder['folder_id'], { type: 'biometry' }, { type: 'quality' });
    for (const analysis of first) await api.decided(analysis);
    assert.equal(first[0]?.['group_id'], first[1]?.['group_id']);
    assert.equal((await api.get(path(folder))).body['system_resolution'], 'DECLINED');
    const [second] = await api.order(folder['folder_id'], { type: 'quality' });
    await api.decided(second);
    assert.notEqual(second?.['group_id'], first[0]?.['group_id']);
    const { body } = await api.get(path(folder));
    assert.equal(body['system_resolution'], 'SUCCESS');
    assert.equal(body['analyses']?.length, 3);
    const declined = await api.get('/api/folders/?system_resolution=DECLINED');
    assert.equal(declined.body['items']?.length, 0);
  });

  it('gives best shots for certain gestures only, by option and by test card', async () => {
    const api = await start({ bestShotGestures: ['blank', 'video_selfie_smile'] });
    const liveness = async (tags: string[], card?: object): Promise<number> => {
      const payload = {
        'media:tags': { video1: tags },
        ...(card === undefined ? {} : { 'folder:meta_data': { sandbox: card } }),
      };
      const folder = await api.folder([video({ face: 'ann' })], payload);
      const analysis = await api.decided((await api.order(folder['folder_id'], LIVENESS))[0]);
      assert.equal(analysis['resolution'], 'SUCCESS');
      return shots(analysis).length;
    };
    assert.equal(await liveness(['video_selfie', 'video_selfie_blank']), 1);
    assert.equal(await liveness(['video_selfie', 'video_selfie_left']), 0);
    assert.equal(await liveness(['video_selfie']), 0);
    assert.equal(await liveness(['video_selfie_left'], { bestShotGestures: ['left'] }), 1);
    const wrong = { 'folder:meta_data': { sandbox: { bestShotGestures: ['wink'] } } };
    assertError(await api.upload('/api/folders/', [video({})], wrong), 400, 4);
    await assert.rejects(
      sandboxWith({ bestShotGestures: ['wink'] }),
      /There is no gesture wink; expected left/,
    );
  });

  it('lists collections as an array up to 5.x', async () => {
    for (const [profile, asArray] of [
      ['5.x', true],
      ['6.x', false],
    ] as const) {
      const api = await start({ profile });
      await api.post('/api/collections', { alias: 'blacklist' });
      const { body } = await api.get('/api/collections');
      assert.equal(Array.isArray(body), asArray);
      assert.equal([...(asArray ? body : (body['items'] ?? []))][0]?.['alias'], 'blacklist');
    }
  });

  it('keeps additional_info, an object or a text', async () => {
    const api = await start();
    for (const info of [{ device: 'x' }, 'opaque']) {
      const folder = await api.folder([video({})], { additional_info: info });
      assert.deepEqual(folder['technical_meta_data'], { additional_info: info });
    }
    assertError(await api.upload('/api/folders/', [video({})], { additional_info: 7 }), 400, 5);
  });

  it('lets an operator decide what needs a person, once', async () => {
    const operator = { email: 'op@example.com', password: 'op', role: 'client-operator' } as const;
    const api = await start({ accounts: [operator] });
    const folder = await api.folder([video({ face: 'ann' }), photo({ face: 'ann' })], {
      'folder:meta_data': { sandbox: { resolution: 'OPERATOR_REQUIRED' } },
    });
    const open = await api.decided((await api.order(folder['folder_id'], { type: 'biometry' }))[0]);
    assert.equal(open['resolution'], 'OPERATOR_REQUIRED');
    const url = `/api/analyses/${String(open['analysis_id'])}`;
    assertError(await api.patch(url, { resolution_operator: 'SUCCESS' }), 403, 9);
    const person = await new Api(api.url).signIn(operator);
    assertError(await person.patch(url, { resolution_operator: 'MAYBE' }), 400, 4);
    const { status, body } = await person.patch(url, {
      resolution_operator: 'DECLINED',
      operator_comment: 'no',
    });
    assert.equal(status, 200);
    assert.equal(body['resolution'], 'DECLINED');
    assert.equal(body['operator_comment'], 'no');
    assertError(await person.patch(url, { resolution_operator: 'SUCCESS' }), 400, 4);
    assert.equal((await api.get(path(folder))).body['system_resolution'], 'DECLINED');
  });

  it('shows small pictures of photos, and of videos that have a best shot', async () => {
    const api = await start();
    const folder = await api.folder([video({ face: 'ann' })]);
    const before = (await api.get(`${path(folder)}/media/`)).body[0];
    assert.equal(before?.['thumb_url'], null);
    await api.decided((await api.order(folder['folder_id'], { type: 'quality' }))[0]);
    const after = (await api.get(`${path(folder)}/media/`)).body[0];
    const thumbnail = await fetch(String(after?.['thumb_url']));
    assert.equal(thumbnail.headers.get('content-type'), 'image/jpeg');
    assert.equal(Buffer.from(await thumbnail.arrayBuffer()).readUInt16BE(0), 0xffd8);
  });
});
