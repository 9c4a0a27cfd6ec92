import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import {
  createEngine,
  EngineError,
  type Engine,
  type EngineErrorCode,
} from '@ozflow/oz-sandbox/engine/index';
import { DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { sample, scratchFolder } from './support/folder';
import { plainPng } from './support/png';
import { zipOf } from './support/zip';

const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast'];

for (const decoder of DECODERS) {
  describe(`Files that are not what they should be, with ${decoder}`, function () {
    // The engine ends a job after two minutes, with another code.
    this.timeout(300_000);
    const path = scratchFolder();
    let engine: Engine;
    before(() => {
      engine = createEngine({ decoder });
    });
    after(() => engine.close());

    async function refused(data: Buffer, code: EngineErrorCode, says: RegExp, name?: string): Promise<void> {
      await writeFile(path('file'), data);
      await assert.rejects(engine.analyze({ path: path('file'), ...(name && { name }) }), (error) => {
        assert.ok(error instanceof EngineError, String(error));
        assert.equal(error.code, code, error.message);
        assert.match(error.message, says);
        assert.doesNotMatch(error.message, /\/tmp|oz-engine-test/);
        return true;
      });
    }

    it('refuses an empty file, text, and a path that leads nowhere', async () => {
      await refused(Buffer.alloc(0), 'not-media', /empty/);
      await refused(Buffer.from('hello, I am a video'), 'not-media', /MP4, MOV, WebM/, 'video.mp4');
      await assert.rejects(engine.analyze({ path: path('nowhere.mp4') }), { code: 'not-media' });
    });

    it('refuses a playlist that names other files', async () => {
      const list = `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://${sample('hopper-turning.mp4')}\n`;
      await refused(Buffer.from(list), 'not-media', /not supported/, 'list.mp4');
    });

    it('refuses a name that promises another kind of media', async () => {
      const picture = await readFile(sample('grace_hopper_512x512.jpg'));
      await refused(picture, 'not-media', /called a video .* is a picture/, 'selfie.MP4');
      await refused(await readFile(sample('hopper-turning.mp4')), 'not-media', /called a ZIP/, 'shots.zip');
      await refused(await zipOf({ 'a.jpg': picture }), 'not-media', /called a picture/, 'a.jpg');
    });

    it('refuses a file of two formats', async () => {
      const picture = await readFile(sample('grace_hopper_512x512.jpg'));
      await refused(Buffer.concat([picture, await zipOf({ 'a.jpg': picture })]), 'not-media', /at once/);
    });

    it('refuses videos, pictures and ZIPs of which the end is missing', async () => {
      const video = await readFile(sample('hopper-turning.mp4'));
      const picture = await readFile(sample('grace_hopper_512x512.jpg'));
      const zip = await zipOf({ 'a.jpg': picture });
      await ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'testsrc2=size=160x120:duration=1',
        '-c:v',
        'libvpx',
        path('whole.webm'),
      );
      const webm = await readFile(path('whole.webm'));
      for (const whole of [video, picture, zip, webm]) {
        await refused(whole.subarray(0, Math.floor(whole.length / 2)), 'damaged', /incomplete/);
      }
    });

    it('says of a JPEG of a rare kind that it is whole', async () => {
      const flat = sharp({ create: { width: 64, height: 48, channels: 3, background: '#a64' } });
      const picture = await flat.jpeg().toBuffer();
      // 12 bits a sample: ITU-T T.81, B.2.2.
      picture.set([0xff, 0xc1, 0, 17, 12], picture.indexOf(Buffer.of(0xff, 0xc0)));
      await refused(picture, 'not-media', /ordinary JPEG/);
    });

    it('refuses a video of which only the outside is right', async () => {
      const video = await readFile(sample('hopper-turning.mp4'));
      const data = video.indexOf('mdat');
      video.fill(0x55, data + 4, data + video.readUInt32BE(data - 4) - 4);
      await refused(video, 'damaged', /cannot be decoded/);
    });

    it('refuses a file with sound alone, and one with the picture of its cover', async () => {
      const sound = ['-f', 'lavfi', '-i', 'sine=duration=1', '-c:a', 'aac', '-brand', 'mp42'];
      await ffmpeg(...sound, path('sound.mp4'));
      await refused(await readFile(path('sound.mp4')), 'not-media', /no video track/);
      const cover = ['-i', sample('grace_hopper_512x512.jpg'), '-map', '0', '-map', '1', '-c', 'copy'];
      await ffmpeg('-i', path('sound.mp4'), ...cover, '-disposition:v', 'attached_pic', path('cover.mp4'));
      await refused(await readFile(path('cover.mp4')), 'not-media', /no video track/);
    });

    it('reads a whole video to which text was appended', async () => {
      const video = await readFile(sample('hopper-turning.mp4'));
      await writeFile(path('appended.mp4'), Buffer.concat([video, Buffer.from('--boundary--\r\n')]));
      assert.ok((await engine.analyze({ path: path('appended.mp4') })).bestShot);
    });

    it('refuses a video that does not end', async () => {
      const endless = ['-f', 'lavfi', '-i', 'color=size=64x64:rate=25:duration=3600'];
      await ffmpeg(...endless, ...H264, '-g', '9999', path('endless.mp4'));
      await refused(await readFile(path('endless.mp4')), 'too-long', /5 minutes/);
    });

    it('refuses videos that are protected, or packed in a way that is too new', async () => {
      const key = '76a6c65c5ea762046bd749a2e632ccbb';
      const scheme = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key];
      await ffmpeg('-i', sample('hopper-turning.mp4'), '-c', 'copy', ...scheme, path('protected.mp4'));
      await refused(await readFile(path('protected.mp4')), 'not-media', /\(DRM\).*recording of your own/);
      const video = await readFile(sample('hopper-turning.mp4'));
      video.write('vvc1', video.lastIndexOf('avc1'));
      await refused(video, 'not-media', /too new.*Convert it to MP4 with H.264/);
    });

    it('refuses the same in WebM and MKV', async () => {
      const named = [
        '-i',
        sample('hopper-turning.mp4'),
        '-t',
        '1',
        '-metadata:s:v',
        `title=${'x'.repeat(60)}`,
      ];
      await ffmpeg(...named, '-c:v', 'libvpx', '-deadline', 'realtime', path('protected.webm'));
      const video = await readFile(path('protected.webm'));
      // In the place of its track's name: what says that its frames are encrypted (RFC 9559, 5.1.4.1.31), and a void.
      const encrypted = '6d809d62409a50318100503281015033810150358b47e1810547e284aabbccdd';
      const patched = Buffer.alloc(63);
      patched.write(`${encrypted}ec9d`, 'hex');
      video.set(patched, video.indexOf('xxxx') - 3);
      await refused(video, 'not-media', /\(DRM\).*recording of your own/);
      await ffmpeg(...named, ...H264, path('new.mkv'));
      const mkv = await readFile(path('new.mkv'));
      mkv.write('V_MPEGI/ISO/VVC', mkv.indexOf('V_MPEG4/ISO/AVC'));
      await refused(mkv, 'not-media', /too new.*Convert it to MP4 with H.264/);
    });

    it('says what to do about a video of an unknown codec', async () => {
      const video = await readFile(sample('hopper-turning.mp4'));
      video.write('xyz1', video.lastIndexOf('avc1'));
      await refused(video, 'no-decoder', /packed\. Convert it to MP4 with H\.264, or/);
    });

    it('refuses a video of huge frames', async () => {
      await ffmpeg('-f', 'lavfi', '-i', 'color=size=8192x4320:rate=1:duration=1', ...H264, path('huge.mp4'));
      await refused(await readFile(path('huge.mp4')), 'too-large', /4096 × 2304/);
    });

    it('goes on after all of this', async () => {
      const report = await engine.analyze({ path: sample('grace_hopper_512x512.jpg') });
      assert.equal(report.bestShot?.faces, 1);
    });
  });
}

describe('Pictures and ZIPs that are not what they should be', () => {
  let engine: Engine;
  before(() => {
    engine = createEngine();
  });
  after(() => engine.close());

  const refused = (data: Buffer, code: EngineErrorCode, message: RegExp): Promise<void> =>
    assert.rejects(engine.analyze({ data }), { name: 'EngineError', code, message });

  it('refuses a picture of 20 000 × 20 000 pixels, in a ZIP too, without unpacking it', async () => {
    const before = process.memoryUsage().rss;
    const huge = plainPng(20_000, 20_000);
    await refused(huge, 'too-large', /64 million pixels/);
    await refused(await zipOf({ 'huge.png': huge }), 'too-large', /Picture 1 of the ZIP.*64 million/);
    // Unpacked it would take 1.2 GB.
    assert.ok(process.memoryUsage().rss - before < 400e6);
  });

  it('refuses encrypted pictures', async () => {
    const zip = await zipOf({ 'a.jpg': await readFile(sample('grace_hopper_512x512.jpg')) });
    for (const [start, flags] of [
      ['PK\x03\x04', 6],
      ['PK\x01\x02', 8],
    ] as const) {
      const at = zip.indexOf(start, 0, 'latin1') + flags;
      zip.writeUInt16LE(zip.readUInt16LE(at) | 1, at);
    }
    await refused(zip, 'damaged', /encrypted/);
  });

  it('refuses ZIP bombs by what they promise', async () => {
    const nothing = Buffer.alloc(30 * 1024 * 1024);
    await refused(await zipOf({ 'a.jpg': nothing }), 'too-large', /100 times/);
    await refused(await zipOf({ 'a.jpg': Buffer.alloc(41 * 1024 * 1024) }), 'too-large', /40 MB/);
    const many = Object.fromEntries(
      Array.from({ length: 301 }, (_, index) => [`${index}.jpg`, Buffer.alloc(9)]),
    );
    await refused(await zipOf(many), 'too-large', /300 pictures/);
  });

  it('refuses a ZIP that unpacks to more than it promises', async () => {
    const zip = await zipOf({ 'a.jpg': Buffer.alloc(30 * 1024 * 1024) });
    const entry = zip.lastIndexOf('PK\x01\x02', undefined, 'latin1');
    zip.writeUInt32LE(1000, entry + 24);
    await refused(zip, 'damaged', /ZIP/);
  });

  it('refuses a ZIP without pictures, and office documents', async () => {
    await refused(await zipOf({ 'readme.txt': Buffer.from('no picture') }), 'not-media', /no picture/);
    const types = Buffer.from(
      '<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    );
    await refused(
      await zipOf({ '[Content_Types].xml': types, 'a.jpg': types }),
      'not-media',
      /not supported/,
    );
  });

  it('refuses SVG and GIF', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await refused(svg, 'not-media', /not supported/);
    const gif = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .gif()
      .toBuffer();
    await refused(gif, 'not-media', /not supported/);
  });
});
