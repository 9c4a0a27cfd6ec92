import assert from 'node:assert/strict';
import { record } from '../../tools/launch/values';
import { fixture } from '../support/fixtures';
import { CHAIN, errorOf, ozOf, paletteRig, PHOTO, VIDEO } from '../support/palette';
import { unload, type FlowNode, type Message, type Rig } from '../support/rig';
import { VendorServer, type PageAnswer, type Pages } from '../support/vendorServer';

const FOLDER = '0b9c0a52-8a3f-4d8e-9d51-6b7d8f1e2a34';
const SHOT = /^https:\/\/api\.oz\.example\/static\//;
const UPLOAD = { 'POST /api/folders/': 'folder-create-response' };
const ORDER = { 'POST /api/folders/*/analyses/': 'analyses-create-response' };

const RESULT: FlowNode = { id: 'n3', type: 'oz-result', source: 'payload', emit: 'result' };

/** The palette against the documents: each page of the vendor's guide, with the answers that it prints. */
describe("the vendor's guide, page by page", function () {
  let server: VendorServer | undefined;
  afterEach(async () => {
    await unload();
    await server?.stop();
    server = undefined;
  });

  const start = async (pages: Pages, chain: FlowNode[], more: Record<string, unknown> = {}): Promise<Rig> => {
    server = await VendorServer.start(pages);
    return paletteRig(server.url, chain, { server: more });
  };
  const asked = (page: string): Record<string, unknown> => {
    assert.ok(server);
    assert.deepEqual(server.unexpected, []);
    const { json, payload } = server.only(page);
    return Object.keys(json).length > 0 ? json : payload;
  };
  /** The folder with such analyses, as the pages read it. */
  const folderWith = (...names: string[]): PageAnswer => ({
    status: 200,
    body: { ...record(fixture('folder-create-response')), analyses: names.map((name) => fixture(name)) },
  });
  /** What becomes of one message. */
  const once = async ({ send, out, caught }: Rig, msg: Message): Promise<Message> => {
    send(msg);
    return Promise.race([
      out.next(),
      caught.next().then((failed) => {
        throw new Error(JSON.stringify(errorOf(failed)));
      }),
    ]);
  };

  describe('Authentication', () => {
    it('signs in with the body of the page, and sends the token in the header of the page', async () => {
      await once(
        await start({ 'GET /api/folders/*': 'folder-get-with-analyses' }, [
          { id: 'n1', type: 'oz-folder', folder: FOLDER, folderType: 'str' },
        ]),
        {},
      );
      const body = asked('POST /api/authorize/auth');
      assert.deepEqual(Object.keys(record(body['credentials'])).sort(), ['email', 'password']);
      const { headers } = server?.only('GET /api/folders/*') ?? {};
      assert.equal(headers?.['x-forensic-access-token'], record(fixture('auth-response'))['access_token']);
    });

    it('renews a token that has expired, once for all', async () => {
      const pages = {
        'POST /api/authorize/auth': 'auth-response',
        'POST /api/authorize/refresh': 'refresh-response',
        'GET /api/folders/*': [{ status: 401, body: 'error-8-auth-expired' }, 'folder-get-with-analyses'],
      };
      const msg = await once(
        await start(pages, [{ id: 'n1', type: 'oz-folder', folder: FOLDER, folderType: 'str' }]),
        {},
      );
      assert.equal(ozOf(msg)['folderId'], FOLDER);
    });
  });

  it('Uploading media: the payload of the page, the folder of the answer', async () => {
    const rig = await start(UPLOAD, [{ id: 'n1', type: 'oz-upload' }]);
    const media = [
      { value: VIDEO, options: { filename: 'selfie.mp4' } },
      { value: PHOTO, options: { filename: 'id.jpg', tags: ['photo_id', 'photo_id_front'] } },
    ];
    const oz = ozOf(await once(rig, { payload: media }));
    assert.equal(oz['folderId'], FOLDER);
    const sent = record(asked('POST /api/folders/')['media:tags']);
    const printed = record(record(fixture('folder-create-payload-liveness-and-id'))['media:tags']);
    assert.deepEqual(Object.values(sent), Object.values(printed));
  });

  it('Media tags: the body of the page', async () => {
    const pages = { 'PATCH /api/media/*': 'media-image' };
    const targetId = record(fixture('media-image'))['media_id'];
    const rig = await start(pages, [
      { id: 'n1', type: 'oz-folder', action: 'setTags', targetId, targetIdType: 'str' },
    ]);
    await once(rig, { payload: ['photo_id', 'photo_id_front'] });
    assert.deepEqual(asked('PATCH /api/media/*'), fixture('media-patch-tags-request'));
  });

  it('Metadata: the body of the page', async () => {
    const pages = { 'PATCH /api/folders/*/meta_data/': 'metadata-patch-request' };
    const rig = await start(pages, [
      { id: 'n1', type: 'oz-folder', action: 'changeMetadata', folder: FOLDER, folderType: 'str' },
    ]);
    await once(rig, { payload: { client_iin: '123123123' } });
    assert.deepEqual(asked('PATCH /api/folders/*/meta_data/'), fixture('metadata-patch-request'));
  });

  describe('Liveness and best shot', () => {
    const spellings = {
      '5.x': 'analysis-best-shot-success-5x',
      '6.x': 'analysis-best-shot-success-6x',
      both: 'analysis-best-shot-success',
    };
    for (const [name, result] of Object.entries(spellings)) {
      it(`from the video to the best shot, in the spelling of ${name}`, async () => {
        const started = (fixture('analyses-create-response') as Record<string, unknown>[]).map((one) => {
          const { analysis_id, analyse_id, ...rest } = one;
          const ids = { '5.x': { analyse_id }, '6.x': { analysis_id }, both: { analysis_id, analyse_id } };
          return { ...rest, ...ids[name as keyof typeof ids] };
        });
        const pages = {
          ...UPLOAD,
          'POST /api/folders/*/analyses/': { status: 201, body: started },
          'GET /api/folders/*': [
            folderWith('analysis-processing'),
            folderWith('analysis-state-finished-resolution-processing'),
            folderWith(result),
          ],
        };
        const msg = await once(await start(pages, CHAIN), { payload: VIDEO });
        assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
        assert.match(String(msg.payload), SHOT);
        assert.equal(ozOf(msg)['bestShotState'], 'given');
        const [analysis] = asked('POST /api/folders/*/analyses/')['analyses'] as object[];
        const [printed] = record(fixture('analyses-request-best-shot-all-media'))['analyses'] as object[];
        assert.deepEqual(analysis, printed);
      });
    }

    const shots: [fixture: string, count: number][] = [
      ['analysis-best-shot-multi', 3],
      ['analysis-best-shot-shots-set', 1],
      ['analysis-success-no-best-shot', 0],
      ['analysis-success-output-images-missing', 0],
    ];
    for (const [name, count] of shots) {
      it(`best shots of ${name}: ${count}`, async () => {
        const rig = await start({ 'GET /api/folders/*': folderWith(name) }, [RESULT]);
        const oz = ozOf(await once(rig, { payload: FOLDER }));
        assert.equal(oz['resolution'], 'SUCCESS');
        assert.equal((oz['bestShots'] as object[]).length, count);
      });
    }

    it('the result that the liveness page prints, in the list of a folder without analyses', async () => {
      const pages = {
        'GET /api/folders/*': 'folder-create-response',
        'GET /api/folders/*/analyses/': 'liveness-result-doc-shape',
      };
      const oz = ozOf(await once(await start(pages, [RESULT]), { payload: FOLDER }));
      assert.equal(oz['resolution'], 'SUCCESS');
      assert.deepEqual(oz['liveness'], [
        { mediaId: '7c1d2e3f-0a1b-4c2d-8e3f-4a5b6c7d8e9f', spoofing: 0.05790174 },
      ]);
    });
  });

  it('Biometry: the result that the page prints', async () => {
    const pages = {
      'GET /api/folders/*': 'folder-create-response',
      'GET /api/folders/*/analyses/': 'biometry-result-doc-shape',
    };
    const oz = ozOf(await once(await start(pages, [RESULT]), { payload: FOLDER }));
    assert.deepEqual(oz['match'], { min: 0.997926354, max: 0.997926354 });
  });

  it('Quantitative results: scores where that page has them', async () => {
    const list: FlowNode = { id: 'n1', type: 'oz-folder', action: 'list' };
    const pages = {
      'GET /api/folders': ['quantitative-biometry-doc-shape', 'quantitative-liveness-doc-shape'],
    };
    const rig = await start(pages, [list]);
    const [match] = (await once(rig, {})).payload as Record<string, unknown>[];
    assert.deepEqual(match?.['match'], { min: 0.997926354, max: 0.997926354 });
    const [liveness] = (await once(rig, {})).payload as Record<string, unknown>[];
    const [score] = record(liveness)['liveness'] as { spoofing: number }[];
    assert.equal(score?.spoofing, 0.55790174);
  });

  it('Blacklist: the persons that were found', async () => {
    const rig = await start({ 'GET /api/folders/*': folderWith('collection-match.inferred') }, [RESULT]);
    const oz = ozOf(await once(rig, { payload: FOLDER }));
    assert.equal(oz['resolution'], 'DECLINED');
    const [person] = oz['persons'] as Record<string, unknown>[];
    assert.equal(typeof person?.['personId'], 'string');
  });

  it('Collection management: company, collection, person, image, each by the body of the page', async () => {
    const pages = {
      'GET /api/companies/': 'companies-search-response.inferred',
      'POST /api/collections/': 'collection-create-response',
      'POST /api/collections/*/persons/': 'person-create-response',
      'GET /api/collections/*/persons/*/images/': 'person-images-response.inferred',
      'DELETE /api/collections/*': { status: 204 },
    };
    const node = (more: object): FlowNode => ({ id: 'n1', type: 'oz-collection', ...more });
    const create = await start(pages, [node({ action: 'create', alias: 'blacklist', aliasType: 'str' })]);
    const made = ozOf(await once(create, {}));
    assert.equal(made['collectionId'], record(fixture('collection-create-response'))['collection_id']);
    assert.deepEqual(asked('POST /api/collections/'), fixture('collection-create-request'));
    await unload();
    assert.ok(server);
    const add = await paletteRig(server.url, [node({ action: 'addPerson' })]);
    const added = ozOf(await once(add, { payload: PHOTO, oz: made }));
    assert.equal(added['personId'], record(fixture('person-create-response'))['person_id']);
    await unload();
    const images = await paletteRig(server.url, [node({ action: 'listImages' })]);
    const [image] = (await once(images, { oz: added })).payload as Record<string, unknown>[];
    assert.equal(image?.['imageId'], 'a0b1c2d3-e4f5-4061-b2c3-d4e5f6071829');
    await unload();
    await once(await paletteRig(server.url, [node({ action: 'delete' })]), { oz: made });
    assert.deepEqual(server.unexpected, []);
  });

  it('Documents: the text fields', async () => {
    const rig = await start({ 'GET /api/folders/*': folderWith('documents-result.legacy') }, [RESULT]);
    const oz = ozOf(await once(rig, { payload: FOLDER }));
    assert.ok((oz['textFields'] as object[]).length > 0);
  });

  const statuses = {
    'folder-get-declined': 'DECLINED',
    'folder-get-with-analyses': 'SUCCESS',
  };
  for (const [name, resolution] of Object.entries(statuses)) {
    it(`Statuses: ${name}`, async () => {
      const oz = ozOf(await once(await start({ 'GET /api/folders/*': name }, [RESULT]), { payload: FOLDER }));
      assert.equal(oz['resolution'], resolution);
    });
  }

  it('Statuses: OPERATOR_REQUIRED, until the page says otherwise', async () => {
    const decided = {
      ...record(fixture('biometry-operator-required')),
      resolution: 'SUCCESS',
      resolution_status: 'SUCCESS',
    };
    const body = { ...record(fixture('folder-create-response')), analyses: [decided] };
    const pages = {
      'GET /api/folders/*': [
        folderWith('biometry-operator-required'),
        folderWith('biometry-operator-required'),
        { status: 200, body },
      ],
    };
    const rig = await start(pages, [{ ...RESULT, decision: true }]);
    rig.send({ payload: FOLDER });
    await rig.statuses.next((msg) => record(msg['status'])['text'] === 'awaiting operator');
    rig.send({ payload: { folder_id: FOLDER } });
    assert.equal(ozOf(await rig.out.next())['resolution'], 'SUCCESS');
  });

  it('Single request: everything in one answer', async () => {
    const rig = await start({ 'POST /api/folders/': 'single-request-response.inferred' }, [
      { id: 'n1', type: 'oz-check' },
    ]);
    const msg = await once(rig, { payload: VIDEO });
    assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
    assert.match(String(msg.payload), SHOT);
    assert.deepEqual(server?.unexpected, []);
  });

  it('Single request: a server that does not know it is asked step by step', async () => {
    const pages = { ...UPLOAD, ...ORDER, 'GET /api/folders/*': folderWith('analysis-best-shot-success') };
    const msg = await once(await start(pages, [{ id: 'n1', type: 'oz-check' }]), { payload: VIDEO });
    assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
  });

  it('Instant: the form of the Postman collection, without a sign-in', async () => {
    const pages = { 'POST /api/instant/folders/': 'single-request-response.inferred' };
    const rig = await start(pages, [{ id: 'n1', type: 'oz-check', instant: true }], { auth: 'none' });
    assert.equal(ozOf(await once(rig, { payload: VIDEO }))['resolution'], 'SUCCESS');
    assert.deepEqual(
      server?.calls.map(({ path }) => path),
      ['/api/instant/folders'],
    );
  });

  it('OzCapsula: session token, container, and the errors of the page', async () => {
    const pages = {
      'GET /api/authorize/session_token': 'session-token-response',
      'POST /api/folders/': [3, 4, 5, 13, 14].map((code) => ({
        status: 400,
        body: `ozcapsula-error-${code}`,
      })),
    };
    const token = await start(pages, [{ id: 'n1', type: 'oz-check', action: 'sessionToken' }]);
    assert.equal((await once(token, {})).payload, record(fixture('session-token-response'))['session_token']);
    await unload();
    assert.ok(server);
    const { send, caught } = await paletteRig(server.url, [
      { id: 'n1', type: 'oz-upload', tags: 'container' },
    ]);
    for (const code of [3, 4, 5, 13, 14]) {
      send({ payload: Buffer.from('container') });
      const error = errorOf(await caught.next());
      assert.equal(error['code'], 'OZ_REJECTED');
      assert.equal(record(error['cause'])['apiCode'], code);
    }
  });

  it('Folder list: the query that the page recommends to find a check again', async () => {
    const list: FlowNode = {
      id: 'n1',
      type: 'oz-folder',
      action: 'list',
      filter: '{"transaction_id":"unique_id1"}',
      since: 'since',
      sinceType: 'msg',
    };
    const rig = await start({ 'GET /api/folders': ['folder-list', 'folder-list-empty'] }, [list]);
    const found = (await once(rig, { since: 1_790_000_000 })).payload as object[];
    assert.equal(found.length, (record(fixture('folder-list'))['items'] as object[]).length);
    const { query } = server?.calls.find(({ path }) => path === '/api/folders') ?? {};
    assert.equal(query?.get('meta_data'), 'transaction_id==unique_id1');
    assert.equal(query?.get('with_analyses'), 'true');
    assert.equal(query?.get('time_created.min'), '1790000000');
    assert.deepEqual((await once(rig, {})).payload, []);
  });

  it('Webhook: the body, whatever it holds, only tells where to look', async () => {
    const rig = await start({ 'GET /api/folders/*': folderWith('analysis-best-shot-success') }, [
      { id: 'n1', type: 'oz-result' },
    ]);
    const msg = await once(rig, { payload: fixture('webhook-request.inferred') });
    assert.equal(ozOf(msg)['folderId'], FOLDER);
    assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
  });

  describe('Error codes', () => {
    const codes: [name: string, status: number, code: string][] = [
      ['error-1-not-allowed', 405, 'OZ_REJECTED'],
      ['error-3-invalid-structure', 400, 'OZ_REJECTED'],
      ['error-4-invalid-value', 400, 'OZ_REJECTED'],
      ['error-5-invalid-type', 400, 'OZ_REJECTED'],
      ['error-9-auth-forbidden', 403, 'OZ_FORBIDDEN'],
      ['error-10-not-exist', 404, 'OZ_NOT_FOUND'],
      ['error-13-already-exist', 400, 'OZ_REJECTED'],
      ['error-14-body-too-big', 400, 'OZ_REJECTED'],
      ['error-2-not-realized', 501, 'OZ_SERVER'],
      ['error-framework-shape', 400, 'OZ_REJECTED'],
    ];
    for (const [name, status, code] of codes) {
      it(`${name} is ${code}`, async () => {
        const { send, caught } = await start({ 'PATCH /api/media/*': { status, body: name } }, [
          { id: 'n1', type: 'oz-folder', action: 'setTags', targetId: 'm-1', targetIdType: 'str' },
        ]);
        send({ payload: [] });
        const error = errorOf(await caught.next());
        assert.equal(error['code'], code);
        assert.equal(record(error['cause'])['apiCode'], record(fixture(name))['error_code']);
      });
    }
  });
});
