import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import type { Api } from './support/api';
import { assertError, sandboxWith, video } from './support/api';

const FORM = { 'Content-Type': 'multipart/form-data; boundary=X' };

/** Waits until a folder holds as many files as wanted. */
async function filesIn(folder: string, wanted: (count: number) => boolean): Promise<void> {
  const changed = new EventEmitter();
  const watcher = watch(folder, () => changed.emit('change'));
  try {
    for (;;) {
      const change = once(changed, 'change');
      if (wanted((await readdir(folder)).length)) return;
      await change;
    }
  } finally {
    watcher.close();
  }
}

describe('sandbox: bad input', () => {
  let sandbox: Sandbox;
  let api: Api;
  let data: string;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'oz-test-'));
    ({ sandbox, api } = await sandboxWith({ data }));
  });
  afterEach('nothing is left behind, and it goes on', async () => {
    assert.equal((await api.get('/api/folders/?limit=1')).status, 200);
    assert.deepEqual(await readdir(join(data, 'incoming')), []);
  });
  after(async () => {
    await sandbox.close();
    await rm(data, { recursive: true });
  });

  const part = (head: string, body = '{}') =>
    `--X\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
  const file = 'name="v"; filename="a.mp4"\r\nContent-Type: video/mp4';

  it('media that the disk does not take: an error of the server, which names no path of the machine', async () => {
    const incoming = join(data, 'incoming');
    await rm(incoming, { recursive: true });
    const large = { ...video({ face: 'ann' }), data: new Uint8Array(2_000_000) };
    assertError(await api.upload('/api/folders/', [large]), 500, 0);
    await mkdir(incoming);
    const { folder_id: id } = await api.folder([video({ face: 'ann' })]);
    await api.delete(`/api/folders/${String(id)}`);
  });

  it('a form without its end, without parts, without a boundary', async () => {
    assertError(await api.call('POST', '/api/folders/', part(file), FORM), 400, 3);
    assertError(await api.call('POST', '/api/folders/', 'nothing', FORM), 400, 3);
    const noBoundary = { 'Content-Type': 'multipart/form-data' };
    assertError(await api.call('POST', '/api/folders/', 'nothing', noBoundary), 400, 3);
    assert.equal((await api.call('POST', '/api/folders/', '--X--\r\n', FORM)).status, 201);
  });

  it('a payload that is not JSON, not an object, or of wrong types', async () => {
    for (const [payload, code] of [
      ['{', 3],
      ['[]', 3],
      ['{"__proto__":{"a":1}}', 3],
      ['{"media:tags":[]}', 5],
      ['{"media:tags":{"v":"tag"}}', 5],
      ['{"media:tags":{"v":[1]}}', 5],
      ['{"media:meta_data":{"v":1}}', 5],
      ['{"folder:meta_data":"text"}', 5],
      ['{"folder:meta_data":{"sandbox":1}}', 4],
      ['{"analyses":"quality"}', 5],
    ] as const) {
      const body = `${part(file)}${part('name="payload"', payload)}--X--\r\n`;
      assertError(await api.call('POST', '/api/folders/', body, FORM), 400, code);
    }
    assert.equal((await api.get('/api/folders/?total_omit=0')).body['total_count'], 1);
  });

  it('two parts of one name, names that every object has, hundreds of parts', async () => {
    assertError(await api.call('POST', '/api/folders/', `${part(file)}${part(file)}--X--\r\n`, FORM), 400, 4);
    const inherited = file.replace('"v"', '"toString"');
    const strange = `${part(inherited)}${part('name="payload"', '{"media:tags":{}}')}--X--\r\n`;
    const answer = await api.call('POST', '/api/folders/', strange, FORM);
    assert.deepEqual(answer.body['media']?.[0]?.['tags'], []);
    const many = Array.from({ length: 300 }, (_value, index) => part(`name="f${index}"`)).join('');
    assertError(await api.call('POST', '/api/folders/', `${many}--X--\r\n`, FORM), 400, 14);
  });

  it('a text part above one MiB', async () => {
    const body = `${part('name="payload"', `{"a":"${'x'.repeat(1024 * 1024)}"}`)}--X--\r\n`;
    assertError(await api.call('POST', '/api/folders/', body, FORM), 400, 14, 'Request data too big');
  });

  it('a payload that is sent as a file', async () => {
    const asFile = 'name="payload"; filename="blob"\r\nContent-Type: application/json';
    const form = (payload: string) => `${part(file)}${part(asFile, payload)}`;
    const answer = await api.call(
      'POST',
      '/api/folders/',
      `${form('{"media:tags":{"v":["t"]}}')}--X--\r\n`,
      FORM,
    );
    assert.deepEqual(answer.body['media']?.[0]?.['tags'], ['t']);
    assertError(await api.call('POST', '/api/folders/', form('{"media'), FORM), 400, 3);
    const big = form(`{"a":"${'x'.repeat(1024 * 1024)}"}`);
    assertError(await api.call('POST', '/api/folders/', `${big}--X--\r\n`, FORM), 400, 14);
  });

  it('file names that look like paths or markup are only shown', async () => {
    for (const name of [
      '../../etc/passwd.mp4',
      'C:\\\\x\\\\y.mp4',
      '<script>alert(1)</script>.mp4',
      `${'n'.repeat(600)}.mp4`,
    ]) {
      const body = `${part(`name="v"; filename="${name}"\r\nContent-Type: video/mp4`)}--X--\r\n`;
      const answer = await api.call('POST', '/api/folders/', body, FORM);
      assert.equal(answer.status, 201, answer.text);
      const media = answer.body['media']?.[0];
      assert.match(
        new URL(String(media?.['original_url'])).pathname,
        /^\/static\/[0-9a-f-]{36}\/[0-9a-f]{32}\.mp4$/,
      );
      assert.ok(String(media?.['original_name']).length <= 255);
    }
  });

  it('paths below /static/ that lead out of it', async () => {
    await api.folder([video({})]);
    for (const path of [
      '/static/../pid',
      '/static/%2e%2e/pid',
      '/static/..%2fpid',
      '/static/%2e%2e%2fstate%2fdata.mdb',
      '/static/',
      '/static',
      '/static/..\\pid',
      '/samples/../package.json',
    ]) {
      const answer = await raw(
        sandbox.url,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      assert.match(answer, /^HTTP\/1\.1 (403|404) /, path);
    }
  });

  it('bytes that are no HTTP, and clients that hang up', async () => {
    assert.match(await raw(sandbox.url, '\u0000\u0001 nonsense\r\n\r\n'), /^HTTP\/1\.1 400 /);
    const head = `POST /api/folders/ HTTP/1.1\r\nHost: localhost\r\nX-Forensic-Access-Token: ${api.token}\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 9000\r\n\r\n`;
    const { port } = new URL(sandbox.url);
    const incoming = join(data, 'incoming');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(head + part(file, 'x'.repeat(2000)));
    await filesIn(incoming, (count) => count > 0);
    socket.destroy();
    // The server notices a moment later, and removes what it had received.
    await filesIn(incoming, (count) => count === 0);
  });

  it('any bytes as a form, any JSON as a body (property)', async function () {
    this.timeout(60_000);
    const { folder_id: id } = Object(await api.folder([video({ face: 'ann' })]));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.json(), async (bytes, json) => {
        const body = Buffer.concat([Buffer.from('--X\r\nContent-Disposition: form-data; '), bytes]);
        const answers = [
          await api.call('POST', '/api/folders/', body, FORM),
          await api.call('POST', `/api/folders/${id}/analyses/`, json),
          await api.call('POST', `/api/media/${encodeURIComponent(json.slice(0, 50))}/meta_data`, json),
          await api.call('PATCH', `/api/folders/${id}/meta_data`, json),
          await api.call(
            'GET',
            `/api/folders/?${encodeURIComponent(json)}&meta_data=${encodeURIComponent(json)}`,
          ),
        ];
        for (const { status, text } of answers) assert.ok(status < 500, `${status} ${text}`);
      }),
      { numRuns: 60 },
    );
  });
});

async function raw(url: string, bytes: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(bytes);
  return (await buffer(socket)).toString();
}
