import { strict as assert } from 'node:assert';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import sharp from 'sharp';
import { videoOfSet } from '@ozflow/oz-sandbox/engine/media/setVideo';
import { decode, DECODERS } from './support/decoders';
import { frameTimes } from './support/ffmpeg';
import { scratchFolder } from './support/folder';
import { zipOf } from './support/zip';

const SIZE = { width: 120, height: 160 };
const picture = (background: string, size = SIZE): sharp.Sharp =>
  sharp({ create: { ...size, channels: 3, background } });

describe('Videos of shots sets', function () {
  this.timeout(60_000);
  const path = scratchFolder();
  const video = (
    zip: string,
    decoder: 'auto' | 'ffmpeg' | 'node-av',
    ms = 30_000,
  ): Promise<Buffer | undefined> => videoOfSet(zip, decoder, AbortSignal.timeout(ms));

  before(async () => {
    const broken = await picture('#00f').jpeg().toBuffer();
    const shots = {
      '1.jpg': await picture('#c00').jpeg().toBuffer(),
      '2.jpg': broken.subarray(0, 300),
      '3.png': await picture('#0c0', { width: 200, height: 100 }).png().toBuffer(),
      '10.jpg': await picture('#888').greyscale().jpeg().toBuffer(),
    };
    await writeFile(path('shots.zip'), await zipOf(shots));
    const lying = picture('#c00', { width: 160, height: 120 }).withMetadata({ orientation: 6 });
    await writeFile(path('turned.zip'), await zipOf({ 'a.jpg': await lying.jpeg().toBuffer() }));
    await writeFile(path('nothing.zip'), await zipOf({ 'a.txt': Buffer.from('no picture') }));
    await writeFile(path('no.zip'), 'no ZIP');
  });

  for (const decoder of DECODERS) {
    it(`${decoder} shows each picture for a tenth of a second, in the shape of the first one`, async () => {
      await writeFile(path('video.mp4'), (await video(path('shots.zip'), decoder)) ?? '');
      assert.deepEqual(await frameTimes(path('video.mp4')), [0, 100, 200]);
      const { shots, facts } = await decode(decoder, path('video.mp4'), 'mov');
      assert.deepEqual([facts.width, facts.height], [SIZE.width, SIZE.height]);
      const { data, info } = await sharp((await shots[0]?.jpeg())?.data)
        .raw()
        .toBuffer({ resolveWithObject: true });
      const middle = [...data.subarray((data.length / info.channels / 2) * info.channels).subarray(0, 3)];
      assert.ok((middle[0] ?? 0) > 150 && (middle[1] ?? 255) < 60, `red in the middle: ${middle.join()}`);
    });

    it(`${decoder} puts pictures upright, as a camera says`, async () => {
      await writeFile(path('turned.mp4'), (await video(path('turned.zip'), decoder)) ?? '');
      const { facts } = await decode(decoder, path('turned.mp4'), 'mov');
      assert.deepEqual([facts.width, facts.height], [SIZE.width, SIZE.height]);
    });
  }

  it('takes node-av where ffmpeg cannot encode', async () => {
    const { OZ_FFMPEG: before } = process.env;
    const program = path('no-encoder');
    await writeFile(program, '#!/bin/sh\necho "Unknown encoder libx264" >&2\nexit 1\n');
    await chmod(program, 0o755);
    process.env['OZ_FFMPEG'] = program;
    try {
      assert.equal(await video(path('shots.zip'), 'ffmpeg'), undefined);
      assert.ok(await video(path('shots.zip'), 'auto'));
    } finally {
      if (before === undefined) delete process.env['OZ_FFMPEG'];
      else process.env['OZ_FFMPEG'] = before;
    }
  });

  it('makes none of what is no ZIP of pictures, nor in no time, and leaves nothing behind', async () => {
    for (const zip of ['nothing.zip', 'no.zip', 'missing.zip'])
      assert.equal(await video(path(zip), 'auto'), undefined);
    assert.equal(await video(path('shots.zip'), 'auto', 0), undefined);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith(`oz-engine-${process.pid}-`));
    assert.deepEqual(left, []);
  });
});
