import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Bench, PHOTO, failure } from '../support/calls';

const TOKEN = { kind: 'token', token: 'open-sesame' } as const;

describe('what stands around a body', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  /** The headers of a request as they were sent, by lower-case name; a name that is sent twice has two values. */
  const sentIn = (request: IncomingMessage): Map<string, string[]> => {
    const sent = new Map<string, string[]>();
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      const name = (request.rawHeaders[at] ?? '').toLowerCase();
      sent.set(name, [...(sent.get(name) ?? []), request.rawHeaders[at + 1] ?? '']);
    }
    return sent;
  };

  it('each header is sent once: the host, who asks, the token, and type and exact length of a form', async () => {
    let received = 0;
    let sent = new Map<string, string[]>();
    const url = await bench.raw((request, response) => {
      sent = sentIn(request);
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request.on('end', () => response.writeHead(201).end('{"folder_id": "f1", "media": []}'));
    });
    await bench.client(url, { signIn: TOKEN }).folders.create({ media: [{ data: PHOTO, tags: [] }] });
    for (const [name, values] of sent) assert.equal(values.length, 1, name);
    assert.deepEqual(sent.get('host'), [new URL(url).host]);
    assert.deepEqual(sent.get('x-forensic-access-token'), [TOKEN.token]);
    assert.deepEqual(sent.get('user-agent'), ['node-red-oz']);
    assert.deepEqual(sent.get('accept'), ['application/json']);
    assert.deepEqual(sent.get('content-length'), [String(received)]);
    assert.match(sent.get('content-type')?.[0] ?? '', /^multipart\/form-data; boundary=\S{20,}$/);
    assert.equal(sent.has('transfer-encoding'), false);
  });

  it('a packed answer is unpacked', async () => {
    const url = await bench.raw((_request, response) =>
      response
        .writeHead(200, { 'content-encoding': 'gzip' })
        .end(gzipSync('{"items": [{"folder_id": "f1"}]}')),
    );
    const page = await bench.client(url, { signIn: TOKEN }).folders.list({});
    assert.equal(page.items[0]?.folderId, 'f1');
  });

  it('a server that takes the connection but never says who it is, is OZ_TIMEOUT while connecting', async () => {
    const silent = createServer((socket: Socket) => void socket.on('error', () => socket.destroy()));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port }: AddressInfo = Object(silent.address());
    const client = bench.client(`https://127.0.0.1:${port}`, { timeoutMs: 150, signIn: TOKEN });
    try {
      const error = await failure(client.folders.create({ media: [{ data: PHOTO, tags: [] }] }));
      assert.deepEqual([error.code, error.key], ['OZ_TIMEOUT', 'timeoutConnect']);
    } finally {
      await client.close();
      silent.close();
    }
  });
});
