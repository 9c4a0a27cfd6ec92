import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { Bench, PHOTO, failure } from '../support/calls';

const CREATE = /POST \/api\/folders/;
const MB = 1024 * 1024;
const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
/** Linux shows what a process has open. */
const openFiles = (): string[] => readdirSync('/proc/self/fd');

describe('uploads', () => {
  const bench = new Bench();
  const video = Buffer.concat([
    Buffer.from('00000018667479706d70343200000000', 'hex'),
    randomBytes(7 * MB + 13),
  ]);
  let folder = '';
  let file = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'oz-upload-'));
    file = join(folder, 'selfie.mp4');
    writeFileSync(file, video);
  });
  afterEach(() => bench.end());
  after(() => rmSync(folder, { recursive: true }));

  it('arrive byte for byte, with exact length, type, name, tags and metadata', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    const progress: number[] = [];
    const made = await client.folders.create({
      media: [
        { path: file, tags: ['video_selfie', 'video_selfie_blank'], metadata: { camera: 'front' } },
        { data: PHOTO, filename: 'Führerschein.jpg', tags: ['photo_id'] },
        {
          stream: Readable.from([PHOTO, PHOTO]),
          size: 2 * PHOTO.length,
          contentType: 'image/jpeg',
          tags: [],
        },
      ],
      metadata: { transaction_id: '42' },
      webhook: 'https://backend.example/hook',
      onProgress: ({ sentBytes, totalBytes }) => progress.push(sentBytes / totalBytes),
    });
    const [call] = server.callsTo(CREATE);
    assert.ok(call !== undefined);
    assert.deepEqual(
      call.files.map(({ filename, contentType, bytes }) => [filename, contentType, sha(bytes)]),
      [
        ['selfie.mp4', 'video/mp4', sha(video)],
        ['Führerschein.jpg', 'image/jpeg', sha(PHOTO)],
        ['media-3', 'image/jpeg', sha(Buffer.concat([PHOTO, PHOTO]))],
      ],
    );
    const keys = call.files.map(({ field }) => field);
    const { node_red_upload: mark } = call.payload['folder:meta_data'] as Record<string, unknown>;
    assert.match(String(mark), /^[0-9a-f-]{36}$/);
    assert.deepEqual(call.payload, {
      'folder:meta_data': { transaction_id: '42', node_red_upload: mark },
      'media:tags': {
        [keys[0] ?? '']: ['video_selfie', 'video_selfie_blank'],
        [keys[1] ?? '']: ['photo_id'],
        [keys[2] ?? '']: [],
      },
      'media:meta_data': { [keys[0] ?? '']: { camera: 'front' } },
      resolution_endpoint: 'https://backend.example/hook',
    });
    assert.equal(new Set(keys).size, 3);
    assert.ok(Number(call.headers['content-length']) > video.length);
    assert.equal(call.headers['transfer-encoding'], undefined);
    assert.equal(made.media.length, 3);
    assert.equal(progress.at(-1), 1);
  });

  it('refuse too large a file before anything is sent', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxFileBytes: MB });
    const error = await failure(client.folders.create({ media: [{ path: file, tags: [] }] }));
    assert.deepEqual([error.code, error.key], ['OZ_MEDIA', 'mediaTooBig']);
    assert.equal(server.calls.length, 0);
  });

  it('end with OZ_MEDIA when the file grows or shrinks before its turn', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 1 });
    await client.folders.list({});
    server.script(/GET \/api\/folders/, 'hang', 2);
    for (const change of ['grow', 'shrink'] as const) {
      const changing = join(folder, `${change}.mp4`);
      writeFileSync(changing, video);
      const abort = new AbortController();
      const blocking = failure(client.folders.list({}, { signal: abort.signal }));
      const waiting = failure(client.folders.create({ media: [{ path: changing, tags: [] }] }));
      await until(() => client.load().queued === 1);
      if (change === 'grow') appendFileSync(changing, 'more');
      else truncateSync(changing, 5 * MB);
      abort.abort();
      await blocking;
      const error = await waiting;
      assert.deepEqual([error.code, error.key], ['OZ_MEDIA', 'mediaChanged'], change);
    }
    assert.equal(server.folders.size, 0);
  });

  it('never send what was put in the place of a file after it was looked at', async () => {
    const server = await bench.server();
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    const secret = join(folder, 'secret.mp4');
    writeFileSync(secret, video);
    const client = bench.client(server.url, { maxParallel: 1, mediaFolders: [inside] });
    await client.folders.list({});
    server.script(/GET \/api\/folders/, 'hang', 3);
    const tricks: Record<string, (path: string) => void> = {
      mediaOutside: (path) => symlinkSync(secret, path),
      mediaChanged: (path) => writeFileSync(path, randomBytes(video.length)),
      mediaNotFile: (path) => mkdirSync(path),
    };
    for (const [key, trick] of Object.entries(tricks)) {
      const path = join(inside, `${key}.mp4`);
      writeFileSync(path, video);
      const abort = new AbortController();
      const blocking = failure(client.folders.list({}, { signal: abort.signal }));
      const waiting = failure(client.folders.create({ media: [{ path, tags: [] }] }));
      await until(() => client.load().queued === 1);
      rmSync(path);
      trick(path);
      abort.abort();
      await blocking;
      assert.equal((await waiting).key, key);
    }
    assert.equal(server.folders.size, 0);
  });

  it('hold no open file while they wait, and none when they were cancelled', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 2 });
    await client.folders.list({});
    server.script(CREATE, 'hang', 99);
    const before = openFiles().length;
    const abort = new AbortController();
    const uploads = Array.from({ length: 60 }, () =>
      failure(client.folders.create({ media: [{ path: file, tags: [] }] }, { signal: abort.signal })),
    );
    await until(() => client.load().queued === 58);
    // Two connections and two files at most.
    assert.ok(openFiles().length <= before + 8, `${openFiles().length} against ${before}`);
    abort.abort();
    for (const upload of uploads) assert.equal((await upload).code, 'OZ_CANCELLED');
    await until(() => openFiles().length <= before + 2);
  });

  it('are not stopped by a server that answers before it took everything', async () => {
    const url = await bench.raw((request, response) => {
      if (request.url?.includes('authorize'))
        return void request.resume().on('end', () => response.end('{"access_token":"t"}'));
      response.writeHead(413, { connection: 'close' }).end('<html>413</html>');
    });
    const error = await failure(bench.client(url).folders.create({ media: [{ path: file, tags: [] }] }));
    assert.ok(error.key === 'rejectedSize' || error.key === 'reset', error.key);
  });

  it('say that a stream cannot be sent a second time', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    await client.folders.list({});
    server.expireTokens();
    const stream = Readable.from([PHOTO]);
    const media = [{ stream, size: PHOTO.length, contentType: 'image/jpeg', tags: [] }];
    const error = await failure(client.folders.create({ media }));
    assert.deepEqual([error.code, error.key], ['OZ_MEDIA', 'mediaStreamUsed']);
  });

  const size = PHOTO.length;
  const streams: [name: string, stream: () => Readable, key: string][] = [
    ['is longer than its size says', () => Readable.from([PHOTO, PHOTO]), 'mediaStreamSize'],
    ['is shorter than its size says', () => Readable.from([PHOTO.subarray(1)]), 'mediaStreamSize'],
    ['holds objects', () => Readable.from([{ length: size }]), 'mediaStreamBroken'],
    [
      'fails',
      () => new Readable({ read: (): void => {}, construct: (next) => next(new Error('no')) }),
      'mediaStreamBroken',
    ],
    ['was destroyed', () => Readable.from([PHOTO]).destroy(), 'mediaStreamUsed'],
  ];
  for (const [name, stream, key] of streams) {
    it(`say so when a stream ${name}, and leave the next request alone`, async () => {
      const server = await bench.server();
      const client = bench.client(server.url);
      const media = [{ stream: stream(), size, contentType: 'image/jpeg', tags: [] }];
      const error = await failure(client.folders.create({ media }));
      assert.deepEqual([error.code, error.key], ['OZ_MEDIA', key]);
      await client.folders.list({});
      assert.equal(server.folders.size, 0);
    });
  }

  it('say so when the Blob of another library gives other bytes than it says', async () => {
    const server = await bench.server();
    const client = bench.client(server.url);
    const blob = new Blob([PHOTO]);
    for (const [said, key] of [
      [size - 1, 'mediaStreamSize'],
      [size + 1, 'mediaStreamSize'],
      [-1, 'mediaEmpty'],
    ] as const) {
      const other = { size: said, slice: () => blob } as unknown as Blob;
      const error = await failure(client.folders.create({ media: [{ blob: other, tags: [] }] }));
      assert.deepEqual([error.code, error.key], ['OZ_MEDIA', key]);
    }
    assert.equal(server.folders.size, 0);
  });

  it('take turns in the order in which they came, and one that waits for a repeat keeps no other back', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 1, timeoutMs: 1000 });
    await client.folders.list({});
    // Whether the first was made has to be looked up, before the others and by the only connection.
    server.script(CREATE, 'lost');
    const ends: string[] = [];
    const uploads = Array.from({ length: 4 }, (_, at) =>
      client.folders
        .create({ media: [{ data: PHOTO, tags: [] }], metadata: { at } })
        .then(() => ends.push(`${at}`)),
    );
    await Promise.all(uploads);
    assert.equal(server.folders.size, 4);
    assert.deepEqual(
      ends.filter((at) => at !== '0'),
      ['1', '2', '3'],
    );
    assert.deepEqual(client.load(), { running: 0, queued: 0 });
  });

  it('leave their turn to the next when they are cancelled or fail at it', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 1 });
    await client.folders.list({});
    server.script(/GET \/api\/folders/, 'hang');
    const blocking = new AbortController();
    const blocked = failure(client.folders.list({}, { signal: blocking.signal }));
    const abort = new AbortController();
    const cancelled = failure(
      client.folders.create({ media: [{ data: PHOTO, tags: [] }] }, { signal: abort.signal }),
    );
    const stream = new Readable({ read: () => {} });
    const broken = failure(
      client.folders.create({
        media: [{ stream, size: PHOTO.length, contentType: 'image/jpeg', tags: [] }],
      }),
    );
    const last = client.folders.create({ media: [{ data: PHOTO, tags: [] }] });
    await until(() => client.load().queued === 3);
    stream.destroy(new Error('gone'));
    abort.abort();
    assert.equal((await cancelled).code, 'OZ_CANCELLED');
    blocking.abort();
    await blocked;
    assert.equal((await broken).code, 'OZ_MEDIA');
    await last;
    assert.deepEqual(client.load(), { running: 0, queued: 0 });
    assert.equal(server.folders.size, 1);
  });

  it('let short questions go first', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { maxParallel: 1 });
    await client.folders.list({});
    const ends: string[] = [];
    const uploads = Array.from({ length: 5 }, () =>
      client.folders.create({ media: [{ data: PHOTO, tags: [] }] }).then(() => ends.push('upload')),
    );
    await server.call(/POST \/api\/folders$/);
    assert.equal(client.load().queued, 4);
    await client.folders.list({}).then(() => ends.push('question'));
    await Promise.all(uploads);
    assert.ok(ends.indexOf('question') <= 1, ends.join());
  });
});

/** Waits, one turn of the event loop after the other, until it holds; else the test's own time runs out. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await setImmediate();
}
