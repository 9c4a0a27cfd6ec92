import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FileChunks } from '../../../client/media/fileChunks';
import { ozError } from '../../../client/errors/errorMessages';

const CHUNK = 512 * 1024;
const changed = () => ozError('mediaChanged', { file: 'clip.mp4' });
const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

describe('a file that is sent', () => {
  let folder: string;
  let server: Server;
  const received: Promise<string>[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-chunks-'));
    server = createServer((socket) => void received.push(readSlowly(socket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => (received.length = 0));

  /** Takes a little, rests, takes on: so that the sender has to wait with a chunk half sent. */
  async function readSlowly(socket: Socket): Promise<string> {
    const hash = createHash('sha256');
    let taken = 0;
    for await (const piece of socket) {
      const chunk: Buffer = piece;
      hash.update(chunk);
      taken += chunk.length;
      if (taken % 7 === 0) await setImmediate();
    }
    return hash.digest('hex');
  }

  async function file(name: string, bytes: number): Promise<{ path: string; data: Buffer }> {
    const path = join(folder, name);
    const data = randomBytes(bytes);
    await writeFile(path, data);
    return { path, data };
  }

  async function send(path: string, size: number): Promise<void> {
    const address: AddressInfo | string | null = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const socket = connect(address.port, '127.0.0.1');
    const stream = new FileChunks(() => open(path), size, changed);
    stream.pipe(socket);
    await once(socket, 'close');
    stream.destroy();
  }

  it('arrives byte for byte, also when the receiver is slow and others are sent at the same time', async () => {
    for (let round = 0; round < 3; round++) {
      received.length = 0;
      const sizes = [1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK, 7 * CHUNK + 5, 12 * CHUNK];
      const files = await Promise.all(sizes.map((size) => file(`clip-${size}`, size)));
      await Promise.all(files.map(({ path, data }) => send(path, data.length)));
      assert.deepEqual((await Promise.all(received)).sort(), files.map(({ data }) => sha256(data)).sort());
    }
  });

  it('ends as changed when it is longer or shorter than it was', async () => {
    const { path } = await file('changing', 2 * CHUNK);
    for (const size of [2 * CHUNK - 1, CHUNK, 2 * CHUNK + 1, 3 * CHUNK]) {
      const stream = new FileChunks(() => open(path), size, changed);
      await assert.rejects(once(stream.resume(), 'end'), { code: 'OZ_MEDIA', key: 'mediaChanged' });
    }
  });

  it('fails as the system says when it is gone', async () => {
    const stream = new FileChunks(() => open(join(folder, 'gone')), 10, changed);
    await assert.rejects(once(stream.resume(), 'end'), { code: 'ENOENT' });
  });

  it('is closed when the sending is given up in the middle', async () => {
    const { path, data } = await file('given-up', 8 * CHUNK);
    const openFiles = async (): Promise<number> => (await readdir('/dev/fd')).length;
    const before = await openFiles();
    for (let round = 0; round < 20; round++) {
      const stream = new FileChunks(() => open(path), data.length, changed);
      stream.once('data', () => stream.destroy());
      await once(stream, 'close');
    }
    assert.equal(await openFiles(), before);
  });

  it('does not gather used buffers: a long one takes no more memory than a short one', async () => {
    const taken = async (chunks: number): Promise<number> => {
      const { path, data } = await file(`long-${chunks}`, chunks * CHUNK);
      const distinct = new Set<ArrayBufferLike>();
      const stream = new FileChunks(() => open(path), data.length, changed);
      stream.on('data', (chunk: Buffer) => distinct.add(chunk.buffer));
      await once(stream, 'end');
      stream.destroy();
      return distinct.size;
    };
    assert.equal(await taken(40), await taken(4));
  });
});
