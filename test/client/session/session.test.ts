import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Bench, PHOTO, failure } from '../support/calls';

const AUTH = /POST \/api\/authorize\/auth/;
const REFRESH = /POST \/api\/authorize\/refresh/;
const photo = { data: PHOTO, tags: ['photo_selfie'] };

describe('session', () => {
  const bench = new Bench();
  /** The session's clock; everything else goes by real time. */
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(async () => {
    clock.restore();
    await bench.end();
  });

  const tokens = (name: string, lifeSeconds?: number) => ({
    status: 200,
    json: {
      access_token: name,
      expire_token: `renew-${name}`,
      ...(lifeSeconds === undefined ? {} : { expire_date: Date.now() / 1000 + lifeSeconds }),
    },
  });

  it('signs in only when first needed, and once for many requests', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    assert.equal(server.calls.length, 0);
    await Promise.all(Array.from({ length: 20 }, () => client.folders.list({})));
    assert.equal(server.callsTo(AUTH).length, 1);
    assert.equal(server.callsTo(/GET \/api\/folders/).length, 20);
  });

  it('signs in again silently, once, when all tokens became worthless while many requests are under way', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 20 });
    await client.folders.list({});
    server.expireTokens();
    await Promise.all(Array.from({ length: 20 }, () => client.folders.list({})));
    assert.equal(server.callsTo(AUTH).length, 2);
  });

  it('repeats an upload whose token was refused, with all its bytes', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    await client.folders.list({});
    server.expireTokens();
    const folder = await client.folders.create({ media: [photo] });
    assert.equal(server.folders.size, 1);
    assert.equal(folder.media.length, 1);
    const uploads = server.callsTo(/POST \/api\/folders/);
    assert.deepEqual(
      uploads.map(({ files }) => files[0]?.bytes.equals(PHOTO)),
      [true, true],
    );
  });

  it('says so when the server refuses every session', async () => {
    const server = await bench.server();
    server.script(
      /GET \/api\/folders/,
      { status: 401, json: { error_code: 7, error_message: 'no' } },
      Infinity,
    );
    const error = await failure(bench.client(server.url).folders.list({}));
    assert.deepEqual([error.code, error.key], ['OZ_AUTH', 'sessionRefused']);
  });

  it('names a wrong password, and does not hammer with it', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, {
      signIn: { kind: 'password', email: 'tester@example.com', password: 'wrong' },
    });
    const errors = [await failure(client.folders.list({})), await failure(client.folders.list({}))];
    assert.deepEqual(
      errors.map(({ code, key }) => [code, key]),
      [
        ['OZ_AUTH', 'signInRefused'],
        ['OZ_AUTH', 'signInRefused'],
      ],
    );
    assert.equal(server.callsTo(AUTH).length, 1);
  });

  it('renews a token that is about to end, with its expire_token, before it is used', async () => {
    const server = await bench.server();
    server.script(AUTH, tokens('short', 900));
    server.script(REFRESH, tokens('long', 900));
    server.script(/GET \/api\/folders/, { status: 200, json: { items: [] } }, 9);
    const client = bench.client(server.url);
    await client.folders.list({});
    clock.tick(850_000);
    await client.folders.list({});
    const [renewal] = server.callsTo(REFRESH);
    assert.equal(renewal?.token, 'short');
    assert.deepEqual(renewal?.json, { expire_token: 'renew-short' });
    assert.deepEqual(
      server.callsTo(/GET \/api\/folders/).map(({ token }) => token),
      ['short', 'long'],
    );
    assert.equal(server.callsTo(AUTH).length, 1);
  });

  it('follows the sliding expiry: each use begins the life of the token anew', async () => {
    const server = await bench.server();
    server.script(AUTH, tokens('sliding', 900));
    server.script(/GET \/api\/folders/, { status: 200, json: { items: [] } }, 9);
    const client = bench.client(server.url);
    for (let at = 0; at < 4; at += 1) {
      await client.folders.list({});
      clock.tick(600_000);
    }
    assert.equal(server.callsTo(REFRESH).length, 0);
    assert.equal(server.callsTo(AUTH).length, 1);
  });

  it('signs in when renewing fails', async () => {
    const server = await bench.server();
    server.script(AUTH, tokens('short', 900));
    server.script(REFRESH, { status: 401, json: { error_code: 7, error_message: 'Session not found' } });
    server.script(/GET \/api\/folders/, { status: 200, json: { items: [] } }, 9);
    const client = bench.client(server.url);
    await client.folders.list({});
    clock.tick(850_000);
    await client.folders.list({});
    assert.equal(server.callsTo(AUTH).length, 2);
  });

  it('goes by the clock of the server where the two clocks disagree', async () => {
    const server = await bench.server();
    // The server lives an hour ago: its expire_date is in our past, but it says so itself.
    const past = Date.now() - 3_600_000;
    server.script(AUTH, {
      status: 200,
      json: { access_token: 'old-clock', expire_token: 'x', expire_date: past / 1000 + 900 },
      headers: { date: new Date(past).toUTCString() },
    });
    server.script(/GET \/api\/folders/, { status: 200, json: { items: [] } }, 9);
    const client = bench.client(server.url);
    await client.folders.list({});
    await client.folders.list({});
    assert.equal(server.callsTo(AUTH).length, 1);
    assert.equal(server.callsTo(REFRESH).length, 0);
  });

  it('sends an access token as it is and says so when it is refused', async () => {
    const server = await bench.server();
    const signIn = { kind: 'token', token: 'no-such-token' } as const;
    const error = await failure(bench.client(server.url, { signIn }).folders.list({}));
    assert.equal(error.key, 'tokenRefused');
    assert.equal(server.callsTo(AUTH).length, 0);
    assert.deepEqual(
      server.calls.map(({ token }) => token),
      ['no-such-token'],
    );
  });

  it('sends nothing where no sign-in is set', async () => {
    const server = await bench.server();
    const error = await failure(bench.client(server.url, { signIn: { kind: 'none' } }).folders.list({}));
    assert.equal(error.key, 'signInNeeded');
    assert.deepEqual(
      server.calls.map(({ token }) => token),
      [undefined],
    );
  });

  it('gives the sandbox account to loopback addresses only', async () => {
    const server = await bench.server();
    const { port } = new URL(server.url);
    const client = bench.client(`http://localhost:${port}/api/`, { signIn: { kind: 'sandbox' } });
    await failure(client.folders.list({}));
    const [call] = server.callsTo(AUTH);
    assert.deepEqual(call?.json, { credentials: { email: 'sandbox@oz.localhost', password: 'oz-sandbox' } });
    for (const url of ['https://oz.example.com', 'http://127.0.0.1.example.com', 'http://10.0.0.1']) {
      const error = await failure(
        Promise.resolve().then(() => bench.client(url, { signIn: { kind: 'sandbox' } })),
      );
      assert.equal(error.code, 'OZ_CONFIG');
      assert.equal(error.key, 'sandboxNotLoopback');
    }
  });

  it('is not ended for all by the one whose request is cancelled while it waits for the sign-in', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    const abort = new AbortController();
    const cancelled = failure(client.folders.list({}, { signal: abort.signal }));
    const other = client.folders.list({});
    abort.abort();
    assert.equal((await cancelled).code, 'OZ_CANCELLED');
    assert.deepEqual((await other).items, []);
    assert.equal(server.callsTo(AUTH).length, 1);
  });
});
