import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { Bench, PHOTO, failure } from '../support/calls';

const TOKEN = { kind: 'token', token: 'open-sesame' } as const;

describe('JSON that means harm', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  const answering = (body: string | Buffer, headers = {}, status = 200): Promise<string> =>
    bench.raw((request, response) => {
      request.resume().on('end', () => response.writeHead(status, headers).end(body));
    });

  const nested = (levels: number, open: string, close: string): string =>
    `{"items": ${open.repeat(levels)}1${close.repeat(levels)}}`;

  for (const [name, open, close] of [
    ['lists', '[', ']'],
    ['objects', '{"person_id":', '}'],
    ['both, with odd texts', '[{"]\\"}":', '}]'],
  ] as const) {
    for (const levels of [3_000, 100_000]) {
      it(`an answer of ${levels} nested ${name} is OZ_RESPONSE`, async () => {
        const client = bench.client(await answering(nested(levels, open, close)), { signIn: TOKEN });
        const error = await failure(client.folders.get('f1'));
        assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'tooDeep']);
      });
    }
  }

  it('one that is not packed as it says is broken, and its server is not unreachable', async () => {
    const url = await answering('{"folder_id": "f1"}', { 'content-encoding': 'br' });
    const error = await failure(bench.client(url, { signIn: TOKEN }).folders.get('f1'));
    assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'brokenJson']);
  });

  it('reasons by the ten thousand do not keep the process busy: most are left out', async () => {
    const analyses = Array.from({ length: 30_000 }, (_, at) => ({
      analysis_id: `a${at}`,
      state: 'FAILED',
      error_message: `caf\u00e9 no. ${at}, %41 &#x42;`,
    }));
    const url = await answering(JSON.stringify({ folder_id: 'f1', analyses }));
    const folder = await bench.client(url, { signIn: TOKEN }).folders.get('f1');
    const told = folder.analyses.map(({ error }) => error?.message ?? '');
    assert.deepEqual([told[0], told.at(-1)], ['caf\u00e9 no. 0, %41 &#x42;', '***']);
  });

  it('one that says no is told by its status', async () => {
    const client = bench.client(await answering(nested(100_000, '[', ']'), {}, 400), { signIn: TOKEN });
    assert.equal((await failure(client.folders.get('f1'))).code, 'OZ_REJECTED');
  });

  it('brackets within texts are no levels', async () => {
    const text = JSON.stringify('[{'.repeat(500) + '\\"[['.repeat(200));
    const url = await answering(`{"folder_id": "f1", "meta_data": {"note": ${text}}, "media": []}`);
    assert.equal((await bench.client(url, { signIn: TOKEN }).folders.get('f1')).folderId, 'f1');
  });

  it('a number that JSON does not know is no number, and half an answer with one is broken', async () => {
    const note = 'NaN, -Infinity and \\"NaN';
    const folder = `{"folder_id": "f1", "score":NaN,"meta_data": {"note": "${note}", "x":[-Infinity,NaN, Infinity]}`;
    const { raw } = await bench
      .client(await answering(`${folder}, "media": []}`), { signIn: TOKEN })
      .folders.get('f1');
    assert.deepEqual(raw, {
      folder_id: 'f1',
      score: null,
      meta_data: { note: 'NaN, -Infinity and "NaN', x: [null, null, null] },
      media: [],
    });
    const half = await answering(`${folder}, "media": "${'\\"'.repeat(100_000)}`);
    const error = await failure(bench.client(half, { signIn: TOKEN }).folders.get('f1'));
    assert.equal(error.key, 'brokenJson');
  });

  for (const name of ['__proto__', '\\u005f_proto__', '__pr\\u006fto__']) {
    it(`a field "${name}" is not taken`, async () => {
      const url = await answering(
        `{"a": 1, "${name}": {"isAdmin": true}, "b": {"${name}": {"isAdmin": true}}}`,
      );
      const client = bench.client(url, { signIn: TOKEN });
      const fields = await client.metadata.get({ object: 'folder', id: 'f1' });
      assert.deepEqual(Object.getOwnPropertyNames(fields), ['a', 'b']);
      assert.equal(Object.assign({}, fields, fields['b'])['isAdmin'], undefined);
      assert.equal(Reflect.get({}, 'isAdmin'), undefined);
    });
  }

  it('100 MB are not read', async () => {
    const client = bench.client(await answering(`["${'x'.repeat(100_000_000)}"]`), { signIn: TOKEN });
    assert.equal((await failure(client.folders.list({}))).key, 'tooLarge');
  });

  it('100 MB packed into 100 kB are not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000, 32));
    assert.ok(bomb.length < 200_000);
    for (const status of [200, 400]) {
      const url = await answering(bomb, { 'content-encoding': 'gzip' }, status);
      const error = await failure(bench.client(url, { signIn: TOKEN }).folders.list({}));
      assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'tooLarge']);
    }
  });

  const deep = (levels: number): object => {
    let value: object = {};
    for (let level = 0; level < levels; level += 1) value = { a: value };
    return value;
  };
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  for (const [name, note] of [
    ['nested 3 000 levels deep', deep(3_000)],
    ['nested 100 000 levels deep', deep(100_000)],
    ['that contains itself', circular],
    ['with a BigInt', 1n],
    ['with a number that JSON has not', NaN],
  ] as const) {
    it(`metadata ${name} is OZ_INPUT, and nothing is sent`, async () => {
      const server = await bench.server();
      const client = bench.client(server.url, { signIn: TOKEN });
      const metadata: Record<string, never> = Object(JSON.parse('{}'));
      Reflect.set(metadata, 'note', note);
      const media = [{ data: PHOTO, tags: [] }];
      const analyses = [{ type: 'quality' as const }];
      for (const call of [
        client.folders.create({ media, metadata }),
        client.metadata.change({ object: 'folder', id: 'f1' }, metadata),
        client.analyses.start('f1', { analyses: [{ type: 'quality', params: metadata }] }),
        client.check({ media, metadata, analyses }, { timeoutMs: 1000, onTimeout: 'error' }),
      ]) {
        const error = await failure(call);
        assert.deepEqual([error.code, error.key], ['OZ_INPUT', 'jsonInvalid']);
      }
      assert.equal(server.calls.length, 0);
    });
  }

  for (const location of ['http://[', '//[', 'http://a b/', 'http://x:99999/', 'file:///etc/passwd', '']) {
    it(`a redirect to "${location}" has a fitting code`, async () => {
      const url = await answering('', { location }, 302);
      const client = bench.client(url, { signIn: TOKEN });
      for (const call of [client.folders.list({}), client.download(`${url}/static/a.jpg`)])
        assert.equal((await failure(call)).code, 'OZ_RESPONSE');
    });
  }
});
