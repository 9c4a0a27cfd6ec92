import { strict as assert } from 'node:assert';
import sharp from 'sharp';
import { loadFaceModels, type FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { LIMITS } from '@ozflow/oz-sandbox/engine/limits';
import { stillShot } from '@ozflow/oz-sandbox/engine/media/stills';
import { Observer } from '@ozflow/oz-sandbox/engine/observe';
import { judge, referenceOf, type Verdict } from '@ozflow/oz-sandbox/engine/quality/judge';
import type { Measures } from '@ozflow/oz-sandbox/engine/quality/measure';
import type { ComponentName } from '@ozflow/oz-sandbox/engine/types';
import { sample } from '../support/folder';

/** What is measured on a real face, as it is and with one thing spoilt. */
describe('Measures of a real face', function () {
  this.timeout(60_000);
  let models: FaceModels;
  let plain: Measures;
  before(async () => {
    models = await loadFaceModels();
    plain = await measured(photo());
  });
  after(() => models.close());

  const photo = (): sharp.Sharp => sharp(sample('grace_hopper_512x512.jpg'));

  async function measured(picture: sharp.Sharp): Promise<Measures> {
    const shot = await stillShot(await picture.png().toBuffer(), 0);
    const sighting = await new Observer(models).next(shot.image, true);
    assert.ok(sighting, 'the face is found');
    return sighting.measures;
  }

  /** The spoilt picture beside the plain one, as two frames of one film. */
  async function spoilt(picture: sharp.Sharp): Promise<Verdict> {
    const measures = await measured(picture);
    return judge(measures, referenceOf([plain, measures]));
  }

  it('are fine as they are', () => {
    const { gate, score } = judge(plain, referenceOf([plain]));
    assert.equal(gate, undefined);
    assert.ok(score > 0.8, `score ${score}`);
  });

  const defects: [string, (picture: sharp.Sharp) => sharp.Sharp, ComponentName, number][] = [
    ['blur', (picture) => picture.blur(4), 'sharpness', 0.3],
    ['motion to the side', (picture) => picture.convolve(motion(11, 1)), 'sharpness', 0.5],
    ['motion up and down', (picture) => picture.convolve(motion(1, 11)), 'sharpness', 0.5],
    ['darkness', (picture) => picture.linear(0.35, 0), 'exposure', 0.4],
    ['too much light', (picture) => picture.linear(2.6, 20), 'exposure', 0.4],
    ['a lean of 25 degrees', (picture) => picture.rotate(25, { background: '#777' }), 'pose', 0.5],
  ];
  for (const [name, spoil, component, most] of defects) {
    it(`show ${name}`, async () => {
      const { components } = await spoilt(spoil(photo()));
      assert.ok(components[component] < most, `${component} is ${components[component].toFixed(2)}`);
    });
  }

  it('show a small face', async () => {
    const { components } = await spoilt(
      photo().resize(160).extend({ right: 300, bottom: 300, background: '#777' }),
    );
    assert.ok(components.size < 0.3, `size is ${components.size}`);
  });

  it('show a cut face', async () => {
    const { gate, components } = await spoilt(
      photo().extract({ left: 230, top: 0, width: 282, height: 512 }),
    );
    assert.equal(gate, 'cut-face');
    assert.ok(components.inside < 0.5);
  });

  it('show light from one side', async () => {
    const shade = Buffer.from(
      '<svg width="512" height="512"><defs><linearGradient id="g"><stop offset=".4" stop-opacity="0"/><stop offset=".58" stop-opacity=".8"/></linearGradient></defs><rect width="512" height="512" fill="url(#g)"/></svg>',
    );
    const { components } = await spoilt(photo().composite([{ input: shade }]));
    assert.ok(components.uniformity < 0.6, `uniformity is ${components.uniformity}`);
  });

  it('show something in front of the mouth', async () => {
    const { image } = await stillShot(await photo().png().toBuffer(), 0);
    const mesh = await new Observer(models).next(image, true);
    const y = Math.round(mesh?.mesh.points[13 * 3 + 1] ?? 0);
    const bar = Buffer.from(
      `<svg width="512" height="512"><rect y="${y - 30}" width="512" height="110" fill="#b9907a"/></svg>`,
    );
    const { components } = await spoilt(photo().composite([{ input: bar }]));
    assert.ok(components.occlusion < 0.5, `occlusion is ${components.occlusion}`);
  });

  it('show a second person', async () => {
    const face = await photo().resize(400).toBuffer();
    const pair = sharp({ create: { width: 1000, height: 512, channels: 3, background: '#777' } }).composite([
      { input: await photo().toBuffer(), left: 0, top: 0 },
      { input: face, left: 580, top: 60 },
    ]);
    const { components } = await spoilt(pair);
    assert.ok(components.single < 0.4, `single is ${components.single}`);
  });

  it('do not depend on the size of the picture', async () => {
    assert.ok(LIMITS.stillSide > 1000);
    const large = await measured(photo().resize(1000));
    for (const [direction, value] of large.sharpness.entries()) {
      const small = plain.sharpness[direction] ?? 0;
      assert.ok(Math.abs(value / small - 1) < 0.35, `${value} beside ${small}`);
    }
  });
});

/** A kernel that smears over `width` × `height` pixels. */
function motion(width: number, height: number): sharp.Kernel {
  const side = Math.max(width, height);
  const middle = (side - 1) / 2;
  const kernel = Array.from({ length: side * side }, (_, index) =>
    (height === 1 ? Math.floor(index / side) === middle : index % side === middle) ? 1 : 0,
  );
  return { width: side, height: side, kernel };
}
