import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { startSandbox } from '@ozflow/oz-sandbox/server/index';
import { workersFor } from '@ozflow/oz-sandbox/server/workers';
import type { Api } from './support/api';
import { sandboxWith, video } from './support/api';
import { TinyEngine } from './support/tinyEngine';

/** The whole answer to a request as it is written, which fetch would put right first. */
function raw(url: string, head: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`${head}\r\nConnection: close\r\n\r\n`),
    );
    let text = '';
    socket.setEncoding('latin1').on('data', (part: string) => (text += part));
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}

describe('sandbox: attacks', () => {
  let sandbox: Sandbox;
  let api: Api;
  let data: string;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'oz-test-'));
    ({ sandbox, api } = await sandboxWith({ data }));
    writeFileSync(join(data, 'secret.txt'), 'marked-secret');
  });
  after(async () => {
    await sandbox.close();
    await rm(data, { recursive: true });
  });

  for (const path of [
    '/static/../secret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/..%2fsecret.txt',
    '/static/%2e%2e%2fsecret.txt',
    '/static/..%5csecret.txt',
    '/static/x/../../secret.txt',
    '/samples/../package.json',
    '/samples/%2e%2e%2fpackage.json',
    '/static//etc/passwd',
    '/static/%00',
    '/static/../state/data.mdb',
    '/static/x/..%2f..%2fsecret.txt_thumb.jpg',
  ]) {
    it(`serves nothing outside: ${path}`, async () => {
      const answer = await raw(sandbox.url, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1`);
      assert.match(answer, /^HTTP\/1\.1 4\d\d /);
      assert.doesNotMatch(answer, /marked-secret|oz-sandbox"|root:/);
    });
  }

  it('lists no directory', async () => {
    const folder = await api.folder([video({})]);
    for (const path of ['/static/', `/static/${String(folder['folder_id'])}/`]) {
      assert.ok([403, 404].includes((await fetch(sandbox.url + path)).status));
    }
  });

  it('answers long queries of spaces at once', async () => {
    const spaces = '+'.repeat(15_000);
    const began = process.cpuUsage();
    for (const query of [`meta_data=a${spaces}`, `meta_data=${spaces}`, `sorting=a${spaces}x`]) {
      assert.equal((await api.get(`/api/folders/?${query}`)).status, 400);
    }
    const { user } = process.cpuUsage(began);
    // With a pattern that tries every split it is minutes: the bound only tells the two apart.
    assert.ok(user < 5_000_000, `${user} µs`);
  });

  it('does nothing for pages from elsewhere', async () => {
    const body = { credentials: { email: 'sandbox@oz.localhost', password: 'oz-sandbox' } };
    const signIn = (origin: string): Promise<number> =>
      api.call('POST', '/api/authorize/auth', body, { Origin: origin }).then(({ status }) => status);
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
      assert.equal(await signIn(origin), 403, origin);
    }
    for (const origin of ['http://localhost:1880', 'http://127.0.0.1:1880']) {
      assert.equal(await signIn(origin), 200, origin);
    }
  });

  it('refuses names that others may point to this machine', async () => {
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example:80',
      'a b',
      '"<x>',
    ]) {
      const answer = await raw(sandbox.url, `GET / HTTP/1.1\r\nHost: ${host}`);
      assert.match(answer, /^HTTP\/1\.1 4\d\d /, host);
    }
  });

  it('changes no prototype by metadata, tags or file keys', async () => {
    const keys = ['__proto__', 'constructor', 'toString'];
    for (const key of keys) {
      const files = [{ ...video({}), key }];
      const payload = `{"folder:meta_data":{"a":1},"media:tags":{"x":["y"]}}`;
      const answer = await api.upload('/api/folders/', files, JSON.parse(payload));
      assert.equal(answer.status, 201);
      assert.deepEqual(answer.body['media']?.[0]?.['tags'], []);
    }
    const dirty = await api.call(
      'POST',
      '/api/folders/',
      '{"folder:meta_data":{"__proto__":{"polluted":1}}}',
    );
    assert.equal(dirty.status, 400);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

  it('is not reachable for others under a known password', async () => {
    const engine = new TinyEngine();
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      await assert.rejects(
        startSandbox({ port: 0, host, engine }),
        /OZ_SANDBOX_EMAIL and OZ_SANDBOX_PASSWORD/,
      );
    }
    const account = { email: 'a@example.com', password: 'long-enough-word' };
    const weak = [{ email: 'b@example.com', password: 'short', role: 'client' }] as const;
    await assert.rejects(
      startSandbox({ port: 0, host: '0.0.0.0', account, accounts: weak, engine }),
      /b@example.com/,
    );
  });

  it('works on as many media at once as processors and half of the memory bear', () => {
    const GIB = 1024 ** 3;
    assert.equal(workersFor(1, 64 * GIB), 1);
    assert.equal(workersFor(4, 16 * GIB), 4);
    assert.equal(workersFor(4, GIB), 2);
    assert.equal(workersFor(16, 0.25 * GIB), 1);
    assert.equal(workersFor(64, 256 * GIB), 8);
  });
});
