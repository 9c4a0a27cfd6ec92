import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { connect, createServer, type LookupFunction, type Socket } from 'node:net';
import { Bench, PHOTO, failure } from '../support/calls';
import { certificates, type TestCertificates } from '../../support/tls';

const UPLOAD = { media: [{ data: Buffer.concat([PHOTO, Buffer.alloc(5_000_000, 1)]), tags: [] }] };
const NONE = { kind: 'token', token: 'open-sesame' } as const;

describe('a host with several addresses', () => {
  const bench = new Bench();
  let made: TestCertificates;
  before(async function () {
    made = await certificates(['oz.test']);
  });
  afterEach(() => bench.end());

  const naming =
    (...addresses: string[]): LookupFunction =>
    (_host, _options, answer) =>
      answer(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );

  it('is reached by A when AAAA leads nowhere', async () => {
    const server = await bench.server({ tls: made });
    const { port } = new URL(server.url);
    const tls = { ca: made.ca, lookup: naming('::1', '127.0.0.1') };
    await bench.client(`https://oz.test:${port}`, { tls }).testConnection();
  });

  it('is reached by the one that works, though its handshake is slow', async function () {
    // A stopped process whose queue of connections is full: the next handshake waits until it runs again.
    const program = `
      const server = require('node:https').createServer({ key: process.env.KEY, cert: process.env.CERT }, (request, response) =>
        request.resume().on('end', () => response.end('{"items": []}')));
      server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));
    `;
    const { key, cert } = made;
    const slow = spawn(process.execPath, ['-e', program], {
      env: { KEY: key, CERT: cert },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const fillers: Socket[] = [];
    try {
      const [line] = await once(slow.stdout, 'data');
      const port = Number(String(line));
      slow.kill('SIGSTOP');
      // Until one is left waiting; the process may take some more before it stops.
      for (let full = false; !full;) {
        const filler = connect(port, '127.0.0.1').on('error', () => {});
        fillers.push(filler);
        full = await Promise.race([once(filler, 'connect').then(() => false), sleep(200, true)]);
      }
      const tls = { ca: made.ca, lookup: naming('127.0.0.1', '::1') };
      const tries: string[] = [];
      const trace = (line: string): unknown => tries.push(line);
      const listed = bench.client(`https://oz.test:${port}`, { tls, signIn: NONE, trace }).folders.list({});
      setTimeout(() => slow.kill('SIGCONT'), 500);
      assert.deepEqual((await listed).items, []);
      assert.equal(tries.length, 1, 'at the first try');
    } finally {
      for (const filler of fillers) filler.destroy();
      slow.kill('SIGKILL');
    }
  });
});

/** Destroys it in a later turn: on a busy machine the time is over before anybody has read what was written. */
async function drop(socket: Socket): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
  socket.destroy();
}

describe('an answer before the body is read', () => {
  const bench = new Bench();
  let made: TestCertificates;
  before(async function () {
    made = await certificates(['oz.test', '127.0.0.1']);
  });
  afterEach(() => bench.end());

  const PAGE = '<html>413 Request Entity Too Large</html>';
  const REFUSAL = `HTTP/1.1 413 Request Entity Too Large\r\nContent-Type: text/html\r\nContent-Length: ${PAGE.length}\r\nConnection: close\r\n\r\n${PAGE}`;

  for (const way of ['directly', 'through TLS', 'through a proxy and TLS'] as const) {
    for (const ending of [
      'reads on for a while',
      'ends its side',
      'drops the connection soon after',
    ] as const) {
      it(`413 ${way} is told as such when the server ${ending}`, async () => {
        const refuse = (socket: Socket): void => {
          socket.on('error', () => {});
          socket.once('data', () => {
            socket.pause();
            if (ending === 'ends its side') socket.end(REFUSAL);
            else socket.write(REFUSAL);
            if (ending === 'reads on for a while') socket.resume();
            if (ending === 'drops the connection soon after') setTimeout(() => void drop(socket), 300);
          });
        };
        const plain = way === 'directly';
        const { createServer: createTls } = await import('node:tls');
        const sockets = new Set<Socket>();
        const server = plain ? createServer(refuse) : createTls(made, refuse);
        server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const port = Number(Reflect.get(Object(server.address()), 'port'));
        const proxy = createServer((socket) => {
          sockets.add(socket.on('error', () => {}));
          socket.once('data', () => {
            const on = connect(port, '127.0.0.1', () => {
              socket.write('HTTP/1.1 200 OK\r\n\r\n');
              on.pipe(socket).pipe(on);
            }).on('error', () => socket.destroy());
          });
        });
        proxy.listen(0, '127.0.0.1');
        await once(proxy, 'listening');
        const proxyPort = Number(Reflect.get(Object(proxy.address()), 'port'));
        const client = bench.client(
          plain
            ? `http://127.0.0.1:${port}`
            : way === 'through TLS'
              ? `https://127.0.0.1:${port}`
              : 'https://oz.test',
          {
            signIn: NONE,
            tls: { ca: made.ca },
            ...(way === 'through a proxy and TLS' && { proxy: { url: `http://127.0.0.1:${proxyPort}` } }),
          },
        );
        try {
          const error = await failure(client.folders.create(UPLOAD));
          assert.deepEqual([error.code, error.key], ['OZ_REJECTED', 'rejectedSize']);
        } finally {
          await client.close();
          for (const socket of sockets) socket.destroy();
          server.close();
          proxy.close();
        }
      });
    }
  }
});
