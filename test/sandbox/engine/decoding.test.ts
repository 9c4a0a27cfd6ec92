import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Shot } from '@ozflow/oz-sandbox/engine/media/shot';
import type { Container } from '@ozflow/oz-sandbox/engine/media/mediaTypes';
import { decode, DECODERS, shotOf } from './support/decoders';
import { ffmpeg, frameTimes } from './support/ffmpeg';
import { scratchFolder } from './support/folder';

/** A moving picture with colours, 24 frames a second. */
const PATTERN = (size: string, seconds: number): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=${size}:rate=24:duration=${seconds}`,
];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12'];

/** How a video is made, what it is in, and which of its frames are samples. */
interface Video {
  name: string;
  file: string;
  container: Container;
  args: string[];
  samples?: number[];
}
const VIDEOS: Video[] = [
  {
    name: 'H.264 in MP4, BT.601, limited range',
    file: 'bt601.mp4',
    container: 'mov',
    args: [...PATTERN('320x240', 1), ...H264, '-pix_fmt', 'yuv420p'],
  },
  {
    name: 'H.264 in MP4, BT.709, limited range',
    file: 'bt709.mp4',
    container: 'mov',
    args: [
      ...PATTERN('320x240', 1),
      ...['-vf', 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p'],
      ...[...H264, '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    ],
  },
  {
    name: 'H.264 in MP4, BT.709, full range',
    file: 'bt709-full.mp4',
    container: 'mov',
    args: [
      ...PATTERN('320x240', 1),
      ...['-vf', 'scale=out_color_matrix=bt709:out_range=pc,format=yuv420p'],
      ...[...H264, '-colorspace', 'bt709', '-color_range', 'pc'],
    ],
  },
  {
    name: 'HEVC of 10 bits in MOV',
    file: 'ten-bits.mov',
    container: 'mov',
    args: [
      ...PATTERN('320x240', 1),
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '12', '-x265-params', 'log-level=error'],
      ...['-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1'],
    ],
    // No other frame is made from the odd ones.
    samples: [0, 4, 8, 12, 14, 18, 22],
  },
  {
    name: 'VP8 in WebM, odd size',
    file: 'vp8.webm',
    container: 'matroska',
    args: [...PATTERN('321x243', 1), '-c:v', 'libvpx', '-b:v', '4M', '-pix_fmt', 'yuv420p'],
  },
  {
    name: 'VP9 in WebM',
    file: 'vp9.webm',
    container: 'matroska',
    args: [
      ...PATTERN('320x240', 1),
      '-c:v',
      'libvpx-vp9',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-b:v',
      '4M',
    ],
  },
  {
    name: 'H.264 with full colour (4:4:4), odd size',
    file: 'odd.mp4',
    container: 'mov',
    args: [...PATTERN('321x243', 1), ...H264, '-pix_fmt', 'yuv444p'],
  },
];

/** Frame times that are not even: 2 frames of 24 a second, then 1 of 6 a second, again and again. */
const UNEVEN = "setpts='(floor(N/3)*0.25+mod(N,3)/24)/TB'";

interface Turned {
  says: string;
  /** Where a step to the right (a, b) and a step down (c, d) lead. */
  matrix: readonly [a: number, b: number, c: number, d: number];
  /** The same turn for a picture. */
  turn: (picture: sharp.Sharp) => sharp.Sharp;
}
const TURNED: Turned[] = [
  { says: 'turned right', matrix: [0, 1, -1, 0], turn: (picture) => picture.rotate(90) },
  { says: 'upside down', matrix: [-1, 0, 0, -1], turn: (picture) => picture.rotate(180) },
  { says: 'turned left', matrix: [0, -1, 1, 0], turn: (picture) => picture.rotate(270) },
  { says: 'mirrored, by a front camera', matrix: [-1, 0, 0, 1], turn: (picture) => picture.flop() },
  { says: 'turned right and scaled', matrix: [0, 0.5, -0.5, 0], turn: (picture) => picture.rotate(90) },
  { says: 'said to have no extent', matrix: [0, 0, 0, 0], turn: (picture) => picture },
];

for (const decoder of DECODERS) {
  describe(`Decoding with ${decoder}`, function () {
    this.timeout(120_000);
    const path = scratchFolder();

    for (const { name, file, container, args, samples = [0, 4, 7, 11, 14, 17, 21] } of VIDEOS) {
      it(`gives frames, times and colours of ${name}`, async () => {
        await ffmpeg(...args, path(file));
        const times = await frameTimes(path(file));
        const { shots, facts, left } = await decode(decoder, path(file), container);
        assert.equal(left, 0);
        assert.deepEqual(
          shots.map(({ frame }) => frame),
          samples,
        );
        for (const { frame, timeMs } of shots) near(timeMs, times[frame] ?? NaN, 1);
        near(facts.durationMs, 1000, 5);
        await sameAsFfmpeg(path(file), shotOf(shots, 14));
      });
    }

    for (const [size, matrix] of [
      ['640x360', 'bt601'],
      ['1280x720', 'bt709'],
    ] as const) {
      it(`takes a video of ${size} that does not tell its matrix for one of ${matrix}`, async () => {
        const patch = `color=0xc8785a:size=${size}:rate=8:duration=0.25,format=gbrp`;
        const untold = `scale=out_color_matrix=${matrix}:out_range=tv,format=yuv420p,setparams=colorspace=unknown`;
        await ffmpeg('-f', 'lavfi', '-i', `${patch},${untold}`, ...H264, path('untold.mp4'));
        const { shots } = await decode(decoder, path('untold.mp4'), 'mov');
        const pixels = await sharp((await shotOf(shots, 0).jpeg()).data)
          .raw()
          .toBuffer();
        for (const [at, value] of [0xc8, 0x78, 0x5a].entries()) near(pixels[at] ?? NaN, value, 3);
      });
    }

    it('keeps the times of a video with uneven ones', async () => {
      const file = path('uneven.mp4');
      // By the older name of -fps_mode, which every ffmpeg takes.
      const uneven = ['-vf', UNEVEN, '-vsync', 'passthrough', '-enc_time_base', '1:12288'];
      await ffmpeg(...PATTERN('320x240', 2), ...uneven, ...H264, '-pix_fmt', 'yuv420p', file);
      const times = await frameTimes(file);
      assert.ok(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0))).size > 1);
      const { shots } = await decode(decoder, file, 'mov');
      assert.ok(shots.length > 10);
      for (const { frame, timeMs } of shots) near(timeMs, times[frame] ?? NaN, 1);
      await sameAsFfmpeg(file, shotOf(shots, 12));
    });

    it('takes only frames that others are made from, and counts all of them', async () => {
      const file = path('b-frames.mp4');
      const everyThird = ['-g', '99', '-bf', '2', '-x264-params', 'b-adapt=0:b-pyramid=none:scenecut=0'];
      const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '12', ...everyThird];
      await ffmpeg(...PATTERN('320x240', 2), ...coding, '-pix_fmt', 'yuv420p', file);
      const { shots, facts } = await decode(decoder, file, 'mov');
      const frames = shots.map(({ frame }) => frame);
      assert.deepEqual(frames, [0, 6, 9, 12, 15, 18, 24, 27, 30, 33, 36, 42, 45]);
      for (const { frame, timeMs } of shots) near(timeMs, (frame * 1000) / 24, 1);
      near(facts.durationMs, 2000, 5);
      for (const shot of shots) await sameAsFfmpeg(file, shot);
    });

    it('counts from where a video was cut', async () => {
      const [whole, cut] = [path('whole.mp4'), path('cut.mp4')];
      const coding = [
        '-c:v',
        'libx264',
        '-preset',
        'veryfast',
        '-g',
        '99',
        '-bf',
        '2',
        '-pix_fmt',
        'yuv420p',
      ];
      await ffmpeg(...PATTERN('320x240', 3), ...coding, whole);
      await ffmpeg('-ss', '0.7', '-i', whole, '-c', 'copy', cut);
      const times = await frameTimes(cut);
      const { shots, facts } = await decode(decoder, cut, 'mov');
      assert.ok(shots.length > 10);
      for (const { frame, timeMs } of shots) near(timeMs, times[frame] ?? NaN, 1);
      near(facts.durationMs, 2300, 50);
    });

    for (const { says, matrix, turn } of TURNED) {
      it(`puts a video upright that is ${says}`, async () => {
        const file = path('turned.mp4');
        await ffmpeg(...PATTERN('320x180', 1), ...H264, '-pix_fmt', 'yuv420p', file);
        const lying = await referenceFrame(file, 14);
        await setMatrix(file, matrix);
        const { shots, facts } = await decode(decoder, file, 'mov');
        const wanted = await turn(lying).removeAlpha().raw().toBuffer({ resolveWithObject: true });
        assert.deepEqual([facts.width, facts.height], [wanted.info.width, wanted.info.height]);
        await looksLike(shotOf(shots, 14), wanted.data);
      });
    }

    it('gives the frames of a long video ever more rarely', async () => {
      const file = path('long.mp4');
      await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=12:duration=60', ...H264, file);
      const { shots, facts } = await decode(decoder, file, 'mov');
      near(facts.durationMs, 60_000, 200);
      const gaps = shots.slice(1).map((shot, index) => shot.timeMs - (shots[index]?.timeMs ?? 0));
      near(gaps[0] ?? NaN, 167, 2);
      assert.ok((gaps.at(-1) ?? 0) > 400, `the last gap is ${gaps.at(-1)} ms`);
      assert.ok(shots.length < 320, `${shots.length} samples`);
    });

    it('decodes the keyframes of a long video alone, where there are enough, and counts all frames', async () => {
      const file = path('keys.mp4');
      const pattern = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=24:duration=40'];
      for (const [apart, seconds] of [
        [24, 1],
        [240, 0],
      ] as const) {
        await ffmpeg(...pattern, '-c:v', 'libx264', '-g', String(apart), '-x264-params', 'scenecut=0', file);
        const { shots, facts } = await decode(decoder, file, 'mov');
        near(facts.durationMs, 40_000, 200);
        const keys = shots.filter(({ frame }) => frame % 24 === 0);
        if (seconds > 0)
          assert.deepEqual(
            shots.map(({ frame }) => frame),
            Array.from({ length: 40 }, (_, at) => at * 24),
          );
        else assert.ok(keys.length < shots.length / 2);
        for (const { frame, timeMs } of shots) near(timeMs, (frame * 1000) / 24, 1);
      }
    });

    it('stops at once when it is told to', async () => {
      const file = path('stopped.mp4');
      await ffmpeg(...PATTERN('640x480', 20), ...H264, file);
      const stop = new AbortController();
      const reason = new Error('enough');
      await assert.rejects(
        decode(decoder, file, 'mov', { signal: stop.signal, onShot: () => stop.abort(reason) }),
        reason,
      );
    });
  });
}

/** A shot has the colours that ffmpeg itself finds in that frame. */
async function sameAsFfmpeg(path: string, shot: Shot): Promise<void> {
  const { data } = await (await referenceFrame(path, shot.frame)).raw().toBuffer({ resolveWithObject: true });
  await looksLike(shot, data);
}

/** A frame as ffmpeg converts it to RGB, as stored (not turned). */
async function referenceFrame(path: string, frame: number): Promise<sharp.Sharp> {
  const one = ['-vf', `select=eq(n\\,${frame}),scale=flags=accurate_rnd+full_chroma_int`, '-frames:v', '1'];
  return sharp(await ffmpeg('-noautorotate', '-i', path, ...one, '-f', 'image2pipe', '-c:v', 'png', '-'));
}

/** The JPEG of a shot differs from the wanted RGB pixels by no more than its coding does. */
async function looksLike(shot: Shot, wanted: Buffer): Promise<void> {
  const { data } = await shot.jpeg();
  const got = await sharp(data).raw().toBuffer();
  assert.equal(got.length, wanted.length);
  let sum = 0;
  const means = [0, 0, 0];
  for (const [at, value] of got.entries()) {
    const difference = value - (wanted[at] ?? 0);
    sum += Math.abs(difference);
    means[at % 3] = (means[at % 3] ?? 0) + difference / (got.length / 3);
  }
  // A wrong matrix or range moves whole channels: by 4 or more with this pattern.
  for (const mean of means) near(mean, 0, 1);
  assert.ok(sum / got.length < 6, `pixels differ by ${(sum / got.length).toFixed(1)} on average`);
}

/** Writes the turn into a video's track header (ISO/IEC 14496-12, tkhd version 0: the matrix is at byte 40). */
async function setMatrix(path: string, [a, b, c, d]: Turned['matrix']): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf('tkhd') + 4 + 40;
  for (const [index, value] of [a, b, 0, c, d].entries()) bytes.writeInt32BE(value * 0x10000, at + index * 4);
  await writeFile(path, bytes);
}

function near(value: number, wanted: number, tolerance: number): void {
  assert.ok(Math.abs(value - wanted) <= tolerance, `${value} is not within ${tolerance} of ${wanted}`);
}
