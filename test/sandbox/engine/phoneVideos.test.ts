import { strict as assert } from 'node:assert';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { checkComplete } from '@ozflow/oz-sandbox/engine/media/complete';
import type { Container } from '@ozflow/oz-sandbox/engine/media/mediaTypes';
import type { Shot } from '@ozflow/oz-sandbox/engine/media/shot';
import { sniff } from '@ozflow/oz-sandbox/engine/media/sniff';
import { decodedAlike, meanDifference } from './support/alike';
import { ffmpeg, frameTimes } from './support/ffmpeg';
import { scratchFolder } from './support/folder';

type Rgb = readonly [red: number, green: number, blue: number];

const PATCHES: readonly Rgb[] = [
  [200, 120, 90],
  [235, 190, 165],
  [90, 56, 40],
  [128, 128, 128],
  [40, 90, 160],
];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '8', '-tag:v', 'hvc1'];
const PATTERN = (size: string): string[] => ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24:duration=1`];

/** High dynamic range as phones write it: just white at 203 cd/m² (BT.2408), colours of BT.2020, 10 bits. */
const HDR = (transfer: string): string[] => [
  '-vf',
  `zscale=tin=iec61966-2-1:pin=bt709:min=gbr:t=${transfer}:p=bt2020:m=bt2020nc:r=tv:npl=203,format=yuv420p10le`,
  ...[...X265, '-color_trc', transfer, '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'],
  ...['-x265-params', `log-level=error:transfer=${transfer}:colorprim=bt2020:colormatrix=bt2020nc`],
];
const WIDE = [
  '-vf',
  'zscale=tin=bt709:pin=bt709:min=gbr:t=bt709:p=smpte432:m=bt709:r=tv,format=yuv420p',
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '4', '-color_primaries', 'smpte432'],
  ...['-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'tv'],
];
const COLOURS: readonly { says: string; args: string[] }[] = [
  { says: 'HLG of 10 bits (iPhone, Dolby Vision 8.4)', args: HDR('arib-std-b67') },
  { says: 'PQ of 10 bits (HDR10)', args: HDR('smpte2084') },
  { says: 'Display P3', args: WIDE },
];

describe('Videos as phones write them', function () {
  this.timeout(180_000);
  const path = scratchFolder();

  for (const { says, args } of COLOURS) {
    it(`gives ordinary colours of ${says}`, async () => {
      for (const patch of PATCHES) {
        const file = path('patch.mov');
        const hex = Buffer.from(patch).toString('hex');
        await ffmpeg(
          '-f',
          'lavfi',
          '-i',
          `color=0x${hex}:size=64x48:rate=8:duration=0.5,format=gbrp`,
          ...args,
          file,
        );
        const { shots } = await decodedAlike(file, 'mov');
        nearColour(await middleOf(shots[0]), patch, 8);
      }
    });
  }

  it('keeps what is brighter than white in high dynamic range', async () => {
    const file = path('bright.mov');
    const ramp = "geq=r='X*1023/255':g='X*1023/255':b='X*1023/255',format=gbrp10le";
    await ffmpeg(
      ...['-f', 'lavfi', '-i', `color=black:size=256x16:rate=8:duration=0.5,format=gbrp10le,${ramp}`],
      ...[
        '-vf',
        'setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=gbr,zscale=m=bt2020nc:r=tv,format=yuv420p10le',
      ],
      ...[...X265, '-color_trc', 'smpte2084', '-color_primaries', 'bt2020', '-colorspace', 'bt2020nc'],
      ...['-x265-params', 'log-level=error:transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc'],
      file,
    );
    const { shots } = await decodedAlike(file, 'mov');
    const luma = shots[0]?.image.y.subarray(256 * 8, 256 * 9) ?? [];
    for (const [at, value] of luma.entries()) {
      assert.ok(at === 0 || value >= (luma[at - 1] ?? 0) - 2, `it gets darker at ${at}`);
    }
    // 203 cd/m² is 0.58 of the signal, 1000 are 0.75.
    assert.ok((luma[191] ?? 0) > (luma[160] ?? 0), 'what is five times as bright as white is brighter');
  });

  for (const turned of [0, 90]) {
    for (const sar of ['4/3', '8/9']) {
      it(`gives square pixels of a video with pixels of ${sar}, turned by ${turned}°`, async () => {
        const file = path('anamorphic.mp4');
        // A circle as it is meant to be seen.
        const circle = "geq=lum='if(lt(hypot((X-160)*" + sar + "\\,Y-120)\\,80)\\,235\\,16)':cb=128:cr=128";
        await ffmpeg(
          '-f',
          'lavfi',
          '-i',
          'color=black:size=320x240:rate=8:duration=0.5',
          '-vf',
          `${circle},setsar=${sar}`,
          ...X264,
          file,
        );
        if (turned) await turnRight(file);
        const { shots, facts } = await decodedAlike(file, 'mov');
        const { width, height } = boundsOfBright(shots[0]);
        assert.ok(Math.abs(width - height) <= 3, `the circle is ${width} × ${height}`);
        const shown = turned ? facts.height / facts.width : facts.width / facts.height;
        const [wide = 1, high = 1] = sar.split('/').map(Number);
        assert.ok(Math.abs(shown - ((320 / 240) * wide) / high) < 0.02, `${facts.width} × ${facts.height}`);
      });
    }
  }

  it('gives the pixels the shape that the file says, though its codec says another one', async () => {
    const square = path('codec-says-square.mp4');
    const circle = "geq=lum='if(lt(hypot((X-160)*4/3\\,Y-120)\\,80)\\,235\\,16)':cb=128:cr=128,setsar=1";
    await ffmpeg(
      ...['-f', 'lavfi', '-i', 'color=black:size=320x240:rate=8:duration=0.5'],
      ...['-vf', circle],
      ...X264,
      square,
    );
    const file = path('file-says-wide.mp4');
    await ffmpeg('-i', square, '-c', 'copy', '-aspect', '16:9', file);
    const { shots } = await decodedAlike(file, 'mov');
    const { width, height } = boundsOfBright(shots[0]);
    assert.ok(Math.abs(width - height) <= 3, `the circle is ${width} × ${height}`);
  });

  const CHANGING: readonly { says: string; file: string; container: Container }[] = [
    { says: 'WebM', file: 'changing.webm', container: 'matroska' },
    { says: 'MKV with H.264', file: 'changing.mkv', container: 'matroska' },
    { says: 'MP4 with H.264', file: 'changing.mp4', container: 'mov' },
  ];
  for (const { says, file, container } of CHANGING) {
    it(`gives each frame its own time and shape where they change in the middle of a ${says}`, async () => {
      const sizes = ['320x240', '240x320', '480x360'];
      const video = path(file);
      if (says === 'WebM') await changingWebm(sizes, video);
      else await changingH264(sizes, video);
      const { shots } = await decodedAlike(video, container);
      const times = await frameTimes(video);
      assert.equal(times.length, 72);
      for (const { frame, timeMs, image } of shots) {
        assert.ok(Math.abs(timeMs - (times[frame] ?? NaN)) <= 1, `frame ${frame} at ${timeMs} ms`);
        assert.equal(`${image.width}x${image.height}`, sizes[Math.floor(frame / 24)], `frame ${frame}`);
      }
      for (const at of [0, 1, 2]) {
        const part = shots.filter(({ frame }) => Math.floor(frame / 24) === at);
        assert.ok(part.length >= 6 && part.length <= 8, `${part.length} samples of part ${at}`);
        const { frame, image } = part[0] ?? {};
        assert.ok(frame !== undefined && image);
        const reference = await ffmpeg(
          ...[...PATTERN(sizes[at] ?? ''), '-vf', `select=eq(n\\,${frame % 24})`],
          ...['-frames:v', '1', '-pix_fmt', 'yuv420p', '-f', 'rawvideo', '-'],
        );
        const luma = reference.subarray(0, image.y.length);
        assert.ok(meanDifference(image.y, luma) < 8, `the picture of part ${at}`);
      }
    });
  }

  async function changingWebm(sizes: string[], video: string): Promise<void> {
    const list: string[] = [];
    for (const [at, size] of sizes.entries()) {
      await ffmpeg(...PATTERN(size), '-c:v', 'libvpx', '-b:v', '4M', path(`part${at}.webm`));
      list.push(`file '${path(`part${at}.webm`)}'`);
    }
    await writeFile(path('list.txt'), list.join('\n'));
    await ffmpeg('-f', 'concat', '-safe', '0', '-i', path('list.txt'), '-c', 'copy', video);
  }

  async function changingH264(sizes: string[], video: string): Promise<void> {
    await writeFile(path('parts.h264'), '');
    for (const size of sizes) {
      await ffmpeg(...PATTERN(size), ...X264, '-f', 'h264', path('part.h264'));
      await appendFile(path('parts.h264'), await readFile(path('part.h264')));
    }
    await ffmpeg('-r', '24', '-f', 'h264', '-i', path('parts.h264'), '-c', 'copy', video);
  }

  it('leaves no combs in an interlaced video', async () => {
    const file = path('interlaced.mp4');
    // A bar that moves by 8 pixels from field to field.
    const bar = "geq=lum='if(between(mod(X-N*8\\,320)\\,0\\,79)\\,235\\,16)':cb=128:cr=128";
    await ffmpeg(
      ...['-f', 'lavfi', '-i', 'color=black:size=320x240:rate=50:duration=1'],
      ...['-vf', `${bar},tinterlace=mode=interleave_top,setfield=tff`],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'ultrafast',
        '-flags',
        '+ildct+ilme',
        '-x264opts',
        'tff=1',
        '-pix_fmt',
        'yuv420p',
        file,
      ],
    );
    const { shots } = await decodedAlike(file, 'mov');
    assert.deepEqual(shots.map(({ timeMs }) => timeMs).slice(0, 3), [0, 160, 280]);
    for (const { frame, image } of shots) {
      assert.ok(
        combsOf(image) < 0.01,
        `frame ${frame}: ${(combsOf(image) * 100).toFixed(1)} % of pixels in combs`,
      );
    }
  });

  for (const first of ['skip', 'pnot', 'wide', 'styp']) {
    it(`reads a video that begins with ${first}, not with its brand`, async () => {
      const file = path(`${first}.mov`);
      await ffmpeg(...PATTERN('320x240'), ...X264, file);
      const bytes = await readFile(file);
      bytes.write(first, 4, 'latin1');
      await writeFile(file, bytes);
      const type = await sniff(file, 'video.mov');
      assert.equal(type.kind, 'video');
      await checkComplete(file, 'mov');
      assert.equal((await decodedAlike(file, 'mov')).shots.length, 7);
    });
  }

  it('says of one part of a stream what is missing', async () => {
    const file = path('part.mp4');
    await ffmpeg(...PATTERN('320x240'), ...X264, '-movflags', 'frag_keyframe+empty_moov', file);
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(bytes.indexOf('moof') - 4));
    assert.equal((await sniff(file)).kind, 'video');
    await assert.rejects(checkComplete(file, 'mov'), { code: 'damaged', message: /beginning .*is missing/ });
  });
});

async function middleOf(shot: Shot | undefined): Promise<Rgb> {
  assert.ok(shot);
  const { data, width, height } = await shot.jpeg();
  const rgb = await sharp(data).raw().toBuffer();
  const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 3;
  return [rgb[at] ?? NaN, rgb[at + 1] ?? NaN, rgb[at + 2] ?? NaN];
}

function nearColour(got: Rgb, wanted: Rgb, tolerance: number): void {
  const far = got.some((value, at) => !(Math.abs(value - (wanted[at] ?? NaN)) <= tolerance));
  assert.ok(!far, `(${wanted.join(', ')}) has become (${got.join(', ')})`);
}

function boundsOfBright(shot: Shot | undefined): { width: number; height: number } {
  assert.ok(shot);
  const { y, width } = shot.image;
  const bright = [...y.entries()]
    .filter(([, value]) => value > 128)
    .map(([at]) => [at % width, Math.floor(at / width)] as const);
  const span = (values: number[]): number => Math.max(...values) - Math.min(...values) + 1;
  return { width: span(bright.map(([x]) => x)), height: span(bright.map(([, row]) => row)) };
}

/** Part of the pixels that differ much from both the line above and the one below, in the same direction. */
function combsOf({ y, width, height }: Shot['image']): number {
  let combs = 0;
  for (let at = width; at < width * (height - 1); at++) {
    const above = (y[at] ?? 0) - (y[at - width] ?? 0);
    const below = (y[at] ?? 0) - (y[at + width] ?? 0);
    if (above * below > 60 * 60) combs++;
  }
  return combs / (width * height);
}

/** Writes a turn to the right into a video's track header (ISO/IEC 14496-12, tkhd version 0: the matrix is at byte 40). */
async function turnRight(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf('tkhd') + 4 + 40;
  for (const [index, value] of [0, 1, 0, -1, 0].entries())
    bytes.writeInt32BE(value * 0x10000, at + index * 4);
  await writeFile(path, bytes);
}
