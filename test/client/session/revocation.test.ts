import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Bench, PHOTO, failure } from '../support/calls';

const UPLOAD = { media: [{ data: Buffer.concat([PHOTO, Buffer.alloc(200_000, 1)]), tags: [] }] };

/** A server whose sessions can be revoked, that looks at the token when it has read the whole body. */
class RevocableServer {
  readonly valid = new Set<string>();
  signIns = 0;
  uploads = 0;
  created = 0;
  onUpload = (_uploads: number): void => {};
  /** How long a sign-in takes: the time in which uploads could be sent that must not be. */
  signInMs = 0;
  /** Called when an upload is there as a whole; it is answered when the promise resolves. */
  beforeAnswer = (): Promise<void> => Promise.resolve();

  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume().on('end', () => void this.#answer(request, response));
  };

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.includes('authorize') === true) {
      this.signIns += 1;
      await sleep(this.signInMs);
      const token = randomUUID();
      this.valid.add(token);
      response.end(JSON.stringify({ access_token: token }));
      return;
    }
    this.uploads += 1;
    this.onUpload(this.uploads);
    await this.beforeAnswer();
    if (!this.valid.has(String(request.headers['x-forensic-access-token']))) {
      response.writeHead(401).end('{"error_code": 7}');
      return;
    }
    this.created += 1;
    response.writeHead(201).end(JSON.stringify({ folder_id: randomUUID(), media: [] }));
  }
}

describe('sessions that are revoked under load', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  for (const every of [30, 60, 150]) {
    it(`600 uploads of 200 kB lose nothing when the session is revoked after every ${every}th`, async () => {
      const server = new RevocableServer();
      const revocations = 600 / every;
      server.onUpload = (uploads) => {
        if (uploads % every === 0) server.valid.clear();
      };
      const client = bench.client(await bench.raw(server.listener));
      await Promise.all(Array.from({ length: 600 }, () => client.folders.create(UPLOAD)));
      assert.equal(server.created, 600);
      // Only what was under way at the moment of a revocation is sent twice.
      assert.ok(server.uploads <= 600 + 10 * 2 * revocations, `${server.uploads} uploads`);
      assert.ok(server.signIns <= 2 + 2 * revocations, `${server.signIns} sign-ins`);
    }).timeout(60_000);
  }

  it('sends no body while a renewal is under way', async () => {
    const server = new RevocableServer();
    server.signInMs = 300;
    const client = bench.client(await bench.raw(server.listener), { maxParallel: 4 });
    await client.folders.create(UPLOAD);
    server.valid.clear();
    await Promise.all(Array.from({ length: 40 }, () => client.folders.create(UPLOAD)));
    assert.equal(server.created, 41);
    assert.equal(server.signIns, 2);
    assert.ok(server.uploads <= 41 + 4, `${server.uploads} uploads`);
  });

  it('bears a token that ends again and again while slow uploads are under way', async () => {
    const server = new RevocableServer();
    const total = 40;
    let waiting: (() => void)[] = [];
    // Four at a time, or what is left of them.
    server.beforeAnswer = () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length < 4 && server.created + waiting.length < total) return;
        for (const answer of waiting) answer();
        waiting = [];
      });
    const client = bench.client(await bench.raw(server.listener), { maxParallel: 4 });
    // With four at once, it ends under others as well each time.
    server.onUpload = (uploads) => {
      if (uploads % 6 === 0) server.valid.clear();
    };
    await Promise.all(Array.from({ length: total }, () => client.folders.create(UPLOAD)));
    assert.equal(server.created, total);
  });

  it('bears tokens that end before they were of any use, several in a row', async () => {
    const server = new RevocableServer();
    const client = bench.client(await bench.raw(server.listener), { maxParallel: 8 });
    await client.folders.create(UPLOAD);
    let storms = 0;
    server.onUpload = () => {
      if (server.signIns <= 4) server.valid.clear();
      storms = server.signIns;
    };
    await Promise.all(Array.from({ length: 40 }, () => client.folders.create(UPLOAD)));
    assert.equal(server.created, 41);
    assert.equal(storms, 5);
  });

  it('one call that the server refuses with every token ends, and leaves the session to the others', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    server.script(/GET \/api\/folders\/f1/, { status: 401, json: { error_code: 7 } }, 99);
    await client.folders.list({});
    const refused = await failure(client.folders.get('f1'));
    assert.deepEqual([refused.code, refused.key], ['OZ_AUTH', 'sessionRefused']);
    assert.ok(server.callsTo(/folders\/f1/).length <= 8);
  });

  it('a session that was refused is tried anew by later requests', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    server.script(/GET \/api\/folders/, { status: 401, json: { error_code: 7 } }, Infinity);
    assert.equal((await failure(client.folders.list({}))).key, 'sessionRefused');
    assert.ok(server.callsTo(/authorize\/auth/).length <= 8, 'and the sign-in is not hammered');
    server.unscript();
    bench.passTime(3100);
    assert.deepEqual((await client.folders.list({})).items, []);
  });

  it('a sign-in that hangs is tried again, with all requests waiting for it', async () => {
    const server = await bench.server();
    server.script(/authorize\/auth/, 'hang', 2);
    const client = bench.client(server.url, { timeoutMs: 1000 });
    const pages = await Promise.all(Array.from({ length: 300 }, () => client.folders.list({})));
    assert.equal(pages.length, 300);
    assert.equal(server.callsTo(/authorize\/auth/).length, 3);
  });

  it('a sign-in that never succeeds is given up once for all that wait', async () => {
    const server = await bench.server();
    server.script(/authorize\/auth/, 'hang', 99);
    const client = bench.client(server.url, { timeoutMs: 200 });
    const errors = await Promise.all(Array.from({ length: 50 }, () => failure(client.folders.list({}))));
    assert.ok(errors.every(({ code }) => code === 'OZ_TIMEOUT'));
    assert.equal(server.callsTo(/authorize\/auth/).length, 4);
  });
});
