import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import type { ClientOptions, OzClient } from '../../../client';
import { OzServer } from '../../support/ozServer';
import { Bench, failure } from '../support/calls';

const MB = 1024 * 1024;
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const WEBP = Buffer.concat([
  Buffer.from('RIFF'),
  Buffer.from([36, 0, 0, 0]),
  Buffer.from('WEBPVP8 '),
  Buffer.alloc(20),
]);
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

describe('fetching a best shot', () => {
  const bench = new Bench();
  let server: OzServer;
  let asked: string[];
  let neighbour: string;
  const client = (options: Partial<ClientOptions> = {}): OzClient => bench.client(server.url, options);

  beforeEach(async () => {
    server = await bench.server();
    asked = [];
    neighbour = await bench.raw((request, response) => {
      asked.push(String(request.url));
      if (request.url === '/back') response.writeHead(302, { location: `${server.url}/static/x.jpg` }).end();
      else response.end(request.url === '/secret' ? '{"secret":"of the neighbour"}' : JPEG);
    });
  });
  afterEach(() => bench.end());

  it('asks no neighbour of this machine, whether named at once or by a redirect', async () => {
    const { host } = new URL(neighbour);
    const addresses = [`${neighbour}/secret`, neighbour.replace('127.0.0.1', 'localhost')];
    server.script(/moved/, { status: 302, headers: { location: `${neighbour}/secret` } });
    server.script(/chain/, { status: 302, headers: { location: '/static/moved' } });
    for (const address of [...addresses, `${server.url}/static/chain`]) {
      const error = await failure(client().download(address));
      assert.deepEqual([error.code, error.key], ['OZ_CONFIG', 'mediaHostNotNamed'], address);
      assert.ok(error.message.includes(address.includes('localhost') ? 'localhost' : host));
      assert.match(error.message, /"Media hosts"/);
    }
    assert.deepEqual(asked, []);
  });

  it('asks hosts that the user names, by name or with the port, and checks each redirect', async () => {
    const { port } = new URL(neighbour);
    for (const mediaHosts of [['127.0.0.1'], ['other.example', `127.0.0.1:${port}`]]) {
      assert.ok((await client({ mediaHosts }).download(`${neighbour}/a`)).data.equals(JPEG));
      assert.equal((await client({ mediaHosts }).download(`${neighbour}/back`)).contentType, 'image/jpeg');
    }
    for (const mediaHosts of [['127.0.0.1:1'], ['example.com'], ['27.0.0.1'], []])
      assert.equal(
        (await failure(client({ mediaHosts }).download(`${neighbour}/a`))).key,
        'mediaHostNotNamed',
      );
    assert.throws(() => client({ mediaHosts: ['https://cdn.example.com/x'] }), { key: 'mediaHostInvalid' });
  });

  it('takes JPEG, PNG and WebP, whatever the server calls them, and nothing else', async () => {
    const url = await bench.raw((request, response) => {
      const bodies: Record<string, [Buffer, string]> = {
        '/static/a': [JPEG, 'application/octet-stream'],
        '/static/b': [PNG, 'text/html'],
        '/static/c': [WEBP, 'image/jpeg'],
        '/static/svg': [SVG, 'image/svg+xml'],
        '/static/json': [Buffer.from('{"secret":1}'), 'image/jpeg'],
        '/static/video': [Buffer.from('00000018667479706d70343200000000', 'hex'), 'image/jpeg'],
        '/static/nothing': [Buffer.alloc(0), 'image/jpeg'],
      };
      const [body, type] = bodies[request.url ?? ''] ?? [JPEG, ''];
      response.writeHead(200, { 'content-type': type }).end(body);
    });
    const open = bench.client(url, { signIn: { kind: 'none' } });
    for (const [name, type] of [
      ['a', 'jpeg'],
      ['b', 'png'],
      ['c', 'webp'],
    ] as const)
      assert.equal((await open.download(`${url}/static/${name}`)).contentType, `image/${type}`);
    for (const name of ['svg', 'json', 'video', 'nothing']) {
      const error = await failure(open.download(`${url}/static/${name}`));
      assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'notAnImage'], name);
    }
    const data = (type: string, bytes: Buffer): string => `data:${type};base64,${bytes.toString('base64')}`;
    assert.equal((await open.download(data('image/png', JPEG))).contentType, 'image/jpeg');
    for (const address of [
      data('image/svg+xml', SVG),
      data('image/jpeg', SVG),
      data('text/html', PNG.subarray(1)),
    ])
      assert.equal((await failure(open.download(address))).key, 'notAnImage');
    for (const address of [
      'data:image/svg+xml,<svg/>',
      'file:///etc/passwd',
      'ftp://127.0.0.1/x',
      'gopher:x',
    ])
      assert.equal((await failure(open.download(address))).key, 'downloadUrl', address);
  });

  it('ends early when there is no end: an image of 1 GB, and a small one that unpacks to it', async () => {
    let sent = 0;
    const chunk = Buffer.alloc(MB, 7);
    const url = await bench.raw((request, response) => {
      if (request.url === '/packed') {
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.concat([JPEG, Buffer.alloc(64 * MB)])));
        return;
      }
      response.writeHead(200, request.url === '/said' ? { 'content-length': String(1024 * MB) } : {});
      response.write(JPEG);
      const more = (): void => {
        while (!response.destroyed && sent < 1024) {
          sent += 1;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const open = bench.client(url, { signIn: { kind: 'none' } });
    for (const path of ['/endless', '/said', '/packed']) {
      sent = 0;
      const error = await failure(open.download(`${url}${path}`));
      assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'tooLarge'], path);
      assert.ok(sent < 200, `${sent} MB`);
    }
  });

  it('ends with one error when the server sends us nowhere', async () => {
    for (const location of ['http://[', 'file:///etc/passwd', 'javascript:alert(1)']) {
      server.script(/moved/, { status: 302, headers: { location } });
      assert.equal((await failure(client().download(`${server.url}/static/moved`))).key, 'notAnImage');
    }
    server.script(/moved/, { status: 302, headers: { location: '/static/moved' } }, 99);
    assert.equal((await failure(client().download(`${server.url}/static/moved`))).key, 'tooManyRedirects');
  });
});
