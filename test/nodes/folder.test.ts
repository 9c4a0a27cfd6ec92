import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import type { OzClient } from '../../client';
import { createClient } from '../../client';
import { errorOf, ozOf, paletteRig, PHOTO } from '../support/palette';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { unload, type Rig } from '../support/rig';
import { record } from '../../tools/launch/values';

describe('oz-folder', () => {
  let server: OzServer;
  let client: OzClient;
  /** Ids of the folders on the server, the newest first. */
  let ids: string[];
  beforeEach(async () => {
    server = await OzServer.start();
    client = createClient({ url: server.url, signIn: { kind: 'password', ...ACCOUNT } });
    ids = [];
    for (const transaction_id of ['a', 'b', 'a']) {
      const { folderId } = await client.folders.create({
        media: [{ data: PHOTO, tags: [] }],
        metadata: { transaction_id },
      });
      await client.analyses.start(folderId, { analyses: [{ type: 'quality', extractBestShot: true }] });
      ids.push(folderId);
    }
    server.calls.length = 0;
  });
  afterEach(async () => {
    await unload();
    await client.close();
    await server.stop();
  });
  const start = (properties: object = {}): Promise<Rig> =>
    paletteRig(server.url, [{ id: 'n1', type: 'oz-folder', ...properties }]);

  it('gets a folder: payload and msg.oz tell what it holds', async () => {
    const { send, out } = await start();
    send({ topic: 'mine', oz: { folderId: ids[1], bestShotUrl: 'of another' } });
    const msg = await out.next();
    const folder = record(msg.payload);
    assert.equal(folder['folderId'], ids[1]);
    assert.deepEqual(folder['metadata'], { transaction_id: 'b' });
    assert.equal(typeof folder['timeCreated'], 'number');
    assert.equal(folder['resolution'], 'SUCCESS');
    assert.equal(ozOf(msg)['bestShotUrl'], folder['bestShotUrl']);
    assert.notEqual(folder['bestShotUrl'], 'of another');
    assert.equal(msg['topic'], 'mine');
  });

  it('says nothing of a verdict where nothing was analysed', async () => {
    const bare = await client.folders.create({ media: [{ data: PHOTO, tags: [] }] });
    const { send, out } = await start();
    send({ oz: { folderId: bare.folderId, resolution: 'SUCCESS' } });
    const msg = await out.next();
    assert.equal('resolution' in ozOf(msg), false);
    assert.equal('resolution' in record(msg.payload), false);
  });

  it('lists in one message, by time, status and metadata', async () => {
    const { send, out } = await start({
      action: 'list',
      since: '2026-01-01T00:00:00Z',
      sinceType: 'str',
      until: 'until',
      untilType: 'msg',
      resolution: 'FINISHED',
      filter: '{"transaction_id":"a"}',
      filterType: 'json',
    });
    send({ payload: 'replaced', until: 4_000_000_000_000 });
    const msg = await out.next();
    assert.ok(Array.isArray(msg.payload));
    assert.deepEqual(
      msg.payload.map((folder) => String(record(folder)['folderId'])).sort(),
      [ids[0], ids[2]].map(String).sort(),
    );
    const [call] = server.callsTo(/GET \/api\/folders$/);
    assert.equal(Number(call?.query.get('time_created.min')), Date.parse('2026-01-01T00:00:00Z') / 1000);
    assert.equal(Number(call?.query.get('time_created.max')), 4_000_000_000, 'milliseconds became seconds');
    assert.equal(call?.query.get('resolution_status'), 'FINISHED');
    assert.equal(call?.query.get('meta_data'), 'transaction_id==a');
  });

  it('lists page by page up to the limit', async () => {
    const { send, out } = await start({ action: 'list', limit: 2 });
    send({});
    const msg = await out.next();
    assert.equal((msg.payload as unknown[]).length, 2);
    assert.equal(server.callsTo(/GET \/api\/folders$/)[0]?.query.get('limit'), '2');
  });

  it('lists each folder once, although new ones move the others on while the pages are read', async () => {
    const page = (from: number, to: number) => ({
      status: 200,
      json: { items: Array.from({ length: to - from }, (_, at) => ({ folder_id: `folder-${from + at}` })) },
    });
    server.script(/GET \/api\/folders$/, page(0, 100));
    server.script(/GET \/api\/folders$/, page(98, 198));
    server.script(/GET \/api\/folders$/, page(198, 205));
    const { send, out } = await start({ action: 'list', limit: 205 });
    send({});
    const { payload } = await out.next();
    assert.ok(Array.isArray(payload));
    assert.deepEqual(
      payload.map((folder) => record(folder)['folderId']),
      Array.from({ length: 205 }, (_, at) => `folder-${at}`),
    );
    assert.deepEqual(
      server.callsTo(/GET \/api\/folders$/).map(({ query }) => [query.get('offset'), query.get('limit')]),
      [
        ['0', '100'],
        ['100', '100'],
        ['200', '7'],
      ],
    );
  });

  it('lists no more than it was told, and ends, although the server passes over page and limit', async () => {
    const items = Array.from({ length: 150 }, (_, at) => ({ folder_id: `folder-${at}` }));
    server.script(/GET \/api\/folders$/, { status: 200, json: { items } }, Infinity);
    for (const [limit, calls] of [
      [120, 1],
      [400, 2],
    ] as const) {
      const before = server.callsTo(/GET \/api\/folders$/).length;
      const { send, out } = await start({ action: 'list', limit });
      send({});
      const { payload } = await out.next();
      assert.equal((payload as unknown[]).length, Math.min(limit, items.length));
      assert.equal(server.callsTo(/GET \/api\/folders$/).length - before, calls);
      await unload();
    }
  });

  it('lists all folders of a server that gives smaller pages than it is asked for', async () => {
    const page = (from: number, to: number) => ({
      status: 200,
      json: {
        total_count: 5,
        items: Array.from({ length: to - from }, (_, at) => ({ folder_id: `folder-${from + at}` })),
      },
    });
    for (const [from, to] of [
      [0, 2],
      [2, 4],
      [4, 5],
    ] as const)
      server.script(/GET \/api\/folders$/, page(from, to));
    const { send, out } = await start({ action: 'list' });
    send({});
    const { payload } = await out.next();
    assert.ok(Array.isArray(payload));
    assert.equal(payload.length, 5);
    assert.equal(server.callsTo(/GET \/api\/folders$/).length, 3);
  });

  it('lists one message a folder, numbered as core split does, each with what the message brought', async () => {
    const { send, out, completed } = await start({ action: 'list', split: true });
    const res = {};
    send({ topic: 'mine', res, payload: Buffer.alloc(10) });
    const messages = [await out.next(), await out.next(), await out.next()];
    assert.deepEqual(messages.map((msg) => String(record(msg.payload)['folderId'])).sort(), ids.toSorted());
    const parts = messages.map((msg) => record(msg['parts']));
    assert.deepEqual(
      parts.map(({ index, count, type }) => [index, count, type]),
      [
        [0, 3, 'array'],
        [1, 3, 'array'],
        [2, 3, 'array'],
      ],
    );
    assert.equal(new Set(parts.map(({ id }) => id)).size, 1);
    for (const msg of messages) {
      assert.equal(msg['topic'], 'mine');
      assert.equal(msg['res'], res);
      assert.equal(ozOf(msg)['folderId'], record(msg.payload)['folderId']);
    }
    await completed.next();
    assert.equal(completed.messages.length, 1);
  });

  it('deletes', async () => {
    const { send, out, caught } = await start({ action: 'delete' });
    send({ payload: 'kept', oz: { folderId: ids[0] } });
    const msg = await out.next();
    assert.equal(msg.payload, 'kept');
    assert.equal(server.folders.has(ids[0] ?? ''), false);
    send({ oz: { folderId: ids[0] } });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_NOT_FOUND');
    server.script(/DELETE/, { status: 403, json: { error_code: 9, error_message: 'no' } });
    send({ oz: { folderId: ids[1] } });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_FORBIDDEN');
  });

  /** What the server has, without our own mark. */
  const metadataOf = (folderId: string): Record<string, unknown> => {
    const { node_red_upload: _mark, ...own } = server.folders.get(folderId)?.metadata ?? {};
    return own;
  };

  it('reads, adds, changes and deletes metadata', async () => {
    const [folderId = ''] = ids;
    const run = async (properties: object, payload?: unknown): Promise<unknown> => {
      const { send, out } = await start(properties);
      send({ payload, oz: { folderId } });
      const msg = await out.next();
      await unload();
      return msg.payload;
    };
    assert.deepEqual(await run({ action: 'readMetadata' }), { transaction_id: 'a' });
    await run({ action: 'addMetadata' }, { client_iin: '1' });
    assert.deepEqual(metadataOf(folderId), { transaction_id: 'a', client_iin: '1' });
    await run({ action: 'changeMetadata', metadata: '{"client_iin":"2"}', metadataType: 'json' });
    assert.deepEqual(
      server.callsTo(/meta_data/).map(({ method }) => method),
      ['GET', 'POST', 'PATCH'],
    );
    await run({ action: 'deleteMetadata' });
    assert.deepEqual(metadataOf(folderId), {});
  });

  it('takes metadata that a function node made, an object of another realm', async () => {
    const [folderId = ''] = ids;
    const { send, out } = await start({ action: 'addMetadata' });
    send({ payload: runInNewContext('({ person: { age: 42 } })'), oz: { folderId } });
    await out.next();
    assert.deepEqual(metadataOf(folderId), { transaction_id: 'a', person: { age: 42 } });
  });

  it('reaches the metadata of media and analyses', async () => {
    for (const [target, path] of [
      ['media', /GET \/api\/media\/abc\/meta_data/],
      ['analysis', /GET \/api\/analyses\/abc\/meta_data/],
    ] as const) {
      server.script(path, { status: 200, json: { seen: target } });
      const { send, out } = await start({ action: 'readMetadata', target, targetId: 'payload' });
      send({ payload: 'abc' });
      assert.deepEqual((await out.next()).payload, { seen: target });
      await unload();
    }
  });

  const bad: Record<string, [object, object, string]> = {
    'no folder id': [{}, {}, 'OZ_INPUT'],
    'no media id': [{ action: 'readMetadata', target: 'media' }, {}, 'OZ_INPUT'],
    'metadata that is none': [{ action: 'addMetadata' }, { payload: 'x', oz: { folderId: 'a' } }, 'OZ_INPUT'],
    'a time that is none': [{ action: 'list', since: 'payload' }, { payload: 'yesterday-ish' }, 'OZ_INPUT'],
    'an object for a time': [
      { action: 'list', since: 'payload' },
      { payload: Object.create(null) },
      'OZ_INPUT',
    ],
    'a list for a time': [{ action: 'list', since: 'payload' }, { payload: [5] }, 'OZ_INPUT'],
    'a filter that is none': [{ action: 'list', filter: '[1]' }, {}, 'OZ_INPUT'],
    'a limit of nothing': [{ action: 'list', limit: 0 }, {}, 'OZ_CONFIG'],
    'an unknown action': [{ action: 'fold' }, {}, 'OZ_CONFIG'],
  };
  for (const [name, [properties, msg, code]] of Object.entries(bad)) {
    it(`${name}: ${code}`, async () => {
      const { send, caught } = await start(properties);
      send({ ...msg });
      assert.equal(errorOf(await caught.next())['code'], code);
      assert.equal(server.callsTo(/folders|media|analyses/).length, 0);
    });
  }
});
