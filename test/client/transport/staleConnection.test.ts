import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Bench, PHOTO, failure } from '../support/calls';

const TOKEN = { kind: 'token', token: 'open-sesame' } as const;
const UPLOAD = { media: [{ data: PHOTO, tags: [] }] };
const ANSWER = '{"folder_id": "f1", "media": [], "items": []}';

describe('connections that the server gave up', () => {
  const bench = new Bench();
  let close = (): void => {};
  afterEach(async () => {
    await bench.end();
    close();
  });

  /**
   * A server that drops its first connection at the second request on it, as if its end had crossed the request. Notes
   * which request came on which connection.
   */
  const dropping = async (): Promise<{ url: string; seen: string[] }> => {
    const seen: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      const connection = sockets.size;
      sockets.add(socket);
      let requests = 0;
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const method = /^(GET|POST) /.exec(data.toString('latin1'))?.[1];
        // A form may come in several pieces; the answer goes out after the one that ends it.
        if (method !== undefined) {
          requests += 1;
          seen.push(`${method} ${connection}`);
        }
        if (connection === 0 && requests > 1) return void socket.resetAndDestroy();
        const text = data.toString('latin1');
        if (text.endsWith('--\r\n') || (method === 'GET' && text.endsWith('\r\n\r\n')))
          socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    close = () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    };
    return { url: `http://127.0.0.1:${Number(Reflect.get(Object(server.address()), 'port'))}`, seen };
  };

  it('an upload that met one that had been idle is sent once more, after one look whether it was made', async () => {
    const { url, seen } = await dropping();
    const client = bench.client(url, { signIn: TOKEN });
    await client.folders.list({});
    bench.passTime(1100);
    assert.equal((await client.folders.create(UPLOAD)).folderId, 'f1');
    assert.deepEqual(seen, ['GET 0', 'POST 0', 'GET 1', 'POST 1']);
  });

  it('a request that met one in full use is not: it may have created something', async () => {
    const { url, seen } = await dropping();
    const client = bench.client(url, { signIn: TOKEN });
    await client.folders.list({});
    const error = await failure(client.collections.addImages('c1', 'p1', UPLOAD));
    assert.deepEqual([error.code, error.key], ['OZ_UNREACHABLE', 'reset']);
    assert.deepEqual(seen, ['GET 0', 'POST 0']);
  });

  it('an upload that met one in full use may have created a folder, and is looked for longer', async () => {
    const { url, seen } = await dropping();
    const client = bench.client(url, { signIn: TOKEN });
    await client.folders.list({});
    assert.equal((await client.folders.create(UPLOAD)).folderId, 'f1');
    assert.deepEqual(seen, ['GET 0', 'POST 0', 'GET 1', 'GET 1', 'GET 1', 'GET 1', 'POST 1']);
  });

  it('are given up before the server does where it says how long it keeps them', async () => {
    const connections = new Set<Socket>();
    const url = await bench.raw((request, response) => {
      connections.add(request.socket);
      request.resume().on('end', () => response.setHeader('Keep-Alive', 'timeout=2').end(ANSWER));
    });
    const client = bench.client(url, { signIn: TOKEN });
    await client.folders.list({});
    await client.folders.list({});
    assert.equal(connections.size, 1);
    const [first] = connections;
    assert.ok(first);
    await once(first, 'close');
    await client.folders.list({});
    assert.equal(connections.size, 2);
  });
});
