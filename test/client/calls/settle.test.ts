import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import type { AnalysisRequest, OzClient } from '../../../client';
import { MAX_JSON_BYTES } from '../../../client/transport/json';
import { seeded } from '../../../tools/random';
import { OzServer, type Answer } from '../../support/ozServer';
import { Bench, PHOTO, failure } from '../support/calls';

const CREATE = /POST \/api\/folders$/;
const ADD = /POST .*\/media$/;
const ORDER = /POST .*\/analyses$/;
const LIST = /GET \/api\/folders$/;
const QUALITY: AnalysisRequest[] = [{ type: 'quality', extractBestShot: true }];
const LONG = { timeoutMs: 10_000, onTimeout: 'error' } as const;
const photo = { data: PHOTO, tags: ['photo_selfie'] };
const SERVER_ERROR = { status: 502, text: '<html>Bad Gateway</html>' };

describe('answers that are lost on the way', function () {
  const bench = new Bench();
  let server: OzServer;
  let client: OzClient;
  beforeEach(async () => {
    ({ server, client } = await bench.signedIn({ timeoutMs: 1000 }));
  });
  afterEach(() => bench.end());

  const onlyFolder = () => {
    assert.equal(server.folders.size, 1);
    const [folder] = server.folders.values();
    assert.ok(folder);
    return folder;
  };

  it('an upload that arrived is found by its mark and adopted', async () => {
    server.script(CREATE, 'lost');
    const folder = await client.folders.create({ media: [photo], metadata: { mine: 1 } });
    assert.equal(folder.folderId, onlyFolder().id);
    assert.equal(folder.media.length, 1);
    assert.equal(server.callsTo(CREATE).length, 1);
  });

  it('an upload that arrived by a connection which had been idle is adopted, too', async () => {
    bench.passTime(1100);
    server.script(CREATE, 'lost');
    const folder = await client.folders.create({ media: [photo] });
    assert.equal(folder.folderId, onlyFolder().id);
    assert.equal(server.callsTo(CREATE).length, 1);
  });

  it('an older analysis of the folder is not taken for the one that was ordered', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    const [older] = await client.analyses.start(folderId, { analyses: QUALITY });
    for (const analysis of onlyFolder().analyses) analysis.created -= 3600;
    // One that has not heard the server's clock yet.
    const fresh = bench.client(server.url, { timeoutMs: 1000 });
    server.script(ORDER, 'reset');
    const [started] = await fresh.analyses.start(folderId, { analyses: QUALITY });
    assert.notEqual(started?.analysisId, older?.analysisId);
    assert.equal(onlyFolder().analyses.length, 2);
  });

  it('an upload whose answer is not framed as HTTP asks for is adopted', async () => {
    const heads = ['content-length: 4\r\n\r\n', `x: ${'y'.repeat(20_000)}\r\n\r\n`];
    for (const head of heads) {
      server.script(CREATE, {
        does: true,
        write: ({ socket }) => socket.end(`HTTP/1.1 201 Created\r\n${head}{"folder_id": "f"}`),
      });
      const made = server.folders.size;
      const { folderId } = await client.folders.create({ media: [photo] });
      assert.equal([...server.folders.keys()].at(-1), folderId);
      assert.equal(server.folders.size, made + 1);
    }
  });

  for (const [name, body] of Object.entries({
    'nested too deep': '['.repeat(1000) + ']'.repeat(1000),
    'too large': Buffer.alloc(MAX_JSON_BYTES + 1, ' '),
  })) {
    it(`an upload whose answer is ${name} is adopted`, async () => {
      server.script(CREATE, {
        does: true,
        write: (_request, response) =>
          response.writeHead(201, { 'content-type': 'application/json' }).end(body),
      });
      const { folderId } = await client.folders.create({ media: [photo] });
      assert.equal(folderId, onlyFolder().id);
    });
  }

  it('an upload that was answered by the page of a portal is looked for', async () => {
    const page = (does: boolean): Answer => ({
      does,
      write: (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    });
    server.script(CREATE, page(true));
    const folder = await client.folders.create({ media: [photo] });
    assert.equal(folder.folderId, onlyFolder().id);
    server.script(/./, page(false), Infinity);
    const error = await failure(client.folders.create({ media: [photo] }));
    assert.equal(error.code, 'OZ_RESPONSE');
    assert.ok(error.cause.uploadId);
  });

  for (const [name, failure] of Object.entries({
    'a broken connection': 'reset',
    'half an answer': 'half',
    'a gateway that fails': SERVER_ERROR,
    silence: 'hang',
  } as const)) {
    it(`an upload that did not arrive is sent again after ${name}`, async () => {
      server.script(CREATE, failure);
      const folder = await client.folders.create({ media: [photo] });
      assert.equal(folder.folderId, onlyFolder().id);
      assert.equal(server.callsTo(CREATE).length, 2);
      const marks = server.callsTo(CREATE).map(({ payload }) => JSON.stringify(payload['folder:meta_data']));
      assert.equal(new Set(marks).size, 1, 'the mark stays the same');
    });
  }

  it('media added to a folder are found, or sent again', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    server.script(ADD, 'lost');
    const added = await client.folders.addMedia(folderId, { media: [photo] });
    assert.equal(onlyFolder().media.length, 2);
    assert.equal(added.length, 1);
    assert.equal(added[0]?.metadata, undefined, 'the mark is not shown');
    server.script(ADD, 'reset');
    await client.folders.addMedia(folderId, { media: [{ ...photo, metadata: { own: 1 } }] });
    assert.equal(onlyFolder().media.length, 3);
  });

  it('an order that arrived is taken from the folder, one that did not is given again', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    const [first] = await client.analyses.start(folderId, { analyses: QUALITY });
    server.script(ORDER, 'lost');
    const [second] = await client.analyses.start(folderId, { analyses: QUALITY });
    assert.deepEqual(
      [first?.analysisId, second?.analysisId],
      onlyFolder().analyses.map(({ id }) => id),
      'the earlier order is not taken for this one',
    );
    server.script(ORDER, 'reset');
    await client.analyses.start(folderId, { analyses: QUALITY });
    assert.equal(onlyFolder().analyses.length, 3);
  });

  it('a check in one request is found with its verdict', async () => {
    server.script(CREATE, 'lost');
    const answer = await client.check({ media: [photo], analyses: QUALITY }, LONG);
    assert.deepEqual([answer.folderId, answer.resolution], [onlyFolder().id, 'SUCCESS']);
    assert.equal(onlyFolder().analyses.length, 1);
  });

  it('a container that did not arrive is sent again; what may be its folder is neither taken nor made twice', async () => {
    const container = { data: PHOTO, tags: [] };
    server.script(CREATE, 'reset');
    const { folderId } = await client.folders.createFromContainer({ container });
    assert.equal(folderId, onlyFolder().id);
    const before = Date.now() / 1000;
    onlyFolder().created -= 3600;
    server.script(CREATE, 'lost');
    const error = await failure(client.folders.createFromContainer({ container }));
    assert.equal(error.code, 'OZ_UNREACHABLE');
    assert.ok(Math.abs((error.cause.sentAt ?? 0) - before) < 10, String(error.cause.sentAt));
    assert.equal(server.folders.size, 2);
  });

  it('Instant, which keeps nothing, is sent again', async () => {
    server.script(/POST .*instant/, 'lost');
    const answer = await client.check({ media: [photo], analyses: QUALITY, instant: true }, LONG);
    assert.deepEqual([answer.resolution, server.callsTo(/instant/).length], ['SUCCESS', 2]);
  });

  for (const [name, answer, code] of [
    ['a server that fails', SERVER_ERROR, 'OZ_SERVER'],
    ['a page of a firewall', { status: 403, text: '<html>Just a moment…</html>' }, 'OZ_RESPONSE'],
  ] as const) {
    it(`an upload that was never sent because signing in met ${name} is not looked for`, async () => {
      server.script(/authorize/, answer, 99);
      const fresh = bench.client(server.url, { timeoutMs: 1000 });
      const error = await failure(fresh.folders.create({ media: [photo] }));
      assert.deepEqual([error.code, error.cause.uploadId], [code, undefined]);
      assert.equal(server.callsTo(/folders/).length, 0);
    });
  }

  it('what cannot be settled names what is needed to find it', async () => {
    const forbidden = { status: 403, json: { error_code: 3, error_message: 'no' } };
    server.script(LIST, forbidden, 99);
    server.script(CREATE, 'lost');
    const error = await failure(client.folders.create({ media: [photo] }));
    assert.equal(error.code, 'OZ_UNREACHABLE');
    assert.equal(error.cause.uploadId, onlyFolder().metadata['node_red_upload']);
    server.script(ORDER, 'reset');
    server.script(/GET .*\/analyses$/, forbidden, 99);
    const order = await failure(client.analyses.start(onlyFolder().id, { analyses: QUALITY }));
    assert.deepEqual([order.code, order.cause.folderId], ['OZ_UNREACHABLE', onlyFolder().id]);
  });

  const markOf = (folder: { metadata: Record<string, unknown> }) => folder.metadata['node_red_upload'];
  /** The server makes the folder only after all searches, so that none of them finds it. */
  const madeLate = () => {
    server.script(CREATE, 'lost');
    server.script(LIST, { status: 200, json: { items: [] } }, 99);
  };

  it('a folder that was made after the search is named when the second sending is refused', async () => {
    madeLate();
    server.script(CREATE, { status: 403, json: { error_code: 9, error_message: 'no' } });
    const error = await failure(client.folders.create({ media: [photo] }));
    assert.equal(error.code, 'OZ_FORBIDDEN');
    assert.equal(error.cause.uploadId, markOf(onlyFolder()));
  });

  it('a folder that was made after the search is named when nobody waits for it any more', async () => {
    madeLate();
    const given = new AbortController();
    const made = failure(client.folders.create({ media: [photo] }, { signal: given.signal }));
    await server.call(LIST);
    // The search pauses now.
    await server.nextCall();
    given.abort();
    const error = await made;
    assert.equal(error.code, 'OZ_CANCELLED');
    assert.equal(error.cause.uploadId, markOf(onlyFolder()));
  });

  it('an upload by a connection which had been idle is not sent again when the look for it failed', async () => {
    bench.passTime(1100);
    server.script(CREATE, 'lost');
    server.script(LIST, { status: 500, json: {} }, 99);
    const error = await failure(client.folders.create({ media: [photo] }));
    assert.equal(error.cause.uploadId, markOf(onlyFolder()));
    assert.equal(server.callsTo(CREATE).length, 1);
  });

  it('nor when its media are still on their way', async () => {
    bench.passTime(1100);
    server.script(CREATE, 'lost');
    server.script(/GET .*folders\/[\w-]+$/, ({ path }) => ({
      status: 200,
      json: { folder_id: path.split('/').at(-1), media: [] },
    }));
    const folder = await client.folders.create({ media: [photo] });
    assert.equal(folder.folderId, onlyFolder().id);
    assert.equal(server.callsTo(CREATE).length, 1);
  });

  it('nothing is concluded from a list that passes over the filter', async () => {
    await client.folders.create({ media: [photo] });
    const items = [...server.folders.values()].map(({ id }) => ({ folder_id: id, meta_data: {} }));
    server.script(LIST, { status: 200, json: { items } }, 99);
    server.script(CREATE, 'reset');
    const error = await failure(client.folders.create({ media: [photo] }));
    assert.equal(error.key, 'reset');
    assert.match(error.cause.uploadId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(server.callsTo(CREATE).length, 2, 'the first of them, and the one that failed');
  });

  it('a stream is found, but not sent again', async () => {
    const stream = () => ({
      stream: Readable.from([PHOTO]),
      size: PHOTO.length,
      contentType: 'image/jpeg',
      tags: [],
    });
    server.script(CREATE, 'lost');
    assert.equal((await client.folders.create({ media: [stream()] })).folderId, onlyFolder().id);
    server.script(CREATE, 'reset');
    const error = await failure(client.folders.create({ media: [stream()] }));
    assert.equal(error.key, 'reset');
    assert.ok(error.cause.uploadId);
  });

  it('refusals are not asked about', async () => {
    server.script(CREATE, { status: 400, json: { error_code: 4, error_message: 'no' } });
    assert.equal((await failure(client.folders.create({ media: [photo] }))).code, 'OZ_REJECTED');
    assert.equal(server.calls.length, 1);
  });

  it('a good answer costs nothing more', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    await client.analyses.start(folderId, { analyses: QUALITY });
    assert.deepEqual(
      server.calls.map(({ method }) => method),
      ['POST', 'POST'],
    );
  });

  it('a deletion that was carried out counts as done, an unknown id does not', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    server.script(/DELETE/, 'lost');
    await client.folders.delete(folderId);
    assert.equal(server.folders.size, 0);
    assert.equal((await failure(client.folders.delete(folderId))).code, 'OZ_NOT_FOUND');
  });

  it('metadata that JSON cannot hold ends with one error, before anything is sent', async () => {
    const circle: Record<string, unknown> = {};
    circle['itself'] = circle;
    let deep: Record<string, unknown> = {};
    for (let level = 0; level < 3000; level += 1) deep = { deep };
    for (const metadata of [circle, deep, { big: 1n }]) {
      const error = await failure(client.folders.create({ media: [photo], metadata: metadata as never }));
      assert.deepEqual([error.code, error.key], ['OZ_INPUT', 'jsonInvalid']);
    }
    assert.equal(server.calls.length, 0);
    const odd = JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}');
    await client.folders.create({ media: [photo], metadata: odd });
    const { node_red_upload: _mark, ...sent } = onlyFolder().metadata;
    assert.equal(JSON.stringify(sent), '{"__proto__":{"a":1},"constructor":2}');
  });

  it('one call in ten fails somehow: jobs come out, each with one folder and one order', async function () {
    this.timeout(240_000);
    const JOBS = 300;
    // A machine that is busy with other things must not look like a server that is silent.
    const patient = bench.client(server.url, { timeoutMs: 4000 });
    const random = seeded('one call in ten');
    const kinds = ['reset', 'lost', 'half', 'hang', SERVER_ERROR, { status: 500, json: {} }] as const;
    server.script(
      () => random() < 0.1,
      () => kinds[Math.floor(random() * kinds.length)] ?? 'reset',
      1e9,
    );
    const failures: unknown[] = [];
    const folders = new Set<string>();
    await Promise.all(
      Array.from({ length: JOBS }, async (_, job) => {
        try {
          const { folderId } = await patient.folders.create({ media: [photo], metadata: { job } });
          folders.add(folderId);
          const started = await patient.analyses.start(folderId, { analyses: QUALITY });
          const analysisIds = started.map(({ analysisId }) => analysisId);
          await patient.analyses.wait({ folderId, analysisIds }, { ...LONG, timeoutMs: 60_000 });
        } catch (error) {
          failures.push(error);
        }
      }),
    );
    assert.ok(failures.length < JOBS / 100, failures.map((error) => inspect(error)).join('\n'));
    assert.ok(folders.size >= JOBS - failures.length);
    const perJob = new Map<unknown, number>();
    for (const { metadata } of server.folders.values())
      perJob.set(metadata['job'], (perJob.get(metadata['job']) ?? 0) + 1);
    assert.deepEqual(
      [...perJob].filter(([, count]) => count > 1),
      [],
      'no job has two folders',
    );
    assert.deepEqual(
      [...server.folders.values()].filter(({ analyses }) => analyses.length > 1),
      [],
      'no order was given twice',
    );
  });
});
