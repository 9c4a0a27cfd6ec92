import { strict as assert } from 'node:assert';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { openMedia } from '@ozflow/oz-sandbox/engine/media/open';
import type { Container } from '@ozflow/oz-sandbox/engine/media/mediaTypes';
import { findDecoders } from '@ozflow/oz-sandbox/engine/media/decoder/pick';
import type { Shot } from '@ozflow/oz-sandbox/engine/media/shot';
import { Standby } from '@ozflow/oz-sandbox/engine/media/decoder/standby';
import { decodedAlike } from './support/alike';
import { boxOf, changeBox, words } from './support/boxes';
import { ffmpeg } from './support/ffmpeg';
import { scratchFolder } from './support/folder';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const SKIN = [200, 120, 90] as const;
const SKIN_FILM = (size: string): string[] => [
  ...['-f', 'lavfi', '-i', `color=0xc8785a:size=${size}:rate=8:duration=0.4,format=gbrp`],
];
const TRACK = ['moov', 'trak'];
const ENTRY = [...TRACK, 'mdia', 'minf', 'stbl', 'stsd'];

describe('What the container of a video says', function () {
  this.timeout(120_000);
  const path = scratchFolder();
  const film = (): string => path('film.mp4');
  before(async () => {
    const pattern = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=24:duration=1'];
    await ffmpeg(...pattern, ...X264, '-bf', '2', film());
    const grey = ['-f', 'lavfi', '-i', 'color=gray:size=160x120:rate=24:duration=1'];
    await ffmpeg(
      ...grey,
      '-i',
      film(),
      '-map',
      '0',
      '-map',
      '1',
      '-c:v:1',
      'copy',
      ...greyCodec,
      path('two.mov'),
    );
  });
  const greyCodec = ['-c:v:0', 'libx264', '-pix_fmt:v:0', 'yuv420p'];

  describe('about colours', () => {
    before(async () => {
      // Raw frames carry no names of colours into the encoder.
      const hdr =
        'zscale=tin=iec61966-2-1:pin=bt709:min=gbr:t=smpte2084:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le';
      await ffmpeg(...SKIN_FILM('64x48'), '-vf', hdr, '-f', 'rawvideo', path('frames'));
      await ffmpeg(
        ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p10le', '-s', '64x48', '-r', '8', '-i', path('frames')],
        ...['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '8', '-tag:v', 'hvc1'],
        ...['-x265-params', 'log-level=error', path('silent.mp4')],
      );
    });

    for (const [file, container] of [
      ['told.mp4', 'mov'],
      ['told.mkv', 'matroska'],
    ] as const) {
      it(`counts where the frames of HEVC in ${container} do not say it`, async () => {
        const names = ['-color_trc', 'smpte2084', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'];
        await ffmpeg('-i', path('silent.mp4'), '-c', 'copy', ...names, '-movflags', 'write_colr', path(file));
        await expectSkin(path(file), container);
      });
    }

    it('is not asked for where frames are red, green and blue, as of a screen in high definition', async () => {
      await ffmpeg(
        ...SKIN_FILM('1280x720'),
        '-c:v',
        'libx264rgb',
        '-preset',
        'ultrafast',
        path('screen.mp4'),
      );
      await expectSkin(path('screen.mp4'), 'mov');
    });

    it('is not needed for a matrix that nobody converts', async () => {
      await ffmpeg(
        '-i',
        film(),
        '-c',
        'copy',
        '-bsf:v',
        'h264_metadata=matrix_coefficients=8',
        path('odd.mp4'),
      );
      assert.equal((await decodedAlike(path('odd.mp4'), 'mov')).shots.length, 7);
    });

    it('tells Dolby Vision that only its own players show', async () => {
      const silent = path('silent.mp4');
      await ffmpeg('-i', silent, '-c', 'copy', '-metadata:s:v', `title=${'x'.repeat(60)}`, path('dolby.mkv'));
      const mkv = await readFile(path('dolby.mkv'));
      // Where the track's name begins, which what is said of Dolby Vision takes the place of.
      const name = mkv.indexOf('xxxx') - 3;
      for (const [profile, compatible, refused] of [
        [5, 0, true],
        [8, 4, false],
        [8, 1, false],
        [10, 0, true],
      ] as const) {
        const file = path(`dolby.mp4`);
        await copyFile(silent, file);
        const setup = Buffer.alloc(24);
        setup.set([1, 0, profile << 1, 0x1d, compatible << 4]);
        await changeBox(file, ENTRY, (table) => {
          const entry = table.subarray(16);
          return Buffer.concat([
            table.subarray(0, 8),
            boxOf('hvc1', Buffer.concat([entry, boxOf(profile > 7 ? 'dvvC' : 'dvcC', setup)])),
          ]);
        });
        // A BlockAdditionMapping with its type and its data (RFC 9559, 5.1.4.1.17), and a void.
        const type = Buffer.from(
          `41e784${Buffer.from(profile > 7 ? 'dvvC' : 'dvcC').toString('hex')}`,
          'hex',
        );
        const said = Buffer.concat([Buffer.from('41e4a2', 'hex'), type, Buffer.from('41ed98', 'hex'), setup]);
        mkv.set([...said, 0xec, 0x98], name);
        await writeFile(path('dolby.mkv'), mkv);
        for (const one of [file, path('dolby.mkv')]) {
          const answer = await open(one);
          const message = /Dolby Vision.*convert it to MP4 with H\.264/.test(answer);
          assert.equal(message, refused, `${one} with profile ${profile}.${compatible}: ${answer}`);
        }
      }
    });
  });

  describe('about tracks', () => {
    for (const [says, change] of [
      ['is disabled', { box: 'tkhd', at: 3, to: Buffer.of(2) }],
      ['holds depth', { box: 'mdia/hdlr', at: 8, to: Buffer.from('auxv', 'latin1') }],
    ] as const) {
      it(`leaves out a first one that ${says}`, async () => {
        const file = path('tracks.mov');
        await copyFile(path('two.mov'), file);
        await changeBox(file, [...TRACK, ...change.box.split('/')], (content) => {
          const copy = Buffer.from(content);
          copy.set(change.to, change.at);
          return copy;
        });
        const { facts } = await decodedAlike(file, 'mov');
        assert.equal(`${facts.width}x${facts.height}`, '320x240');
      });
    }

    it('numbers the frames of several parts as they are shown', async () => {
      const file = path('parts.mp4');
      await copyFile(film(), file);
      // The beginning, three times: 300 ms from tick 1024 on, which the first frame is shown at.
      const parts = words(0, 3, ...[0, 1, 2].flatMap(() => [300, 1024, 0x10000]));
      await changeBox(file, [...TRACK, 'edts', 'elst'], () => parts);
      const { shots } = await decodedAlike(file, 'mov');
      assert.ok(shots.length >= 4, `${shots.length} samples`);
      for (const { frame, timeMs } of shots) {
        // FFmpeg lets parts overlap by the frames that were coded in another order.
        assert.ok(Math.abs(timeMs - (frame * 1000) / 24) < 100, `frame ${frame} at ${timeMs} ms`);
      }
    });

    it('shows all where it says that a part without length is shown', async () => {
      const file = path('parts.mp4');
      await copyFile(film(), file);
      await changeBox(file, [...TRACK, 'edts', 'elst'], () => words(0, 1, 0, 1024, 0x10000));
      const { shots } = await decodedAlike(file, 'mov');
      assert.equal(shots.length, 7);
      assert.equal(shots[0]?.timeMs, 0);
    });

    for (const [degrees, shown] of [
      [10, '320x240'],
      [89, '240x320'],
      [300, '240x320'],
    ] as const) {
      it(`turns by quarters only where it says ${degrees}°`, async () => {
        const file = path('turned.mp4');
        await copyFile(film(), file);
        const cos = Math.cos((degrees * Math.PI) / 180) * 0x10000;
        const sin = Math.sin((degrees * Math.PI) / 180) * 0x10000;
        await changeBox(file, [...TRACK, 'tkhd'], (header) => {
          const copy = Buffer.from(header);
          words(cos, sin, 0, -sin, cos).copy(copy, 40);
          return copy;
        });
        const { facts } = await decodedAlike(file, 'mov');
        assert.equal(`${facts.width}x${facts.height}`, shown);
      });
    }
  });
});

async function expectSkin(file: string, container: Container): Promise<void> {
  const { shots } = await decodedAlike(file, container);
  const got = await middleOf(shots[0]);
  const near = got.every((value, at) => Math.abs(value - (SKIN[at] ?? NaN)) <= 4);
  assert.ok(near, `(${SKIN.join(', ')}) has become (${got.join(', ')})`);
}

async function middleOf(shot: Shot | undefined): Promise<number[]> {
  assert.ok(shot);
  const { data, width, height } = await shot.jpeg();
  const { data: rgb } = await sharp(data)
    .extract({ left: width >> 1, top: height >> 1, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...rgb];
}

/** What is said when a file cannot be opened, otherwise its kind. */
async function open(file: string): Promise<string> {
  const opened = openMedia(file, undefined, {
    decoders: () => findDecoders('auto', process.env),
    standby: new Standby(),
    signal: new AbortController().signal,
    onChild() {},
  });
  return opened.then(
    ({ kind }) => kind,
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
}
