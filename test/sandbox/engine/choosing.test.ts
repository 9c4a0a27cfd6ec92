import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { createEngine, type Engine, type MediaReport } from '@ozflow/oz-sandbox/engine/index';
import { DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { sample, scratchFolder } from './support/folder';
import { assertRight } from './support/truth';
import { zipOf } from './support/zip';

const CLIPS = ['astronaut-combined', 'hopper-turning'];

for (const decoder of DECODERS) {
  describe(`Choosing from videos, with ${decoder}`, function () {
    this.timeout(120_000);
    const path = scratchFolder();
    let engine: Engine;
    before(() => {
      engine = createEngine({ decoder });
    });
    after(() => engine.close());

    for (const clip of CLIPS) {
      it(`takes a good frame of ${clip}, at full size`, async () => {
        const report = await engine.analyze({ path: sample(`${clip}.mp4`), name: `${clip}.mp4` });
        await assertRight(clip, report.bestShot?.frame);
        const { bestShot } = report;
        assert.equal(bestShot?.faces, 1);
        const { format, width, height } = await sharp(bestShot.jpeg).metadata();
        assert.deepEqual([format, width, height], ['jpeg', 1280, 720]);
        assert.deepEqual([bestShot.width, bestShot.height, report.durationMs], [1280, 720, 5000]);
        reportHolds(report);
      });
    }

    const FORMATS: [string, string[]][] = [
      [
        'WebM with VP8',
        ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M', 'vp8.webm'],
      ],
      [
        'WebM with VP9',
        ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M', 'vp9.webm'],
      ],
      [
        'MOV with HEVC of 10 bits',
        [
          ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error'],
          ...['-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1', 'hevc.mov'],
        ],
      ],
    ];
    for (const [name, args] of FORMATS) {
      it(`takes a good frame of a ${name}`, async () => {
        const file = path(args.at(-1) ?? '');
        await ffmpeg('-i', sample('hopper-turning.mp4'), '-vf', 'scale=640:-2', ...args.slice(0, -1), file);
        const report = await engine.analyze({ path: file });
        await assertRight('hopper-turning', report.bestShot?.frame);
        assert.deepEqual([report.bestShot?.width, report.bestShot?.height], [640, 360]);
      });
    }

    it('looks at the end of a video, too', async () => {
      // Six frames, one for each sample; of those every other one is looked at.
      const file = path('late.mp4');
      await ffmpeg(
        ...['-f', 'lavfi', '-i', 'color=gray:size=512x512:rate=6:duration=0.84'],
        ...['-i', sample('grace_hopper_512x512.jpg')],
        ...['-filter_complex', "overlay=enable='gte(n,5)':eof_action=repeat", '-frames:v', '6', file],
      );
      assert.equal((await engine.analyze({ path: file })).bestShot?.frame, 5);
    });

    it('never makes up a best shot where there is no face', async () => {
      const file = path('faceless.mp4');
      const things = 'testsrc2=size=640x360:rate=24:duration=2';
      await ffmpeg('-f', 'lavfi', '-i', things, '-c:v', 'libx264', '-preset', 'ultrafast', file);
      const report = await engine.analyze({ path: file });
      assert.equal(report.bestShot, undefined);
      assert.equal(report.descriptor, undefined);
      assert.ok(report.frames.length > 5);
      for (const frame of report.frames) {
        assert.equal(frame.gate, 'no-face');
        assert.equal(frame.faces, 0);
      }
    });
  });
}

describe('Choosing from pictures', () => {
  let engine: Engine;
  before(() => {
    engine = createEngine();
  });
  after(() => engine.close());

  const photo = (): sharp.Sharp => sharp(sample('grace_hopper_512x512.jpg'));

  it('gives a photo back, upright by its EXIF orientation, at full size', async () => {
    const upright = await photo().resize(1500, 1400).png().toBuffer();
    const lying = await sharp(upright).rotate(90).withMetadata({ orientation: 8 }).jpeg().toBuffer();
    const report = await engine.analyze({ data: lying, name: 'selfie.jpeg' });
    assert.equal(report.kind, 'image');
    assert.equal(report.durationMs, 0);
    const { bestShot } = report;
    assert.deepEqual([bestShot?.width, bestShot?.height, bestShot?.faces], [1500, 1400, 1]);
    const { width, height, orientation } = await sharp(bestShot?.jpeg).metadata();
    assert.deepEqual([width, height, orientation ?? 1], [1500, 1400, 1]);
    assert.ok(Math.abs(report.frames[0]?.pose?.roll ?? 90) < 15, 'the face stands upright');
  });

  it('finds no best shot in a photo without a face', async () => {
    const empty = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#678' } })
      .png()
      .toBuffer();
    const report = await engine.analyze({ data: empty });
    assert.equal(report.bestShot, undefined);
    assert.equal(report.frames[0]?.gate, 'no-face');
  });

  it('takes the best picture of a ZIP, in the natural order of names', async () => {
    const plain = await photo().jpeg().toBuffer();
    const blurred = await photo().blur(4).png().toBuffer();
    const leaning = await photo().rotate(25, { background: '#777' }).jpeg().toBuffer();
    const report = await engine.analyze({
      data: await zipOf({
        'shots/10.jpg': plain,
        'shots/9.png': blurred,
        'shots/2.jpg': leaning,
        'shots/1.webp': await photo().blur(8).webp().toBuffer(),
        '__MACOSX/shots/._10.jpg': Buffer.from('not a picture'),
        'readme.txt': Buffer.from('four shots'),
      }),
      name: 'shots.zip',
    });
    assert.equal(report.kind, 'shots-set');
    assert.equal(report.frames.length, 4);
    assert.equal(report.bestShot?.frame, 3);
    assert.deepEqual([report.bestShot.width, report.bestShot.height], [512, 512]);
  });

  it('takes nobody who walks past in a ZIP, however good his picture', async () => {
    const passer = sharp(sample('astronaut.png'))
      .resize(620)
      .extract({ left: 54, top: 0, width: 512, height: 512 });
    const person = await photo().blur(1.5).jpeg().toBuffer();
    const report = await engine.analyze({
      data: await zipOf({
        '1.jpg': person,
        '2.jpg': await passer.jpeg().toBuffer(),
        '3.jpg': person,
        '4.jpg': person,
      }),
    });
    assert.equal(report.frames[1]?.gate, 'other-person');
    assert.notEqual(report.bestShot?.frame, 1);
  });

  const NAMES: readonly { says: string; name: string }[] = [
    { says: 'an absolute path', name: '/sdcard/DCIM/a.jpg' },
    { says: 'a path with a drive', name: 'C:\\Users\\a.jpg' },
    { says: 'a path that leads outside', name: '../../a.jpg' },
    { says: 'no extension', name: 'frames/frame-0001' },
    { says: 'another extension', name: 'a.tmp' },
  ];
  for (const { says, name } of NAMES) {
    it(`reads a picture in a ZIP that has ${says}`, async () => {
      const zip = await zipOf({ ['x'.repeat(name.length)]: await photo().jpeg().toBuffer() });
      // Written into the ZIP afterwards: programs that make ZIPs refuse such names.
      for (let at = zip.indexOf('xxxxx'); at >= 0; at = zip.indexOf('xxxxx', at))
        zip.write(name, at, 'latin1');
      const report = await engine.analyze({ data: zip });
      assert.equal(report.bestShot?.faces, 1);
      assert.equal(report.unread, undefined);
    });
  }

  it('reads a ZIP that is filled up with zeros, has something appended, or a comment', async () => {
    const zip = await zipOf({ 'a.jpg': await photo().jpeg().toBuffer() });
    for (const end of [1, 511, 200_000]) {
      assert.ok((await engine.analyze({ data: Buffer.concat([zip, Buffer.alloc(end)]) })).bestShot);
    }
    for (const more of ['\r\n', 'sent by mail\0\0']) {
      assert.ok((await engine.analyze({ data: Buffer.concat([zip, Buffer.from(more)]) })).bestShot);
    }
    const comment = Buffer.from('made on a phone\0\0', 'latin1');
    zip.writeUInt16LE(comment.length, zip.length - 2);
    assert.ok((await engine.analyze({ data: Buffer.concat([zip, comment]) })).bestShot);
    assert.ok((await engine.analyze({ data: Buffer.concat([zip, comment, Buffer.alloc(99)]) })).bestShot);
  });

  it('uses the pictures of a ZIP that can be read, and says which cannot', async () => {
    const plain = await photo().jpeg().toBuffer();
    const heic = Buffer.from('000000186674797068656963000000006d69663168656963', 'hex');
    const report = await engine.analyze({
      data: await zipOf({
        '1.jpg': plain.subarray(0, plain.length / 2),
        '2.jpg': plain,
        '3.jpg': heic,
        '4.jpg': Buffer.alloc(0),
        '5.jpg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="640"/>'),
        '6.jpg': await photo().tiff().toBuffer(),
        'notes.txt': Buffer.from('six shots'),
      }),
    });
    assert.equal(report.bestShot?.frame, 1);
    assert.deepEqual([report.width, report.height], [512, 512]);
    const [first, third, fourth, fifth, sixth, ...more] = report.unread ?? [];
    assert.match(first ?? '', /^Picture 1 of the ZIP: .*damaged or incomplete/);
    assert.match(third ?? '', /^Picture 3 of the ZIP: .*HEIC.*Most Compatible/);
    assert.match(fourth ?? '', /^Picture 4 of the ZIP: /);
    assert.match(fifth ?? '', /^Picture 5 of the ZIP: It is no picture that is supported/);
    assert.match(sixth ?? '', /^Picture 6 of the ZIP: .*Convert it to JPEG/);
    assert.deepEqual(more, []);
  });

  it('shows why, when asked to', async () => {
    const report = await engine.analyze({ path: sample('grace_hopper_512x512.jpg') }, { explain: true });
    const { width, height } = await sharp(report.frames[0]?.thumbnail).metadata();
    assert.ok(Math.max(width, height) <= 224);
    reportHolds(report);
    const without = await engine.analyze({ path: sample('grace_hopper_512x512.jpg') });
    assert.equal(without.frames[0]?.thumbnail, undefined);
  });

  it('keeps what it is given', async () => {
    const data = await readFile(sample('grace_hopper_512x512.jpg'));
    const before = Buffer.from(data);
    await engine.analyze({ data });
    assert.ok(data.equals(before));
  });
});

/** What a report says is in range and fits together. */
function reportHolds({ frames, bestShot, descriptor, spoofing, elapsedMs }: MediaReport): void {
  for (const [index, { frame, timeMs, score, components }] of frames.entries()) {
    assert.ok(index === 0 || frame > (frames[index - 1]?.frame ?? Infinity));
    assert.ok(timeMs >= (frames[index - 1]?.timeMs ?? 0));
    for (const value of [score, ...Object.values(components)]) assert.ok(value >= 0 && value <= 1);
  }
  const chosen = frames.find(({ frame }) => frame === bestShot?.frame);
  assert.equal(chosen?.score, bestShot?.score);
  assert.equal(chosen?.gate, undefined);
  assert.ok(descriptor && descriptor.length > 0);
  assert.equal(spoofing.simulated, true);
  assert.ok(elapsedMs > 0);
}
