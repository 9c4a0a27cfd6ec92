import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHAIN, ozOf, paletteRig, PHOTO, statusOf, VIDEO } from '../support/palette';
import { BEST_SHOT, OzServer, SERVICE_TOKEN } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { unload } from '../support/rig';
import { record } from '../../tools/launch/values';

describe('from media to the best shot', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));

  it('needs nothing but a server: a Buffer in, the best-shot URL out, the message kept', async () => {
    const { send, out, caught, completed } = await paletteRig(server.url, CHAIN);
    const res = { end: () => undefined };
    send({ payload: VIDEO, topic: 'mine', res });
    const msg = await out.next();
    const oz = ozOf(msg);
    assert.equal(msg.payload, oz['bestShotUrl']);
    assert.match(String(msg.payload), /^http:\/\/127\.0\.0\.1:\d+\/static\/.*best_/);
    assert.equal(msg['topic'], 'mine');
    assert.equal(msg['res'], res, 'the very response object of http in');
    assert.equal(oz['resolution'], 'SUCCESS');
    assert.deepEqual(record(oz['timing'])['polls'], 1);
    const [folder] = server.folders.values();
    assert.equal(oz['folderId'], folder?.id);
    const [media] = Array.isArray(oz['media']) ? oz['media'] : [];
    assert.deepEqual(record(media)['tags'], ['video_selfie', 'video_selfie_blank', 'orientation_portrait']);
    assert.equal(oz['raw'], undefined);
    for (let count = 0; count < 3; count += 1) await completed.next();
    assert.equal(caught.messages.length, 0);
    assert.equal(completed.messages.length, 3, 'each node completes once');
  });

  it('sends extract_best_shot in both cases', async () => {
    for (const bestShot of [true, false]) {
      const { send, out } = await paletteRig(
        server.url,
        CHAIN.map((node) => (node.type === 'oz-analyze' ? { ...node, bestShot } : node)),
      );
      send({ payload: VIDEO });
      const msg = await out.next();
      const { json } = server.callsTo(/POST .*analyses/).at(-1) ?? {};
      assert.deepEqual(json, { analyses: [{ type: 'quality', params: { extract_best_shot: bestShot } }] });
      assert.equal(typeof msg.payload, bestShot ? 'string' : 'object');
      await unload();
    }
  });

  it('takes media that were fetched for the pieces of a text or of a Buffer', async () => {
    const { send, out } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);
    const id = { id: 'p', index: 0, count: 3 };
    for (const parts of [
      // As core's html node numbers the addresses of pictures, and split pieces of equal length or lines.
      { ...id, type: 'string', ch: '' },
      { ...id, type: 'string', ch: '', len: 36 },
      { ...id, type: 'buffer', len: 36 },
      { ...id, type: 'buffer', ch: '\n' },
      { ...id, type: 'array', len: 1 },
      { ...id, count: 1, type: 'buffer', ch: '' },
    ]) {
      send({ payload: VIDEO, parts });
      assert.deepEqual((await out.next())['parts'], parts);
    }
  });

  it('takes a file path, several media with tags of their own, and files of core http in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oz-media-'));
    try {
      const path = join(folder, 'selfie.mp4');
      await writeFile(path, VIDEO);
      const { send, out } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload', textAs: 'either' }]);
      send({ payload: path });
      await out.next();
      send({ payload: [VIDEO, { value: PHOTO, options: { filename: 'face.jpg', tags: ['photo_selfie'] } }] });
      await out.next();
      send({
        payload: { comment: 'a form' },
        req: { files: [{ fieldname: 'f', originalname: 'a.jpg', buffer: PHOTO }] },
      });
      await out.next();
      const files = server
        .callsTo(/POST \/api\/folders$/)
        .map((call) => call.files.map(({ bytes }) => bytes.length));
      assert.deepEqual(files, [[VIDEO.length], [VIDEO.length, PHOTO.length], [PHOTO.length]]);
      const tags = Object.values(record(server.callsTo(/POST \/api\/folders$/)[1]?.payload['media:tags']));
      assert.deepEqual(tags[1], ['photo_selfie']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says on the canvas what is going on, and the verdict when it is idle', async () => {
    const { send, out, statuses } = await paletteRig(server.url, CHAIN);
    send({ payload: VIDEO });
    await out.next();
    await statuses.next((msg) => statusOf(msg) === 'blue/dot/uploading');
    await statuses.next((msg) => statusOf(msg) === 'blue/dot/starting analyses');
    await statuses.next((msg) => statusOf(msg) === 'blue/ring/waiting 0 s');
    const idle = new Set<unknown>();
    while (idle.size < 3) {
      const msg = await statuses.next((one) => /^$|^green\/dot\/passed · 0\.\d\d$/.test(statusOf(one)));
      const { id } = record(record(msg['status'])['source']);
      assert.equal(id === 'n3', statusOf(msg) !== '', 'the verdict, at the node that has one');
      idle.add(id);
    }
  });

  it('keeps the sign-in to one, also for many messages at once', async () => {
    const { send, out } = await paletteRig(server.url, CHAIN);
    for (let count = 0; count < 12; count += 1) send({ payload: VIDEO, topic: String(count) });
    const topics = new Set<unknown>();
    while (topics.size < 12) topics.add((await out.next())['topic']);
    assert.equal(server.callsTo(/authorize/).length, 1);
  });

  it('signs in again, silently, when the token expires mid-way', async () => {
    const { send, out, caught } = await paletteRig(server.url, CHAIN);
    server.script(/POST .*\/analyses/, () => {
      server.expireTokens();
      return { status: 401, json: { error_code: 8, error_message: 'expired' } };
    });
    send({ payload: VIDEO });
    await out.next();
    assert.equal(server.callsTo(/authorize\/auth/).length, 2);
    assert.equal(caught.messages.length, 0);
  });

  it('signs in by access token, and not at all', async () => {
    const first = await paletteRig(server.url, CHAIN, {
      server: { auth: 'token' },
      credentials: { s1: { token: SERVICE_TOKEN } },
    });
    first.send({ payload: VIDEO });
    await first.out.next();
    assert.equal(server.callsTo(/authorize/).length, 0);
    assert.ok(server.callsTo(/folders/).every(({ token }) => token === SERVICE_TOKEN));
    await unload();
    const second = await paletteRig(server.url, CHAIN, { server: { auth: 'none' }, credentials: {} });
    second.send({ payload: VIDEO });
    const msg = await second.caught.next();
    assert.equal(record(msg['error'])['code'], 'OZ_AUTH');
    assert.equal(server.calls.at(-1)?.token, undefined);
  });

  it('fetches the image, or hands over the whole result, and the raw objects when asked', async () => {
    const chain = (extra: object): typeof CHAIN =>
      CHAIN.map((node) => (node.type === 'oz-result' ? { ...node, ...extra } : node));
    const image = await paletteRig(server.url, chain({ emit: 'bestShotImage' }));
    image.send({ payload: VIDEO });
    const first = await image.out.next();
    assert.deepEqual(first.payload, BEST_SHOT);
    const [shot] = Array.isArray(ozOf(first)['bestShots']) ? (ozOf(first)['bestShots'] as unknown[]) : [];
    assert.equal(record(shot)['contentType'], 'image/jpeg');
    await unload();

    const whole = await paletteRig(server.url, chain({ emit: 'result', raw: true }));
    whole.send({ payload: VIDEO });
    const second = await whole.out.next();
    const { resolution, liveness, bestShotUrl } = record(second.payload);
    assert.equal(resolution, 'SUCCESS');
    assert.equal(record(Array.isArray(liveness) ? liveness[0] : undefined)['spoofing'], 0.012);
    assert.equal(bestShotUrl, ozOf(second)['bestShotUrl']);
    assert.equal(Array.isArray(ozOf(second)['raw']), true);
  });

  it('adds to an existing folder, with metadata and webhook on creation', async () => {
    const { send, out } = await paletteRig(server.url, [
      {
        id: 'n1',
        type: 'oz-upload',
        metadata: '{"transaction_id":"42"}',
        metadataType: 'json',
        webhook: 'https://example.com/hook',
        webhookType: 'str',
      },
      { id: 'n2', type: 'oz-upload', media: 'photo', folder: 'oz.folderId', tags: 'id-front' },
    ]);
    send({ payload: VIDEO, photo: PHOTO });
    const msg = await out.next();
    const [created] = server.callsTo(/POST \/api\/folders$/);
    const { node_red_upload: mark, ...own } = record(created?.payload['folder:meta_data']);
    assert.deepEqual(own, { transaction_id: '42' });
    assert.match(String(mark), /^[0-9a-f-]{36}$/);
    assert.equal(created?.payload['resolution_endpoint'], 'https://example.com/hook');
    const [added] = server.callsTo(/POST \/api\/folders\/[^/]+\/media/);
    assert.deepEqual(Object.values(record(added?.payload['media:tags'])), [['photo_id', 'photo_id_front']]);
    assert.equal((ozOf(msg)['media'] as unknown[]).length, 2, 'the media of the folder so far');
  });

  it('lets the message override the node', async () => {
    const { send, out } = await paletteRig(server.url, CHAIN);
    send({
      payload: VIDEO,
      oz: { tags: ['video_selfie', 'custom_tag'], options: { biometry: true, emit: 'result' } },
    });
    const msg = await out.next();
    assert.equal(typeof msg.payload, 'object');
    const [upload] = server.callsTo(/POST \/api\/folders$/);
    assert.deepEqual(Object.values(record(upload?.payload['media:tags'])), [['video_selfie', 'custom_tag']]);
    const [ordered] = server.callsTo(/POST .*analyses/);
    assert.deepEqual(ordered?.json['analyses'], [
      { type: 'quality', params: { extract_best_shot: true } },
      { type: 'biometry' },
    ]);
  });

  it('drops the results of an earlier check when the message is used again', async () => {
    const { send, out } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);
    send({
      payload: VIDEO,
      oz: { folderId: 'old', bestShotUrl: 'old', resolution: 'SUCCESS', options: { x: 1 } },
    });
    const oz = ozOf(await out.next());
    assert.equal(oz['bestShotUrl'], undefined);
    assert.equal(oz['resolution'], undefined);
    assert.deepEqual(oz['options'], { x: 1 });
  });
});
