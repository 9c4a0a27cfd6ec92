import assert from 'node:assert/strict';
import { OzServer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { errorOf, ozOf, paletteRig, PHOTO, statusOf, VIDEO } from '../support/palette';
import { unload, type Rig } from '../support/rig';
import { record } from '../../tools/launch/values';

const OTHER = Buffer.concat([PHOTO, Buffer.from('somebody')]);
const DETECT = /liveness\/detect/;

describe('with a server that speaks API Lite', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started), { api: 'lite' });

  const start = (properties: object, options: object = {}): Promise<Rig> =>
    paletteRig(server.url, [{ id: 'n1', type: 'oz-check', ...properties }], {
      server: { api: 'lite' },
      credentials: {},
      ...options,
    });

  it('oz-check: photo in, verdict out, with what of msg.oz has a meaning', async () => {
    const { send, out, statuses, completed } = await start({ tags: 'selfie-photo', raw: true });
    send({
      payload: PHOTO,
      topic: 'mine',
      oz: { folderId: 'earlier', bestShotUrl: 'http://earlier', own: 1 },
    });
    const msg = await out.next();
    const { timing, ...oz } = ozOf(msg);
    assert.deepEqual(oz, {
      own: 1,
      folderId: '',
      media: [{ mediaId: '', type: 'IMAGE', name: 'media-1.jpg', tags: ['photo_selfie'] }],
      resolution: 'SUCCESS',
      analyses: [{ analysisId: '', type: 'QUALITY', state: 'FINISHED', resolution: 'SUCCESS' }],
      bestShots: [],
      liveness: [],
      persons: [],
      raw: [{ passed: true, score: 0.98 }],
    });
    assert.equal(record(timing)['polls'], 0);
    assert.equal(msg.payload, null);
    assert.equal(msg['topic'], 'mine');
    await completed.next();
    // It never has a best shot, so the lack of one is not worth a word.
    await statuses.next((status) => statusOf(status) === 'green/dot/passed');
  });

  it('oz-check: leaves by the output of the verdict', async () => {
    server.script(DETECT, { status: 200, json: { passed: false } });
    const { send, outputs } = await start({ outputs: 3, emit: 'result' }, { outputs: 3 });
    send({ payload: PHOTO });
    const msg = await outputs[1]?.next();
    assert.equal(record(msg?.payload)['resolution'], 'DECLINED');
  });

  it('oz-check: a template today, compared with a photo tomorrow', async () => {
    const first = await start({ action: 'faceTemplate' });
    first.send({ payload: OTHER });
    const template = (await first.out.next()).payload;
    assert.ok(Buffer.isBuffer(template));
    await unload();
    const { send, out } = await start({ liveness: false, biometry: true, emit: 'result' });
    // As it comes back from a database: text.
    const value = `data:application/octet-stream;base64,${template.toString('base64')}`;
    const held = { value, options: { contentType: 'application/octet-stream' } };
    send({ payload: [OTHER, held] });
    assert.deepEqual(record((await out.next()).payload)['match'], { min: 0.97, max: 0.97 });
    send({ payload: [PHOTO, held] });
    assert.equal(ozOf(await out.next())['resolution'], 'DECLINED');
  });

  it('oz-check: videos and other analyses are refused before anything is sent', async () => {
    const { send, caught } = await start({});
    send({ payload: VIDEO });
    const error = errorOf(await caught.next());
    assert.equal(error['code'], 'OZ_MEDIA');
    assert.match(String(error['message']), /Send a photo/);
    send({ payload: PHOTO, oz: { options: { collection: true } } });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_INPUT');
    send({ payload: PHOTO, oz: { options: { livenessParams: { threshold_spoofing: 0.1 } } } });
    assert.match(String(errorOf(await caught.next())['message']), /"params"/);
    assert.equal(server.calls.length, 0);
  });

  it('oz-check: no face in the photo is an error with what to do', async () => {
    server.script(DETECT, { status: 400, json: { code: 'LDE-003002', message: 'no face' } });
    const { send, caught } = await start({});
    send({ payload: PHOTO, topic: 'mine' });
    const msg = await caught.next();
    const { code, message, cause } = errorOf(msg);
    assert.equal(code, 'OZ_ANALYSIS_FAILED');
    assert.match(String(message), /no face.*whole face visible/);
    assert.equal(record(cause)['apiCode'], 'LDE-003002');
    assert.deepEqual(msg.payload, PHOTO);
  });

  it('the other nodes, and a session token, end with one error that says what this server is', async () => {
    const oz = { folderId: 'f1', collectionId: 'c1', analyses: [{ analysisId: 'a1' }] };
    for (const node of [
      { type: 'oz-upload' },
      { type: 'oz-analyze' },
      { type: 'oz-result' },
      { type: 'oz-result', source: 'oz.folderId', resume: true },
      { type: 'oz-folder' },
      { type: 'oz-folder', action: 'list' },
      { type: 'oz-collection' },
      { type: 'oz-check', action: 'sessionToken' },
    ]) {
      const { send, caught } = await start(node);
      send({ payload: PHOTO, oz: structuredClone(oz) });
      const { code, message } = errorOf(await caught.next());
      assert.equal(code, 'OZ_CONFIG', node.type);
      assert.match(String(message), /is an API Lite server.*"Oz check" node/, node.type);
      await unload();
    }
    assert.equal(server.calls.length, 0);
  });
});
