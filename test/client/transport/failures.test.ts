import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { retryAfterMs } from '../../../client/errors/errorFromResponse';
import { Bench, PHOTO, failure } from '../support/calls';
import { LoopTime } from '../../support/loopTime';
import { UNKNOWN_HOST } from '../../support/unknownHost';

const LIST = /GET \/api\/folders/;
const CREATE = /POST \/api\/folders/;
const photo = { data: PHOTO, tags: ['photo_selfie'] };
const NONE = { kind: 'none' } as const;

describe('failures of server and network', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  const answers = (answer: (response: ServerResponse) => void): Promise<string> =>
    bench.raw((request, response) => request.resume().on('end', () => answer(response)));

  const told: [name: string, answer: (response: ServerResponse) => void, code: string, key: string][] = [
    [
      'HTML instead of JSON',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'OZ_RESPONSE',
      'notJson',
    ],
    [
      'half a JSON',
      (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"items": [{"fol'),
      'OZ_RESPONSE',
      'brokenJson',
    ],
    ['JSON of another kind', (r) => r.end('{"hello": "world"}'), 'OZ_RESPONSE', 'wrongShape'],
    [
      'a redirect',
      (r) => r.writeHead(301, { location: 'https://oz.example.com/api?secret=1' }).end(),
      'OZ_RESPONSE',
      'redirected',
    ],
    [
      '403',
      (r) => r.writeHead(403).end('{"error_code":9,"error_message":"no"}'),
      'OZ_FORBIDDEN',
      'forbidden',
    ],
    [
      '404 of an object',
      (r) => r.writeHead(404).end('{"error_code":10,"error_message":"Object not exist"}'),
      'OZ_NOT_FOUND',
      'notFound',
    ],
    ['404 of a route', (r) => r.writeHead(404).end('<h1>Not Found</h1>'), 'OZ_NOT_FOUND', 'routeMissing'],
    [
      '403 as a page of a firewall',
      (r) => r.writeHead(403, { 'content-type': 'text/html' }).end('<html>Just a moment…</html>'),
      'OZ_RESPONSE',
      'notJson',
    ],
    ['413 as HTML', (r) => r.writeHead(413).end('<html>413</html>'), 'OZ_REJECTED', 'rejectedSize'],
    [
      '400 with the reason in error_details',
      (r) => r.writeHead(400).end('{"error_code":4,"error_message":"Invalid","error_details":"limit"}'),
      'OZ_REJECTED',
      'rejected',
    ],
    [
      '405',
      (r) => r.writeHead(405).end('{"error_code":1,"error_message":"HTTP method not allowed"}'),
      'OZ_REJECTED',
      'rejected',
    ],
    ['501', (r) => r.writeHead(501).end('{"error_code":2}'), 'OZ_SERVER', 'serverError'],
    ['no more than a status line', (r) => void r.socket?.end('hello\r\n\r\n'), 'OZ_RESPONSE', 'notOz'],
  ];
  for (const [name, answer, code, key] of told) {
    it(`${name} is ${code}`, async () => {
      const error = await failure(bench.client(await answers(answer), { signIn: NONE }).folders.list({}));
      assert.deepEqual([error.code, error.key], [code, key]);
      assert.doesNotMatch(error.message, /__\w+__/, 'every place of the sentence is filled');
      assert.equal(error.cause.stage, 'list-folders');
    });
  }

  it('passes on what the server says, its code, and its request id', async () => {
    const url = await answers((r) =>
      r
        .writeHead(400, { 'x-request-id': 'abc' })
        .end(
          '{"error_code":13,"error_message":"Invalid request data","details":"API did not receive the container"}',
        ),
    );
    const { cause, message } = await failure(bench.client(url, { signIn: NONE }).folders.list({}));
    assert.equal(cause.apiCode, 13);
    assert.equal(cause.requestId, 'abc');
    assert.equal(cause.apiMessage, 'Invalid request data: API did not receive the container');
    assert.match(message, /API did not receive the container/);
  });

  it('tells the target of a redirect without its query', async () => {
    const url = await answers((r) => r.writeHead(302, { location: 'https://oz.example.com/x?key=1' }).end());
    const error = await failure(bench.client(url, { signIn: NONE }).folders.list({}));
    assert.equal(error.params['target'], 'https://oz.example.com');
  });

  it('repeats a question after a broken connection, 5xx and half an answer', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    server.script(LIST, 'reset');
    server.script(LIST, { status: 502, text: '<html>bad gateway</html>' });
    server.script(LIST, 'half');
    assert.deepEqual((await client.folders.list({})).items, []);
    assert.equal(server.callsTo(LIST).length, 4);
  });

  it('repeats a question that gateways and content networks could not pass on', async () => {
    const server = await bench.server();
    for (const status of [408, 425, 520]) server.script(LIST, { status, text: '<html>no</html>' });
    assert.deepEqual((await bench.client(server.url).folders.list({})).items, []);
    assert.equal(server.callsTo(LIST).length, 4);
  });

  it('goes on waiting when a firewall shows a page instead of an answer', async () => {
    const { server, client } = await bench.signedIn();
    const { folderId } = await client.folders.create({ media: [photo] });
    await client.analyses.start(folderId, { analyses: [{ type: 'quality' }] });
    server.script(/GET/, { status: 403, text: '<html>Just a moment…</html>' });
    const limits = { timeoutMs: 20_000, onTimeout: 'error' } as const;
    assert.equal((await client.analyses.wait({ folderId }, limits)).resolution, 'SUCCESS');
  });

  it('gives up after four tries', async () => {
    const server = await bench.server();
    server.script(LIST, { status: 503, json: {} }, 99);
    const error = await failure(bench.client(server.url).folders.list({}));
    assert.equal(error.code, 'OZ_SERVER');
    assert.equal(server.callsTo(LIST).length, 4);
  });

  for (const [name, answer] of [
    ['a broken connection', 'reset'],
    ['503', { status: 503, json: {} }],
    ['half an answer', 'half'],
  ] as const) {
    it(`never repeats by itself what may have created something, after ${name}`, async () => {
      const server = await bench.server();
      const images = /POST .*\/images$/;
      server.script(images, answer, 9);
      // An image of a person cannot be marked, so nobody can ask whether it arrived.
      await failure(bench.client(server.url).collections.addImages('c', 'p', { media: [photo] }));
      assert.equal(server.callsTo(images).length, 1);
    });
  }

  it('repeats an upload that was refused with 429, after the time the server asked for', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    server.script(CREATE, { status: 429, json: { error_code: 101 }, headers: { 'retry-after': '1' } });
    const started = performance.now();
    await client.folders.create({ media: [photo] });
    assert.ok(performance.now() - started >= 1000);
    assert.equal(server.folders.size, 1);
  });

  it('understands Retry-After as a date, and 429 without it', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    await client.folders.list({});
    const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
    server.script(LIST, { status: 429, json: {}, headers: { 'retry-after': soon.toUTCString() } });
    server.script(LIST, { status: 429, json: {} });
    await client.folders.list({});
    assert.ok(Date.now() >= soon.getTime());
    // The server's clock is a day ahead.
    const [date, until] = [86_400_000, 86_401_000].map((ms) => new Date(Date.now() + ms).toUTCString());
    server.script(LIST, { status: 429, json: {}, headers: { date: date ?? '', 'retry-after': until ?? '' } });
    await client.folders.list({});
  });

  it('passes over a Retry-After that is neither seconds nor a date', () => {
    const now = Date.now();
    for (const odd of ['-99999', '1.5', '1e99', '2099-12-31', 'soon', 'Soonday, 99 Foo', ''])
      assert.equal(retryAfterMs(odd, now), undefined, odd);
    const past = 'Sun, 06 Nov 1994 08:49:37 GMT';
    assert.deepEqual(
      [past, 'Sunday, 06-Nov-94 08:49:37 GMT', ' 7 '].map((one) => retryAfterMs(one, now)),
      [0, 0, 7000],
    );
  });

  it('does not wait for a server that wants a longer rest than a minute', async () => {
    const server = await bench.server();
    server.script(LIST, { status: 429, json: {}, headers: { 'retry-after': '3600' } }, 9);
    const error = await failure(bench.client(server.url).folders.list({}));
    assert.equal(error.code, 'OZ_RATE_LIMITED');
    assert.equal(error.cause.retryAfter, 3600);
    assert.equal(server.callsTo(LIST).length, 1);
  });

  it('a refused connection and an unknown name are OZ_UNREACHABLE', async () => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' ? address?.port : 0;
    probe.close();
    await once(probe, 'close');
    const refused = await failure(
      bench.client(`http://127.0.0.1:${port}`).folders.create({ media: [photo] }),
    );
    assert.deepEqual(
      [refused.code, refused.key, refused.cause.system],
      ['OZ_UNREACHABLE', 'refused', 'ECONNREFUSED'],
    );
    const unknown = await failure(bench.client(`http://${UNKNOWN_HOST}`).testConnection());
    assert.deepEqual([unknown.code, unknown.key], ['OZ_UNREACHABLE', 'hostUnknown']);
  });

  it('a server that hangs is OZ_TIMEOUT, after a second try of what may be repeated', async () => {
    const server = await bench.server();
    server.script(LIST, 'hang', 9);
    const error = await failure(bench.client(server.url, { timeoutMs: 200 }).folders.list({}));
    assert.deepEqual([error.code, error.key], ['OZ_TIMEOUT', 'timeoutIdle']);
    assert.equal(server.callsTo(LIST).length, 2);
  });

  for (const ms of [900, 2000]) {
    it(`reads what came while the process was stopped for ${ms} ms, before its time is over`, async () => {
      let stops = 0;
      let isWarm = false;
      const url = await bench.raw((_request, response) => {
        if (!isWarm) {
          response.end('[]');
          return;
        }
        stops += 1;
        setTimeout(() => response.end('[]'), 100);
        // Nothing else runs meanwhile, neither here nor in the client.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
      });
      const client = bench.client(url, { timeoutMs: 500, signIn: NONE });
      // The first request takes longer, because more of the client is loaded.
      await client.folders.list({});
      isWarm = true;
      assert.deepEqual((await client.folders.list({})).items, []);
      assert.equal(stops, 1);
    });
  }

  it('repeats a question that was answered with half of a JSON, as if it were whole', async () => {
    const server = await bench.server();
    const half = { status: 200, text: '{"items": [{"folder_id": "1', contentType: 'application/json' };
    server.script(LIST, half, 2);
    assert.deepEqual((await bench.client(server.url).folders.list({})).items, []);
    server.script(LIST, half, Infinity);
    const before = server.callsTo(LIST).length;
    assert.equal((await failure(bench.client(server.url).folders.list({}))).key, 'brokenJson');
    assert.equal(server.callsTo(LIST).length - before, 4);
  });

  it('repeats a question whose answer dripped for too long, once', async () => {
    let asked = 0;
    const url = await bench.raw((_request, response) => {
      asked += 1;
      if (asked === 2) {
        response.end('[]');
        return;
      }
      const timer = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(timer));
    });
    assert.deepEqual((await bench.client(url, { timeoutMs: 500, signIn: NONE }).folders.list({})).items, []);
  });

  it('a server that only takes connections is OZ_TIMEOUT, and one that drips does not go on for ever', async () => {
    const drip = await bench.raw((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    });
    const error = await failure(bench.client(drip, { timeoutMs: 600, signIn: NONE }).folders.list({}));
    assert.deepEqual([error.code, error.key], ['OZ_TIMEOUT', 'timeoutTotal']);
  });

  it('an answer without end is not read for ever', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 32);
    const endless = await bench.raw((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const error = await failure(bench.client(endless, { signIn: NONE }).folders.list({}));
    assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'tooLarge']);
  });

  it('an abort ends a request under way and one in the queue, with OZ_CANCELLED', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 1 });
    await client.folders.list({});
    server.script(LIST, 'hang', 9);
    const abort = new AbortController();
    const running = failure(client.folders.list({}, { signal: abort.signal }));
    const queued = failure(client.folders.list({}, { signal: abort.signal }));
    await server.call(LIST);
    assert.deepEqual(client.load(), { running: 1, queued: 1 });
    abort.abort();
    assert.equal((await running).code, 'OZ_CANCELLED');
    assert.equal((await queued).code, 'OZ_CANCELLED');
    assert.deepEqual(client.load(), { running: 0, queued: 0 });
  });

  it('closing the client ends everything at once with OZ_CANCELLED', async () => {
    const server = await bench.server({ outcome: () => undefined });
    const client = bench.client(server.url);
    const folder = await client.folders.create({ media: [photo] });
    await client.analyses.start(folder.folderId, { analyses: [{ type: 'quality' }] });
    server.script(LIST, 'hang');
    const ends = [
      failure(client.folders.list({})),
      failure(client.analyses.wait({ folderId: folder.folderId }, { timeoutMs: 60_000, onTimeout: 'error' })),
    ];
    await server.call(LIST);
    const time = new LoopTime();
    await client.close();
    for (const error of await Promise.all(ends))
      assert.deepEqual([error.code, error.key], ['OZ_CANCELLED', 'closed']);
    assert.ok(time.end() < 500);
    assert.equal((await failure(client.folders.list({}))).code, 'OZ_CANCELLED');
  });
});
