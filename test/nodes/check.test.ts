import assert from 'node:assert/strict';
import { errorOf, ozOf, paletteRig, PHOTO, statusOf, VIDEO } from '../support/palette';
import { BEST_SHOT, OzServer, type Outcome } from '../support/ozServer';
import { unload, type Rig } from '../support/rig';
import { record } from '../../tools/launch/values';

describe('oz-check', () => {
  let server: OzServer;
  let outcome: Outcome;
  const start = (properties: object = {}, options: object = {}): Promise<Rig> =>
    paletteRig(server.url, [{ id: 'n1', type: 'oz-check', ...properties }], options);
  afterEach(async () => {
    await unload();
    await server.stop();
  });

  for (const singleRequest of [true, false]) {
    describe(singleRequest ? 'on a server with single requests' : 'on an older server', () => {
      beforeEach(async () => {
        outcome = {};
        server = await OzServer.start({ singleRequest, outcome: () => outcome });
      });

      it('media in, verdict, scores and best shot out, in the same fields as the three nodes', async () => {
        const { send, out, caught, completed } = await start();
        send({ payload: VIDEO, topic: 'mine' });
        const msg = await out.next();
        const oz = ozOf(msg);
        assert.equal(msg.payload, oz['bestShotUrl']);
        assert.equal(oz['resolution'], 'SUCCESS');
        assert.equal((oz['media'] as unknown[]).length, 1);
        assert.equal(record((oz['liveness'] as unknown[])[0])['spoofing'], 0.012);
        assert.ok(server.folders.has(String(oz['folderId'])));
        await completed.next();
        assert.equal(caught.messages.length, 0);
        const ordered = singleRequest
          ? server.callsTo(/POST \/api\/folders$/)[0]?.payload['analyses']
          : server.callsTo(/POST .*analyses$/)[0]?.json['analyses'];
        assert.deepEqual(ordered, [{ type: 'quality', params: { extract_best_shot: true } }]);
        assert.equal(server.callsTo(/folders/).length === 1, singleRequest, 'one call where the server can');
      });
    });
  }

  it('leaves photos of documents out of liveness on an older server, where they are an error', async () => {
    server = await OzServer.start({ singleRequest: false });
    const { send, out } = await start({ biometry: true });
    const id = { value: PHOTO, options: { filename: 'id.jpg', tags: ['photo_id', 'photo_id_front'] } };
    send({ payload: [id, VIDEO] });
    const { oz } = await out.next();
    const [, video] = record(oz)['media'] as { mediaId: string }[];
    assert.deepEqual(server.callsTo(/POST .*analyses$/)[0]?.json['analyses'], [
      { type: 'quality', source_media: [video?.mediaId], params: { extract_best_shot: true } },
      { type: 'biometry' },
    ]);
  });

  describe('with its settings', () => {
    beforeEach(async () => {
      outcome = {};
      server = await OzServer.start({ outcome: () => outcome });
    });

    it('leaves by the output of the verdict, with the image', async () => {
      outcome = { resolution: 'DECLINED' };
      const { send, outputs } = await start({ outputs: 3, emit: 'bestShotImage' }, { outputs: 3 });
      send({ payload: VIDEO });
      const msg = await outputs[1]?.next();
      assert.deepEqual(msg?.payload, BEST_SHOT);
      assert.equal(outputs[0]?.messages.length, 0);
    });

    it('sends several media of different kinds with metadata and a webhook', async () => {
      const { send, out } = await start({
        biometry: true,
        metadata: 'meta',
        metadataType: 'msg',
        webhook: 'https://example.com/hook',
      });
      send({
        payload: [VIDEO, { value: PHOTO, options: { tags: ['photo_selfie'] } }],
        meta: { transaction_id: 'x' },
      });
      await out.next();
      const [call] = server.callsTo(/POST \/api\/folders$/);
      assert.equal(call?.files.length, 2);
      const { node_red_upload: mark, ...own } = record(call?.payload['folder:meta_data']);
      assert.deepEqual(own, { transaction_id: 'x' });
      assert.match(String(mark), /^[0-9a-f-]{36}$/);
      assert.equal(call?.payload['resolution_endpoint'], 'https://example.com/hook');
    });

    it('Instant: no sign-in, nothing stored, the image as data', async () => {
      const { send, out } = await start(
        { instant: true, emit: 'bestShotImage' },
        { server: { auth: 'none' } },
      );
      send({ payload: VIDEO });
      const msg = await out.next();
      assert.deepEqual(msg.payload, BEST_SHOT);
      assert.match(String(ozOf(msg)['bestShotUrl']), /^data:image\/jpeg;base64,/);
      assert.equal(server.folders.size, 0);
      assert.equal(server.callsTo(/authorize/).length, 0);
    });

    it('Instant has no blacklist: OZ_INPUT', async () => {
      const { send, caught } = await start({ instant: true, collection: true });
      send({ payload: VIDEO });
      assert.equal(errorOf(await caught.next())['code'], 'OZ_INPUT');
    });

    it('passes a container on, byte for byte, and never opens it', async () => {
      const container = Buffer.from('an encrypted container, whatever is in it');
      const upload = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload', tags: 'container' }]);
      upload.send({ payload: container });
      await upload.out.next();
      const [call] = server.callsTo(/POST \/api\/folders$/);
      assert.equal(call?.headers['content-type'], 'application/octet-stream');
      assert.deepEqual(call?.body, container);
      await unload();
      const check = await start({ tags: 'container' });
      check.send({ payload: container });
      await check.out.next();
      assert.deepEqual(server.callsTo(/POST \/api\/folders$/)[1]?.body, container);
    });

    it('gives a session token for a capture page', async () => {
      const { send, out } = await start({ action: 'sessionToken' });
      const res = {};
      send({ payload: {}, res });
      const msg = await out.next();
      assert.match(String(msg.payload), /^session-/);
      assert.equal(msg['res'], res);
    });

    it('shows the upload, then the seconds it waits, and can be cancelled', async () => {
      server.script(/POST \/api\/folders$/, 'hang');
      const { send, caught, statuses } = await start();
      send({ payload: VIDEO });
      await statuses.next((msg) => statusOf(msg) === 'blue/dot/uploading');
      await statuses.next((msg) => /^blue\/ring\/waiting [1-9]\d* s$/.test(statusOf(msg)));
      send({ reset: true });
      const { code, cause } = errorOf(await caught.next());
      assert.equal(code, 'OZ_CANCELLED');
      const mark = record(server.callsTo(/POST \/api\/folders$/)[0]?.payload['folder:meta_data']);
      assert.ok(mark['node_red_upload']);
      assert.equal(record(cause)['uploadId'], mark['node_red_upload'], 'its folder can be found');
    });

    it('says since when to look for the folder of a container that was cancelled', async () => {
      const upload = /POST \/api\/folders$/;
      server.script(upload, 'hang');
      const before = Math.floor(Date.now() / 1000);
      const { send, caught } = await start({ tags: 'container' });
      send({ payload: Buffer.from('sealed') });
      await server.call(upload);
      send({ reset: true });
      const { code, cause } = errorOf(await caught.next());
      assert.equal(code, 'OZ_CANCELLED');
      assert.ok(Number(record(cause)['sentAt']) >= before);
    });
  });
});
