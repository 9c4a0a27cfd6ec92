import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { stub } from 'sinon';
import { mediaFrom, type MediaSource } from '../../../client';
import { prepareMedia } from '../../../client/media/prepare';
import { PHOTO, failure } from '../support/calls';

const TAGS = ['photo_selfie'];
const LIMITS = { maxFileBytes: 1000, maxFiles: 3 };
const from = (value: unknown): MediaSource[] => mediaFrom(value, { tags: TAGS, textAs: 'either' });
const attempt = (value: unknown) => failure(Promise.resolve().then(() => prepareMedia(from(value), LIMITS)));

/** What is left here of bytes that were handed over. */
function taken<T extends ArrayBufferView>(bytes: T): T {
  structuredClone(bytes.buffer, { transfer: [bytes.buffer as ArrayBuffer] });
  return bytes;
}

describe('media, whatever form it comes in', () => {
  let folder = '';
  let file = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'oz-media-'));
    file = join(folder, 'sélfie "1".jpg');
    writeFileSync(file, PHOTO);
    writeFileSync(join(folder, 'empty.mp4'), '');
    writeFileSync(join(folder, 'letter.mp4'), 'Dear Sir or Madam, this is not a video at all.');
    writeFileSync(join(folder, 'big.jpg'), Buffer.concat([PHOTO, Buffer.alloc(2000)]));
  });
  after(() => rmSync(folder, { recursive: true }));

  const base64 = PHOTO.toString('base64');
  const bytes: [name: string, value: unknown][] = [
    ['a Buffer', PHOTO],
    ['a Uint8Array', new Uint8Array(PHOTO)],
    ['a Uint8Array made in a function node', runInNewContext('Uint8Array.from(bytes)', { bytes: PHOTO })],
    ['an ArrayBuffer', new Uint8Array(PHOTO).buffer],
    ['a DataView', new DataView(new Uint8Array(PHOTO).buffer)],
    ['a typed array of wider numbers', new Uint16Array(new Uint8Array(PHOTO).buffer)],
    ['a part of a larger ArrayBuffer', new Uint8Array(Buffer.concat([PHOTO, PHOTO])).subarray(PHOTO.length)],
    ['an ArrayBuffer of a function node', runInNewContext('Uint8Array.from(bytes).buffer', { bytes: PHOTO })],
    [
      'a DataView of a function node',
      runInNewContext('new DataView(Uint8Array.from(bytes).buffer)', { bytes: PHOTO }),
    ],
    ['a file of http in as an ArrayBuffer', { originalname: 'a', buffer: new Uint8Array(PHOTO).buffer }],
    ['{ value } of an ArrayBuffer', { value: new Uint8Array(PHOTO).buffer }],
    ['a data URL', `data:image/png;base64,${base64}`],
    ['a data URL of a recording with sound', `data:video/webm;codecs=vp8,opus;base64,${base64}`],
    ['base64 text', base64],
    ['base64 text with line breaks', base64.replace(/.{76}/g, '$&\r\n')],
    ['base64 text of URLs', PHOTO.toString('base64url')],
    ['{ value, options }', { value: PHOTO, options: { filename: 'a.jpg' } }],
    ['{ value } of base64', { value: base64 }],
    [
      'a file of http in, in memory',
      { fieldname: 'f', originalname: 'a.jpg', mimetype: 'text/plain', buffer: PHOTO },
    ],
    ['a Buffer that went through JSON', JSON.parse(JSON.stringify(PHOTO))],
  ];
  for (const [name, value] of bytes) {
    it(`takes ${name}`, async () => {
      const [source] = from(value);
      assert.ok(source?.data instanceof Uint8Array);
      assert.ok(Buffer.from(source.data).equals(PHOTO));
      assert.deepEqual(source.tags, TAGS);
      const [prepared] = await prepareMedia([source], LIMITS);
      assert.equal(prepared?.contentType, 'image/jpeg');
      assert.equal(prepared.size, PHOTO.length);
    });
  }

  it('takes base64 as forms, URLs and logs leave it', () => {
    // Its base64 is full of pluses, at irregular distances.
    const photo = Buffer.concat([PHOTO, Buffer.from('fbefbe00fbef00fbfbefbefb', 'hex'), PHOTO]);
    const text = photo.toString('base64');
    assert.match(text, /\+.*\+/);
    for (const value of [
      text.replaceAll('+', ' '),
      ` ${text.replaceAll('+', ' ')}\n`,
      text.replace(/.{76}/g, '$& '),
      `data:image/jpeg;base64,${encodeURIComponent(text)}`,
      `data:image/jpeg;base64,${text.replaceAll('+', ' ')}`,
      `data:image/jpeg; base64 , ${text}`,
    ])
      assert.ok(photo.equals(from(value)[0]?.data ?? Buffer.alloc(0)), value);
  });

  it('takes Blobs and Files, and sends them piece by piece', async () => {
    const video = Buffer.concat([PHOTO, Buffer.alloc(1_200_000, 5)]);
    for (const [value, name] of [
      [new Blob([video]), 'media-1.jpg'],
      [new File([video], 'me.jpg', { type: 'text/plain' }), 'me.jpg'],
      [{ value: new File([video], 'me.jpg'), options: { filename: 'you.jpg' } }, 'you.jpg'],
    ] as const) {
      const [media] = await prepareMedia(from(value), { maxFileBytes: 2_000_000, maxFiles: 1 });
      assert.deepEqual(
        [media?.contentType, media?.size, media?.fileName, media?.replayable],
        ['image/jpeg', video.length, name, true],
      );
      for (const time of ['once', 'and again']) {
        const opened = media?.open();
        assert.ok(opened instanceof Readable);
        assert.ok(Buffer.concat(await opened.toArray()).equals(video), time);
      }
    }
    assert.equal((await attempt(new Blob([]))).key, 'mediaEmpty');
  });

  it('takes no text for a path unless it is told to', async () => {
    for (const value of [file, { value: file }, [{ path: file }], pathToFileURL(file).href]) {
      const error = await failure(Promise.resolve().then(() => mediaFrom(value, { tags: TAGS })));
      assert.deepEqual([error.code, error.key], ['OZ_MEDIA', 'mediaTextNotPath']);
    }
    assert.ok(mediaFrom(base64, { tags: TAGS })[0]?.data);
    const only = (value: unknown) => mediaFrom(value, { tags: TAGS, textAs: 'path' });
    assert.equal(only(`/9j/${'a'.repeat(120)}`)[0]?.path, `/9j/${'a'.repeat(120)}`);
    assert.throws(() => only(`data:image/png;base64,${base64}`), { key: 'mediaKind' });
    assert.ok(only(PHOTO)[0]?.data);
  });

  it('refuses objects without end and arrays without measure in one go', async () => {
    let nested: unknown = PHOTO;
    for (let level = 0; level < 100_000; level += 1) nested = { value: nested };
    assert.equal((await attempt(nested)).key, 'mediaKind');
    assert.equal((await attempt(Array.from({ length: 1_000_000 }, () => base64))).key, 'mediaTooMany');
    assert.equal((await attempt(JSON.parse('{"__proto__": {"value": "x"}}'))).key, 'mediaObject');
    // oxlint-disable-next-line no-sparse-arrays
    assert.equal((await attempt([PHOTO, , PHOTO])).key, 'mediaKind');
  });

  it('opens few files at a time, however many uploads come at once', async () => {
    let held = 0;
    let most = 0;
    const open = stub(files, 'open').callsFake(async (...given) => {
      const handle = await open.wrappedMethod(...given);
      held += 1;
      most = Math.max(most, held);
      const close = handle.close.bind(handle);
      handle.close = async () => {
        await close();
        held -= 1;
      };
      return handle;
    });
    try {
      await Promise.all(Array.from({ length: 100 }, () => prepareMedia([{ path: file, tags: [] }], LIMITS)));
      assert.equal(open.callCount, 100);
    } finally {
      open.restore();
    }
    assert.ok(most <= 4, `${most} at once`);
  });

  it('takes a path, a file: URL and a file of http in on disk, and reads none of them', () => {
    for (const value of [
      file,
      pathToFileURL(file).href,
      { value: file },
      { originalname: 'x.jpg', path: file },
    ]) {
      const [source] = from(value);
      assert.equal(source?.path, file);
      assert.equal(source.data, undefined);
    }
  });

  it('reads the names of http in files as the UTF-8 that they are', () => {
    const name = (originalname: string): string | undefined =>
      from({ originalname, buffer: PHOTO })[0]?.filename;
    // The parser of core's http in node reads each byte of the name as one character.
    assert.equal(name(Buffer.from('Übung größer 视频.mp4').toString('latin1')), 'Übung größer 视频.mp4');
    assert.equal(name('plain (1).mp4'), 'plain (1).mp4');
    assert.equal(name('caf\u00e9.mp4'), 'caf\u00e9.mp4', 'no UTF-8: left as it is');
    assert.equal(name('视频.mp4'), '视频.mp4', 'read rightly already');
  });

  it('takes a path whose letters are all those of base64 for a path', () => {
    const path = `/9j/${'a'.repeat(120)}`;
    assert.equal(from('/data/videos/selfie')[0]?.path, '/data/videos/selfie');
    assert.equal(from(`/var/${'abcdefgh'.repeat(20)}`)[0]?.data, undefined);
    // "/9j/" is how base64 of every JPEG begins.
    assert.ok(from(path)[0]?.data !== undefined);
  });

  it('takes arrays, with names, types and tags of their own', () => {
    const [video, photo] = from([
      { value: PHOTO, options: { filename: 'v.mp4', contentType: 'video/mp4', tags: ['video_selfie'] } },
      PHOTO,
    ]);
    assert.deepEqual(
      [video?.filename, video?.contentType, video?.tags, photo?.tags],
      ['v.mp4', 'video/mp4', ['video_selfie'], TAGS],
    );
  });

  it('goes by the bytes, not by the name and not by what a browser says', async () => {
    const webm = Buffer.concat([
      Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'),
      Buffer.alloc(60),
    ]);
    const types: [Buffer, string][] = [
      [Buffer.from('00000018667479706d70343200000000', 'hex'), 'video/mp4'],
      [Buffer.from('00000020667479706461736800000000', 'hex'), 'video/mp4'],
      [Buffer.from('0000001466747970717420200000000000', 'hex'), 'video/quicktime'],
      [webm, 'video/webm'],
      [Buffer.from('504b030414000000', 'hex'), 'application/zip'],
      [Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'image/png'],
    ];
    for (const [data, contentType] of types) {
      const [prepared] = await prepareMedia(
        from({ originalname: 'x.txt', mimetype: 'text/plain', buffer: data }),
        LIMITS,
      );
      assert.equal(prepared?.contentType, contentType);
    }
  });

  it('passes over a declared type that is none, or it could add headers and parts to the form', async () => {
    for (const contentType of [
      'image/jpeg\r\nX-Evil: 1',
      'image/jpeg\r\n\r\nmore',
      'jpeg',
      'a/b/c',
      'ö/jpeg',
      'a/b; c',
    ]) {
      const [known] = await prepareMedia(from({ value: PHOTO, options: { contentType } }), LIMITS);
      assert.equal(known?.contentType, 'image/jpeg');
      const unknown = from({ value: Buffer.alloc(100, 1), options: { contentType } });
      assert.equal((await failure(prepareMedia(unknown, LIMITS))).key, 'mediaUnknownType');
    }
    const contentType = 'video/webm; codecs="vp8, opus"';
    const [declared] = await prepareMedia(from({ value: PHOTO, options: { contentType } }), LIMITS);
    assert.equal(declared?.contentType, contentType);
  });

  it('refuses what the Oz API does not take, whatever it is called, and says what to do', async () => {
    const heic = Buffer.from('000000186674797068656963000000006d69663168656963', 'hex');
    const named = { value: heic, options: { filename: 'selfie.jpg', contentType: 'image/jpeg' } };
    const error = await failure(prepareMedia(from(named), LIMITS));
    assert.deepEqual([error.code, error.key], ['OZ_MEDIA', 'mediaHeic']);
    assert.match(error.message, /selfie\.jpg" is a HEIC photo.*Most Compatible/);
  });

  it('gives a name that can be sent, with the extension of what it is', async () => {
    const named = ['../a\r\n"b"', '..'].map((filename) => ({ value: PHOTO, options: { filename } }));
    const [bare, odd, dots] = await prepareMedia(from([PHOTO, ...named]), LIMITS);
    assert.equal(bare?.fileName, 'media-1.jpg');
    assert.equal(dots?.fileName, 'media-3.jpg');
    assert.equal(odd?.fileName, 'a_b_.jpg');
  });

  it('gives a long name its beginning and its extension, in what a file system takes', async () => {
    const long = ['ü'.repeat(300), '🙂'.repeat(70_000), `a.${'b'.repeat(400)}`];
    const names = [...long, `${'x'.repeat(300)}.mp4`, 'short.mp4'];
    const prepared = await prepareMedia(
      from(names.map((filename) => ({ value: PHOTO, options: { filename } }))),
      { ...LIMITS, maxFiles: names.length },
    );
    const [umlauts = '', smiles = '', dotted = '', video, short] = prepared.map(({ fileName }) => fileName);
    assert.match(umlauts, /^ü{80,}\.jpg$/);
    assert.match(smiles, /^(🙂){40,}\.jpg$/u);
    assert.match(dotted, /^a\.b{100,}$/);
    for (const name of [umlauts, smiles, dotted]) assert.ok(Buffer.byteLength(name) <= 200);
    assert.match(String(video), /^x{100,}\.mp4$/);
    assert.equal(short, 'short.mp4');
  });

  /** As a browser sends it. */
  const form = (): Buffer =>
    Buffer.from(
      `------WebKitFormBoundaryA1\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n`,
    );

  const refusals: [name: string, value: () => unknown, key: string, says: RegExp][] = [
    ['nothing', () => undefined, 'mediaNone', /no media/],
    ['an empty array', () => [], 'mediaNone', /no media/],
    ['empty text', () => ' ', 'mediaNone', /no media/],
    ['a number', () => [PHOTO, 42], 'mediaKind', /Media 2 cannot be uploaded: it is a number/],
    ['an object of another kind', () => [PHOTO, { image: PHOTO }], 'mediaObject', /Media 2 .* property/],
    ['a photo as a list of numbers', () => [...PHOTO], 'mediaKind', /Media 1 .* an array of numbers/],
    ['bytes that were made text', () => PHOTO.toString(), 'mediaBinaryText', /Media 1 .* Buffer/],
    ['each byte as a character', () => PHOTO.toString('latin1'), 'mediaBinaryText', /Media 1 .* Buffer/],
    ['a Buffer as JSON text', () => JSON.stringify(PHOTO), 'mediaJsonText', /Media 1 .* json node/],
    ['an object as JSON text', () => '{"image": "/9j/4AAQ"}\n', 'mediaJsonText', /Media 1 .* json node/],
    ['a web address', () => 'https://example.com/a.mp4?key=1', 'mediaHttpUrl', /http request/],
    ['a broken data URL', () => 'data:image/png;base64,@@@', 'mediaBadData', /data URL/],
    ['a data URL that is not base64', () => 'data:text/plain,hello', 'mediaBadData', /base64/],
    ['long text', () => 'lorem ipsum '.repeat(1000), 'mediaKind', /neither a file path nor base64/],
    ['a missing file', () => join(folder, 'nobody.mp4'), 'mediaMissing', /nobody\.mp4" does not exist/],
    ['a directory', () => folder, 'mediaNotFile', /not a file/],
    ['an empty file', () => join(folder, 'empty.mp4'), 'mediaEmpty', /empty\.mp4" is empty/],
    ['an empty Buffer', () => Buffer.alloc(0), 'mediaEmpty', /Media 1/],
    ['a Buffer that a worker has taken', () => taken(new Uint8Array(100)), 'mediaEmpty', /Media 1/],
    [
      'an ArrayBuffer that a worker has taken',
      () => taken(new Uint8Array(9)).buffer,
      'mediaEmpty',
      /Media 1/,
    ],
    ['words that a worker has taken', () => taken(new Uint16Array(9)), 'mediaEmpty', /Media 1/],
    [
      'a letter called mp4',
      () => join(folder, 'letter.mp4'),
      'mediaUnknownType',
      /is not a video, a photo or a ZIP/,
    ],
    ['the page of a failed download', () => Buffer.from('\n<!DOCTYPE html><h1>404'), 'mediaPage', /status/],
    ['the JSON of a failed download', () => Buffer.from('{"error_code": 10}'), 'mediaPage', /status/],
    ['a form that nobody took apart', () => form(), 'mediaForm', /Accept file uploads/],
    ['a file over the limit', () => join(folder, 'big.jpg'), 'mediaTooBig', /big\.jpg/],
    ['a Buffer over the limit', () => Buffer.concat([PHOTO, Buffer.alloc(1000)]), 'mediaTooBig', /limit/],
    ['too many', () => [PHOTO, PHOTO, PHOTO, PHOTO], 'mediaTooMany', /4 media; the limit is 3 per folder/],
    ['a stream of unknown size', () => Readable.from([PHOTO]), 'mediaSizeMissing', /size/],
    [
      'a stream of unknown type',
      () => ({ value: Readable.from([PHOTO]), options: { filename: 's.jpg', size: PHOTO.length } }),
      'mediaStreamType',
      /s\.jpg.*contentType/,
    ],
  ];
  for (const [name, value, key, says] of refusals) {
    it(`refuses ${name} and says which one it is`, async () => {
      const error = await attempt(value());
      assert.deepEqual([error.code, error.key], ['OZ_MEDIA', key]);
      assert.match(error.message, says);
      assert.doesNotMatch(error.message, /__\w+__/);
    });
  }
});
