import { strict as assert } from 'node:assert';
import sharp from 'sharp';
import { createEngine, type Engine, type MediaReport } from '@ozflow/oz-sandbox/engine/index';
import { DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { sample, scratchFolder } from './support/folder';

const FACE = 'grace_hopper_512x512.jpg';

/** The best shot stands upright: its face is found as such in the JPEG, and its size is that of the turned video. */
async function assertUpright(
  engine: Engine,
  { bestShot }: MediaReport,
  width: number,
  height: number,
): Promise<void> {
  assert.ok(bestShot, 'no best shot');
  assert.deepEqual([bestShot.width, bestShot.height], [width, height]);
  const size = await sharp(bestShot.jpeg).metadata();
  assert.deepEqual([size.width, size.height], [width, height]);
  const again = await engine.analyze({ data: bestShot.jpeg });
  const roll = again.frames[0]?.pose?.roll ?? 180;
  assert.ok(Math.abs(roll) < 25, `the face is turned by ${roll.toFixed(0)}°`);
  const [own, kept] = [meanLuma(await topOf(bestShot.jpeg)), meanLuma(await topOf(again.bestShot?.jpeg))];
  assert.ok(Math.abs(own - kept) < 4, 'a picture that stands upright is not turned again');
}

async function topOf(jpeg: Uint8Array | undefined): Promise<Buffer> {
  const { width, height } = await sharp(jpeg).metadata();
  const top = { left: 0, top: 0, width, height: Math.floor(height / 4) };
  return sharp(jpeg).extract(top).grayscale().raw().toBuffer();
}

function meanLuma(pixels: Buffer): number {
  return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
}

describe('What was filmed sideways or upside down, without telling', function () {
  this.timeout(180_000);
  const path = scratchFolder();
  let engine: Engine;
  before(() => {
    engine = createEngine();
  });
  after(() => engine.close());

  for (const turn of [0, 90, 180, 270]) {
    it(`finds the face of a photo turned by ${turn}°, and gives it upright`, async () => {
      for (const file of [FACE, 'astronaut.png']) {
        const wide = await sharp(sample(file))
          .extend({ left: 60, right: 100, background: '#777' })
          .png()
          .toBuffer();
        const lying = await sharp(wide).rotate(turn).jpeg().toBuffer();
        await assertUpright(engine, await engine.analyze({ data: lying }), 672, 512);
      }
    });
  }

  const FILTERS = {
    'turned right': 'transpose=clock',
    'upside down': 'hflip,vflip',
    'turned left': 'transpose=cclock',
  };
  for (const decoder of DECODERS) {
    for (const [says, filter] of Object.entries(FILTERS)) {
      it(`finds the face of a video that is ${says}, and gives it upright, with ${decoder}`, async () => {
        const video = path('lying.mp4');
        const small = ['-t', '2', '-vf', `scale=640:-2,${filter}`, '-c:v', 'libx264', '-preset', 'ultrafast'];
        await ffmpeg('-i', sample('hopper-turning.mp4'), ...small, video);
        const own = createEngine({ decoder });
        try {
          const report = await own.analyze({ path: video });
          await assertUpright(own, report, 640, 360);
          assert.deepEqual([report.width, report.height], [640, 360]);
          assert.ok(report.frames.filter(({ faces }) => faces > 0).length > report.frames.length / 2);
        } finally {
          await own.close();
        }
      });
    }
  }

  it('leaves a video as it is in which the head leans for a while', async () => {
    const video = path('leaning.mp4');
    const lean = "rotate='if(between(t\\,0.6\\,1.3)\\,1.3\\,0)':fillcolor=gray";
    await ffmpeg(
      ...['-loop', '1', '-t', '2.5', '-r', '24', '-i', sample(FACE), '-vf', `${lean},format=yuv420p`],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', video],
    );
    const report = await engine.analyze({ path: video });
    await assertUpright(engine, report, 512, 512);
    const { timeMs = 1000 } = report.bestShot ?? {};
    assert.ok(timeMs < 600 || timeMs > 1300, `${timeMs} ms`);
  });
});

describe('Faces that are small in the picture', function () {
  this.timeout(120_000);
  let engine: Engine;
  before(() => {
    engine = createEngine();
  });
  after(() => engine.close());

  /** A face that is a third of the sample photo wide. */
  async function scene(width: number, height: number, part: number, x: number, y: number): Promise<Buffer> {
    const side = Math.round(Math.min(width, height) * part * 2.9);
    const face = await sharp(sample(FACE)).resize(side).toBuffer();
    const left = Math.round((width - side) * x);
    const top = Math.round((height - side) * y);
    const background = { r: 150, g: 160, b: 170 };
    return sharp({ create: { width, height, channels: 3, background } })
      .composite([{ input: face, left: Math.max(0, left), top: Math.max(0, top) }])
      .jpeg()
      .toBuffer();
  }

  for (const [says, width, height] of [
    ['portrait', 1080, 1920],
    ['landscape', 1920, 1080],
  ] as const) {
    for (const part of [0.15, 0.2, 0.25]) {
      it(`are found in ${says} where they are ${part * 100} % of its shorter side, wherever they are`, async () => {
        for (const y of [0, 0.33, 0.67, 1]) {
          for (const x of [0, 1]) {
            const report = await engine.analyze({ data: await scene(width, height, part, x, y) });
            assert.equal(report.bestShot?.faces, 1, `at ${x}, ${y}`);
          }
        }
      });
    }
  }

  it('are not turned for what looks like a lying face in them', async () => {
    const report = await engine.analyze({ data: await scene(1080, 1920, 0.17, 0.386, 0.979) });
    assert.deepEqual([report.width, report.height], [1080, 1920]);
    const { roll = 180 } = report.frames[0]?.pose ?? {};
    assert.ok(Math.abs(roll) < 25, `the face is turned by ${roll.toFixed(0)}°`);
  });
});
