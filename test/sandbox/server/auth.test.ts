import { strict as assert } from 'node:assert';
import { mock } from 'node:test';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { Api, assertError, sandboxWith } from './support/api';
import { assertShape, fixture } from './support/fixtures';

/** Makes the sandbox, which runs in this process, believe that it is that many milliseconds later. */
function later(ms: number): void {
  mock.timers.tick(ms);
}

describe('sandbox: sign-in and tokens', () => {
  let sandbox: Sandbox;
  let api: Api;
  const other = { email: 'other@example.com', password: 'other:password', role: 'client' } as const;
  const operator = { email: 'operator@example.com', password: 'x', role: 'operator' } as const;
  const service = { email: 'service@example.com', password: 'x', role: 'service' } as const;

  // The clock stands still but for `later`; timers and sockets are real.
  beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }));
  afterEach(() => mock.timers.reset());
  beforeEach(async () => {
    ({ sandbox, api } = await sandboxWith({ accounts: [other, operator, service] }));
  });
  afterEach(() => sandbox.close());

  it('answers as documented', async () => {
    const answer = await new Api(sandbox.url).post('/api/authorize/auth/', {
      credentials: { email: 'SANDBOX@oz.localhost', password: 'oz-sandbox' },
    });
    assert.equal(answer.status, 200);
    assertShape(answer.body, fixture('auth-response'));
    assert.match(String(answer.body['access_token']), /^[0-9a-f]{128}$/);
    const lifeTime = Number(answer.body['expire_date']) - Date.now() / 1000;
    assert.ok(lifeTime > 890 && lifeTime <= 900, `${lifeTime} s`);
  });

  it('refuses a wrong password and an unknown e-mail with the same answer', async () => {
    for (const email of ['sandbox@oz.localhost', 'nobody@example.com']) {
      const answer = await api.post('/api/authorize/auth', { credentials: { email, password: 'wrong' } });
      assertError(answer, 401, 15, 'Invalid auth credentials');
    }
  });

  it('makes whoever guesses passwords wait, longer each time, also with the right one', async () => {
    const signIn = (email: string, password: string) =>
      api.post('/api/authorize/auth', { credentials: { email, password } });
    for (let failures = 0; failures < 5; failures += 1)
      assertError(await signIn(other.email, `guess ${failures}`), 401, 15);
    const refused = await signIn(other.email.toUpperCase(), other.password);
    assertError(refused, 429, 101);
    assert.equal(refused.headers.get('retry-after'), '1');
    // Everybody at this address has to wait.
    assertError(await signIn('sandbox@oz.localhost', 'oz-sandbox'), 429, 101);
    later(1000);
    assertError(await signIn(other.email, 'guess 6'), 401, 15);
    assert.equal((await signIn(other.email, 'guess 7')).headers.get('retry-after'), '2');
    later(2000);
    assert.equal((await signIn(other.email, other.password)).status, 200);
    assertError(await signIn(other.email, 'guess 8'), 401, 15);
  });

  it('says which field of the credentials is missing or of the wrong type', async () => {
    const missing = 'Could not locate field for key_path';
    assertError(
      await api.post('/api/authorize/auth', {}),
      400,
      3,
      `${missing} credentials from provided dict data`,
    );
    const partial = await api.post('/api/authorize/auth', { credentials: { email: 'a@b.c' } });
    assertError(partial, 400, 3, `${missing} credentials.password from provided dict data`);
    assertError(await api.post('/api/authorize/auth', { credentials: { email: 1, password: 'x' } }), 400, 5);
    assertError(
      await api.post('/api/authorize/auth', 'not json'),
      400,
      3,
      'Could not parse body as JSON object',
    );
    assertError(await api.post('/api/authorize/auth', ''), 400, 3, 'Could not parse body as JSON object');
  });

  it('answers a missing, an unknown and an expired token word for word', async () => {
    const nobody = new Api(sandbox.url);
    assertError(
      await nobody.get('/api/folders/'),
      401,
      6,
      'User auth token is not provided. You must be logged for this request.',
    );
    nobody.token = 'f'.repeat(128);
    assertError(
      await nobody.get('/api/folders/'),
      401,
      7,
      'User auth token is not valid. You must be logged for this request.',
    );
    const short = await sandboxWith({ tokenTtlSeconds: 60 });
    later(61_000);
    assertError(
      await short.api.get('/api/folders/'),
      401,
      8,
      'Provided user auth token has expired. Please renew it.',
    );
    await short.sandbox.close();
  });

  it('does not take the header with the misprinted name', async () => {
    const headers = { 'X-Forensics-Access-Token': String(api.token) };
    assertError(await new Api(sandbox.url).call('GET', '/api/folders/', undefined, headers), 401, 6);
  });

  it('slides the expiry with every use', async () => {
    const short = await sandboxWith({ tokenTtlSeconds: 60 });
    for (let use = 0; use < 5; use++) {
      later(40_000);
      assert.equal((await short.api.get('/api/folders/')).status, 200);
    }
    await short.sandbox.close();
  });

  it('gives service accounts five years', async () => {
    const { email, password } = service;
    const { body } = await api.post('/api/authorize/auth', { credentials: { email, password } });
    const years = (Number(body['expire_date']) - Date.now() / 1000) / (365 * 24 * 3600);
    assert.ok(years > 4.99 && years < 5.01, `${years} years`);
  });

  describe('refresh', () => {
    it('removes the old pair at the first use of the new one, not before', async () => {
      const answer = await api.post('/api/authorize/refresh', { expire_token: api.expireToken });
      assert.equal(answer.status, 200);
      assertShape(answer.body, fixture('refresh-response'));
      assert.equal((await api.get('/api/folders/')).status, 200);
      const renewed = new Api(sandbox.url);
      renewed.token = String(answer.body['access_token']);
      assert.equal((await renewed.get('/api/folders/')).status, 200);
      assertError(await api.get('/api/folders/'), 401, 7);
      const again = await renewed.post('/api/authorize/refresh', { expire_token: api.expireToken });
      assertError(again, 401, 7, 'Session not found');
    });

    it('works with an access token that has expired', async () => {
      const short = await sandboxWith({ tokenTtlSeconds: 60 });
      later(61_000);
      const answer = await short.api.post('/api/authorize/refresh', { expire_token: short.api.expireToken });
      assert.equal(answer.status, 200);
      await short.sandbox.close();
    });

    it('answers the three documented errors word for word', async () => {
      const own = await api.post('/api/authorize/refresh', {});
      assert.equal(own.status, 400);
      assert.equal(
        own.body['error_message'],
        Reflect.get(Object(fixture('refresh-error-400')), 'error_message'),
      );
      const unknown = await api.post('/api/authorize/refresh', { expire_token: 'unknown' });
      assert.equal(unknown.status, 401);
      assert.deepEqual(unknown.body, fixture('refresh-error-401'));
      const stranger = await new Api(sandbox.url).signIn(other);
      const foreign = await stranger.post('/api/authorize/refresh', { expire_token: api.expireToken });
      assert.equal(foreign.status, 403);
      assert.deepEqual(foreign.body, fixture('refresh-error-403'));
    });

    it('wants a token of somebody', async () => {
      const nobody = new Api(sandbox.url);
      assertError(await nobody.post('/api/authorize/refresh', { expire_token: api.expireToken }), 401, 6);
    });
  });

  it('gives a session token to everybody but operators', async () => {
    const answer = await api.get('/api/authorize/session_token');
    assert.equal(answer.status, 200);
    assertShape(answer.body, fixture('session-token-response'));
    const forbidden = await (await new Api(sandbox.url).signIn(operator)).get('/api/authorize/session_token');
    assertError(forbidden, 403, 9, 'You have not access to this resource');
  });
});
