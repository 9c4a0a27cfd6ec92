import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, request as ask, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { Bench, PHOTO, failure } from '../support/calls';
import { certificates, type TestCertificates } from '../../support/tls';
import { UNKNOWN_HOST } from '../../support/unknownHost';

const CREATE = /POST \/api\/folders/;
const photo = { data: PHOTO, tags: ['photo_selfie'] };

describe('ways through the network', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  describe('TLS', () => {
    let made: TestCertificates;
    before(async function () {
      made = await certificates(['127.0.0.1', 'localhost']);
    });

    it('works with a private authority that is trusted in the options', async () => {
      const server = await bench.server({ tls: made });
      const client = bench.client(server.url, { tls: { ca: made.ca } });
      await client.testConnection();
      const folder = await client.folders.create({ media: [photo] });
      assert.equal(folder.media.length, 1);
    });

    it('carries a large file unharmed', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'oz-tls-'));
      const video = Buffer.concat([
        Buffer.from('00000018667479706d70343200000000', 'hex'),
        randomBytes(9_999_991),
      ]);
      writeFileSync(join(folder, 'a.mp4'), video);
      const server = await bench.server({ tls: made });
      const client = bench.client(server.url, { tls: { ca: made.ca } });
      await client.folders.create({ media: [{ path: join(folder, 'a.mp4'), tags: [] }] });
      assert.ok(server.callsTo(CREATE)[0]?.files[0]?.bytes.equals(video));
      rmSync(folder, { recursive: true });
    });

    it('is OZ_TLS with one that is not, before anything is sent', async () => {
      const server = await bench.server({ tls: made });
      const error = await failure(bench.client(server.url).folders.create({ media: [photo] }));
      assert.deepEqual([error.code, error.key], ['OZ_TLS', 'tlsUntrusted']);
      assert.equal(server.calls.length, 0);
    });

    it('is OZ_TLS with one that is not, although another program of this process lets all through', async () => {
      const server = await bench.server({ tls: made });
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        for (const options of [{}, { tls: { ALPNProtocols: ['http/1.1'] } }]) {
          const error = await failure(bench.client(server.url, options).testConnection());
          assert.deepEqual([error.code, error.key], ['OZ_TLS', 'tlsUntrusted']);
        }
        // A tls-config node may say so for this server.
        await bench.client(server.url, { tls: { rejectUnauthorized: false } }).testConnection();
      } finally {
        delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      }
    });

    it('is OZ_TLS for a certificate of another name', async () => {
      const other = await certificates(['oz.example.com']);
      const server = await bench.server({ tls: other });
      const error = await failure(bench.client(server.url, { tls: { ca: other.ca } }).testConnection());
      assert.deepEqual([error.code, error.key], ['OZ_TLS', 'tlsHostname']);
    });

    it('is OZ_TLS for https:// to a port that speaks http://', async () => {
      const server = await bench.server();
      const error = await failure(bench.client(server.url.replace('http:', 'https:')).testConnection());
      assert.equal(error.code, 'OZ_TLS');
    });

    it('says at once that a CA cannot be used', async () => {
      const error = await failure(
        Promise.resolve().then(() =>
          bench.client('https://127.0.0.1:1', { tls: { cert: 'no certificate' } }),
        ),
      );
      assert.equal(error.code, 'OZ_TLS');
    });
  });

  describe('proxy', () => {
    let made: TestCertificates;
    before(async () => {
      made = await certificates(['oz.test']);
    });

    /** A proxy that leads every name to one server, and notes what it was asked for. */
    async function proxy(target: string, asked: string[], tls?: TestCertificates): Promise<string> {
      const { hostname, port } = new URL(target);
      const pass: RequestListener = (request, response) => {
        asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
        const path = new URL(request.url ?? '').pathname;
        const { 'proxy-authorization': _, ...headers } = request.headers;
        const on = ask({ hostname, port, path, method: request.method ?? 'GET', headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers);
          answer.pipe(response);
        });
        request.pipe(on);
      };
      const server = tls === undefined ? createHttp(pass) : createHttps(tls, pass);
      server.on('connect', (request, socket) => {
        const { authorization = '', 'proxy-authorization': own = '' } = request.headers;
        asked.push(`CONNECT ${request.url} ${own}${authorization}`);
        const on = connect(Number(port), hostname, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          on.pipe(socket).pipe(on);
        });
        for (const end of [on, socket]) end.on('error', () => {});
      });
      return bench.listen(server);
    }

    const BASIC = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;

    it('tunnels https:// by CONNECT, once for many requests, and tells the proxy its own credentials only', async () => {
      const server = await bench.server({ tls: made });
      const asked: string[] = [];
      const url = await proxy(server.url, asked);
      const client = bench.client('https://oz.test', {
        tls: { ca: made.ca },
        proxy: { url, username: 'me', password: 'p@ss' },
      });
      const folder = await client.folders.create({ media: [photo] });
      await client.folders.get(folder.folderId);
      assert.deepEqual(asked, [`CONNECT oz.test:443 ${BASIC}`]);
      assert.ok(server.calls.every(({ headers }) => headers['proxy-authorization'] === undefined));
      await failure(bench.client('https://[::1]:4430', { proxy: { url } }).folders.list({}));
      assert.equal(asked[1], 'CONNECT [::1]:4430 ');
    });

    /** A proxy that deals with CONNECT in its own way. */
    async function oddProxy(answer: (socket: Duplex) => void): Promise<string> {
      const server = createHttp();
      server.on('connect', (_request, socket) => {
        // A server's socket stays half open when the other side is gone.
        socket.on('end', () => socket.end()).on('error', () => {});
        socket.resume();
        answer(socket);
      });
      return bench.listen(server);
    }

    it('adopts an upload when TLS fails in the tunnel after it was sent', async () => {
      const server = await bench.server({ tls: made });
      let tunnel: Duplex | undefined;
      const url = await oddProxy((socket) => {
        const onward = connect(Number(new URL(server.url).port), '127.0.0.1');
        onward.on('error', () => {});
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
        tunnel = socket;
      });
      const client = bench.client('https://oz.test', { tls: { ca: made.ca }, proxy: { url } });
      server.script(CREATE, { does: true, write: () => tunnel?.write('plain text') });
      const { folderId } = await client.folders.create({ media: [photo] });
      assert.deepEqual([...server.folders.keys()], [folderId]);
      assert.equal(server.callsTo(CREATE).length, 1);
    });

    it('is proxyRefused when the proxy does not open the way, and proxySignIn when it asks for one', async () => {
      for (const [status, key] of [
        ['403 Forbidden', 'proxyRefused'],
        ['407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM', 'proxySignIn'],
      ]) {
        const url = await oddProxy((socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
        const error = await failure(bench.client('https://oz.test', { proxy: { url } }).testConnection());
        assert.deepEqual(
          [error.code, error.key, error.cause.system],
          ['OZ_UNREACHABLE', key, `PROXY_HTTP_${status?.slice(0, 3)}`],
        );
      }
    });

    it('is proxyRefused when the proxy is not there, for http:// as for https://', async () => {
      const gone = await bench.server();
      await gone.stop();
      for (const url of ['http://oz.test', 'https://oz.test'])
        for (const proxyUrl of [gone.url, `http://${UNKNOWN_HOST}`]) {
          const error = await failure(bench.client(url, { proxy: { url: proxyUrl } }).testConnection());
          assert.deepEqual([error.code, error.key], ['OZ_UNREACHABLE', 'proxyRefused'], url + proxyUrl);
        }
    });

    it('lets go of a proxy that never answers when the client is closed', async () => {
      let asked = (_socket: Duplex): void => {};
      const socket = new Promise<Duplex>((resolve) => (asked = resolve));
      const url = await oddProxy((waiting) => asked(waiting));
      const client = bench.client('https://oz.test', { proxy: { url } });
      const ended = failure(client.testConnection());
      const gone = once(await socket, 'end');
      await client.close();
      assert.equal((await ended).code, 'OZ_CANCELLED');
      await gone;
    });

    it('passes http:// on through the proxy, which may speak TLS', async () => {
      const server = await bench.server();
      for (const tls of [undefined, made]) {
        const asked: string[] = [];
        const address = await proxy(server.url, asked, tls);
        const client = bench.client('http://oz.test', {
          proxy: {
            url: tls === undefined ? address : address.replace('http:', 'https:'),
            username: 'me',
            password: 'p@ss',
          },
          // The certificate is for another name.
          tls: { rejectUnauthorized: false },
        });
        await client.folders.create({ media: [photo] });
        assert.deepEqual(asked, [
          `POST http://oz.test/api/authorize/auth ${BASIC}`,
          `POST http://oz.test/api/folders/ ${BASIC}`,
        ]);
      }
    });

    it('takes the proxy for a loopback address too, as it is seen from the machine of the proxy', async () => {
      const server = await bench.server();
      const asked: string[] = [];
      const url = await proxy(server.url, asked);
      await bench.client(server.url, { proxy: { url } }).testConnection();
      assert.ok(asked.length > 0);
    });

    it('goes around the proxy with the sandbox account, which must not leave this machine', async () => {
      const server = await bench.server();
      const asked: string[] = [];
      const url = await proxy(server.url, asked);
      await failure(
        bench.client(server.url, { signIn: { kind: 'sandbox' }, proxy: { url } }).folders.list({}),
      );
      assert.equal(server.calls.length, 1);
      assert.deepEqual(asked, []);
    });

    it('goes around the proxy for what noProxy names', async () => {
      const server = await bench.server();
      const asked: string[] = [];
      const url = await proxy(server.url, asked);
      const named = bench.client(`http://${UNKNOWN_HOST}`, { proxy: { url, noProxy: ['.invalid'] } });
      assert.equal((await failure(named.testConnection())).key, 'hostUnknown');
      assert.deepEqual(asked, []);
    });
  });
});
