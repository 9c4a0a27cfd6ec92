import assert from 'node:assert/strict';
import type { AnalysisRequest, MediaSource, OzClient } from '../../../client';
import { Bench, PHOTO, failure } from '../support/calls';
import type { OzServer } from '../../support/ozServer';
import { VIDEO } from '../../support/palette';

const photo = (data: Buffer = PHOTO, tags = ['photo_selfie']): MediaSource => ({ data, tags });
const OTHER = Buffer.concat([PHOTO, Buffer.from('somebody')]);
const LIVENESS: AnalysisRequest = { type: 'quality', extractBestShot: true };
const MATCH: AnalysisRequest = { type: 'biometry' };
const LIMITS = { timeoutMs: 20_000, onTimeout: 'error' as const };
const DETECT = /POST \/v1\/face\/liveness\/detect$/;

describe('API Lite', () => {
  const bench = new Bench();
  let server: OzServer;
  let client: OzClient;
  beforeEach(async () => {
    server = await bench.server({ api: 'lite' });
    client = bench.client(server.url, { api: 'lite' });
  });
  afterEach(() => bench.end());

  const check = (media: MediaSource[], analyses = [LIVENESS]): ReturnType<OzClient['check']> =>
    client.check({ media, analyses }, LIMITS);

  it('liveness: the photo as it is, without a sign-in; the verdict by `passed`, never by the score', async () => {
    const answer = await check([photo()]);
    assert.deepEqual([answer.resolution, answer.way, answer.folderId], ['SUCCESS', 'lite', '']);
    assert.deepEqual([answer.liveness, answer.bestShots], [[], []]);
    const [call] = server.calls;
    assert.equal(server.calls.length, 1);
    assert.deepEqual(call?.body, PHOTO);
    assert.equal(call?.headers['content-type'], 'image/jpeg');
    assert.equal(call?.token, undefined);
    server.script(DETECT, { status: 200, json: { passed: false, score: 0.98 } });
    assert.equal((await check([photo()])).resolution, 'DECLINED');
  });

  it('a verdict that it does not know is never a pass', async () => {
    for (const passed of ['true', 'yes', 1, null]) {
      server.script(DETECT, { status: 200, json: { passed } });
      const { resolution, analyses } = await check([photo()]);
      assert.deepEqual([resolution, analyses[0]?.unknown.length], ['OPERATOR_REQUIRED', 1], String(passed));
    }
    for (const decision of ['maybe', undefined, 7]) {
      server.script(/verify/, { status: 200, json: { score: 0.99, decision } });
      const { resolution } = await check([photo(), photo()], [MATCH]);
      assert.equal(resolution, 'OPERATOR_REQUIRED', String(decision));
    }
    for (const json of [{}, [], 'yes', { score: 1 }]) {
      server.script(DETECT, { status: 200, json });
      assert.equal((await failure(check([photo()]))).code, 'OZ_RESPONSE', JSON.stringify(json));
    }
  });

  it('looks at every selfie and at no ID photo; the worst counts', async () => {
    server.script((call) => call.body.equals(OTHER), { status: 200, json: { passed: false } });
    const answer = await check([photo(), photo(OTHER), photo(PHOTO, ['photo_id', 'photo_id_front'])]);
    assert.equal(answer.resolution, 'DECLINED');
    assert.deepEqual(
      answer.analyses.map(({ type, resolution }) => [type, resolution]),
      [
        ['QUALITY', 'SUCCESS'],
        ['QUALITY', 'DECLINED'],
      ],
    );
    assert.equal(server.calls.length, 2);
    const only = await failure(check([photo(PHOTO, ['photo_id'])]));
    assert.deepEqual([only.code, only.key], ['OZ_MEDIA', 'liteNoSelfie']);
  });

  it('face match: two photos, a photo and a template, two templates', async () => {
    const same = await check([photo(), photo()], [LIVENESS, MATCH]);
    assert.deepEqual([same.resolution, same.match], ['SUCCESS', { min: 0.97, max: 0.97 }]);
    const [verify] = server.callsTo(/verify/);
    assert.deepEqual(
      verify?.files.map(({ field, contentType }) => [field, contentType]),
      [
        ['sample', 'image/jpeg'],
        ['bio_template', 'application/octet-stream'],
      ],
    );
    const template = await client.faceTemplate({ media: [photo(OTHER)] });
    const held: MediaSource = { data: template, contentType: 'application/octet-stream', tags: [] };
    server.calls.length = 0;
    assert.equal((await check([held, photo()], [MATCH])).resolution, 'DECLINED');
    assert.equal((await check([photo(OTHER), held], [MATCH])).resolution, 'SUCCESS');
    assert.equal((await check([held, held], [MATCH])).resolution, 'SUCCESS');
    assert.deepEqual(
      server.calls.map(({ path }) => path.slice(-7)),
      ['/verify', '/verify', 'compare'],
    );
    for (const media of [[photo()], [photo(), photo(), photo()]])
      assert.equal((await failure(check(media, [MATCH]))).key, 'litePhotoCount');
  });

  it('says what API Lite cannot do, before anything is sent', async () => {
    const analyses = [LIVENESS];
    const media = [photo()];
    const strict = [{ ...LIVENESS, params: { threshold_spoofing: 0.1 } }];
    for (const [field, request] of Object.entries({
      collection: { media, analyses: [{ type: 'collection' as const }] },
      documents: { media, analyses: [{ type: 'documents' as const }] },
      params: { media, analyses: strict },
      metadata: { media, analyses, metadata: { a: 1 } },
      webhook: { media, analyses, webhook: 'https://example.com' },
      additionalInfo: { media, analyses, additionalInfo: 'x' },
    })) {
      const error = await failure(client.check(request, LIMITS));
      assert.deepEqual([error.code, error.params['field']], ['OZ_INPUT', field]);
    }
    const zip = Buffer.concat([Buffer.from('504b03040a000000', 'hex'), Buffer.alloc(100)]);
    for (const data of [VIDEO, zip]) {
      for (const error of [
        await failure(check([{ data, tags: [] }])),
        await failure(client.faceTemplate({ media: [{ data, tags: [] }] })),
      ])
        assert.deepEqual([error.code, error.key], ['OZ_MEDIA', 'litePhoto']);
    }
    const container = await failure(client.check({ container: { data: VIDEO, tags: [] }, analyses }, LIMITS));
    assert.equal(container.key, 'litePhoto');
    assert.equal(server.calls.length, 0);
  });

  it('every other call says that this is API Lite; a template needs one', async () => {
    for (const call of [
      client.folders.create({ media: [photo()] }),
      client.folders.get('f'),
      client.analyses.wait({ folderId: 'f' }, LIMITS),
      client.collections.list(),
      client.metadata.get({ object: 'folder', id: 'f' }),
      client.media.list('f'),
      client.sessionToken(),
      client.download(`${server.url}/x`),
    ]) {
      const error = await failure(call);
      assert.deepEqual([error.code, error.key], ['OZ_CONFIG', 'liteOnlyCheck']);
    }
    assert.equal(server.calls.length, 0);
    const oz = bench.client(server.url);
    assert.equal((await failure(oz.faceTemplate({ media: [photo()] }))).key, 'templateNeedsLite');
  });

  it('gives each of its error codes one of ours', async () => {
    const refuse = (code: string): void =>
      server.script(DETECT, { status: 400, json: { code, message: 'why' } });
    for (const [code, expected, key] of [
      ['LDE-002003', 'OZ_MEDIA', 'liteUnreadable'],
      ['LDE-003002', 'OZ_ANALYSIS_FAILED', 'liteNoFace'],
      ['LDE-003003', 'OZ_ANALYSIS_FAILED', 'liteManyFaces'],
      ['LDE-002001', 'OZ_REJECTED', 'rejected'],
      ['LDE-999999', 'OZ_REJECTED', 'rejected'],
    ] as const) {
      refuse(code);
      const error = await failure(check([photo()]));
      assert.deepEqual([error.code, error.key, error.cause.apiCode], [expected, key, code]);
      assert.match(error.message, new RegExp(code));
    }
    server.script(DETECT, { status: 502, json: { code: 'LDE-001001', message: 'down' } }, 9);
    assert.equal((await failure(check([photo()]))).code, 'OZ_SERVER');
    server.unscript();
    server.script(/verify/, { status: 400, json: { code: 'BPE-002004', message: 'why' } });
    assert.equal((await failure(check([photo(), photo()], [MATCH]))).key, 'liteTemplate');
    // No code, but what a server may have repeated of what it was sent.
    server.script(DETECT, { status: 400, json: { code: 'secret of somebody', message: 'x' } });
    assert.equal((await failure(check([photo()]))).cause.apiCode, undefined);
  });

  it('a template is bytes, whatever they are, and never a page', async () => {
    server.script(/extract/, { status: 200, text: '<html>a portal</html>' });
    assert.equal((await failure(client.faceTemplate({ media: [photo()] }))).code, 'OZ_RESPONSE');
    server.script(/extract/, { status: 200, text: '', contentType: 'application/octet-stream' });
    assert.equal((await failure(client.faceTemplate({ media: [photo()] }))).code, 'OZ_RESPONSE');
    const bytes = Buffer.from([0, 1, 255, 128]);
    const contentType = 'application/octet-stream';
    server.script(/extract/, { status: 200, text: bytes.toString('latin1'), contentType });
    assert.deepEqual(await client.faceTemplate({ media: [photo()] }), bytes);
  });

  it('says so where the server speaks another API', async () => {
    server.script(DETECT, { status: 404, text: '<html>no such page</html>' });
    const error = await failure(check([photo()]));
    assert.deepEqual([error.code, error.key], ['OZ_NOT_FOUND', 'liteMissing']);
    server.script(DETECT, { status: 401, json: { error_code: 6, error_message: 'no token' } });
    assert.equal((await failure(check([photo()]))).key, 'liteSignIn');
  });

  it('asks again when the connection breaks: nothing is stored, so nothing happens twice', async () => {
    server.script(DETECT, 'reset', 2);
    assert.equal((await check([photo()])).resolution, 'SUCCESS');
    assert.equal(server.calls.length, 3);
  });
});
