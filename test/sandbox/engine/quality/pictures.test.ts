import { strict as assert } from 'node:assert';
import sharp from 'sharp';
import { seeded } from '../../../../tools/random';
import {
  landmark,
  LANDMARKS,
  loadFaceModels,
  regionOfBox,
  type FaceModels,
  type YuvImage,
} from '@ozflow/oz-sandbox/engine/face/index';
import { LIMITS } from '@ozflow/oz-sandbox/engine/limits';
import { stillShot } from '@ozflow/oz-sandbox/engine/media/stills';
import { Observer } from '@ozflow/oz-sandbox/engine/observe';
import { pickBest } from '@ozflow/oz-sandbox/engine/pickBest';
import { judge, referenceOf, type Verdict } from '@ozflow/oz-sandbox/engine/quality/judge';
import type { Measures } from '@ozflow/oz-sandbox/engine/quality/measure';
import { verdictsOf } from '@ozflow/oz-sandbox/engine/samples';
import type { ComponentName } from '@ozflow/oz-sandbox/engine/types';
import { sample } from '../support/folder';

/** Landmarks of the corners of both eyes. */
const CORNERS = [
  [33, 133],
  [362, 263],
] as const;

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

  /** The photo with normally distributed noise. */
  async function noisy(sigma: number): Promise<sharp.Sharp> {
    const { data, info } = await photo().raw().toBuffer({ resolveWithObject: true });
    const random = seeded('noise');
    for (let at = 0; at < data.length; at += info.channels) {
      const noise = sigma * (Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, 0) - 6);
      for (let channel = at; channel < at + info.channels; channel++) {
        data[channel] = Math.min(255, Math.max(0, Math.round((data[channel] ?? 0) + noise)));
      }
    }
    return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  }

  /** The spoilt picture beside the plain one, as two frames of one video. */
  async function spoilt(picture: sharp.Sharp): Promise<Verdict> {
    const measures = await measured(picture);
    return judge(measures, referenceOf([plain, measures]));
  }

  it('are fine as they are', () => {
    const { gate, score } = judge(plain, referenceOf([plain]));
    assert.equal(gate, undefined);
    assert.ok(score > 0.8, `score ${score}`);
  });

  it('are not taken of what may be no face', async () => {
    const { image } = await stillShot(await photo().png().toBuffer(), 0);
    const seen = (presence: number): Promise<unknown> =>
      new Observer({
        ...models,
        mesh: async (...of) => ({ ...(await models.mesh(...of)), presence }),
      }).next(image, true);
    assert.equal(await seen(0.7), undefined);
    assert.ok(await seen(0.95));
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

  for (const sigma of [12, 25]) {
    it(`show noise of ${sigma} as such, and neither as detail nor as something in front`, async () => {
      const measures = await measured(await noisy(sigma));
      const video = referenceOf([plain, measures, measures, measures, measures]);
      const [clean, grainy] = [judge(plain, video), judge(measures, video)];
      assert.ok(clean.components.sharpness > 0.9, `sharpness is ${clean.components.sharpness}`);
      assert.ok(clean.components.occlusion > 0.7, `occlusion is ${clean.components.occlusion}`);
      assert.ok(grainy.components.sharpness < 0.6, `with noise ${grainy.components.sharpness}`);
      assert.ok(clean.score > grainy.score);
    });
  }

  it('show the blocks of strong compression', async () => {
    const { components } = await spoilt(sharp(await photo().jpeg({ quality: 4 }).toBuffer()));
    assert.ok(components.sharpness < 0.5, `sharpness is ${components.sharpness}`);
  });

  it('do not learn of wide open eyes from blurred frames', async () => {
    const blurred = await measured(photo().blur(8));
    const wide = { ...blurred, eyes: { ...plain.eyes, opening: plain.eyes.opening * 1.6 } };
    assert.equal(judge(plain, referenceOf([plain, wide, wide, wide])).gate, undefined);
  });

  it('show lids painted over the eyes', async () => {
    const { image } = await stillShot(await photo().png().toBuffer(), 0);
    const mesh = (await new Observer(models).next(image, true))?.mesh;
    assert.ok(mesh);
    const lids = CORNERS.map(([from, to]) => {
      const [a, b] = [landmark(mesh, from), landmark(mesh, to)];
      return `<ellipse cx="${(a.x + b.x) / 2}" cy="${(a.y + b.y) / 2 - 2}" rx="${Math.abs(b.x - a.x) / 2}" ry="7" fill="#4a2f25"/>`;
    });
    const shut = Buffer.from(`<svg width="512" height="512">${lids.join('')}</svg>`);
    const measures = await measured(photo().composite([{ input: shut }]));
    assert.ok(judge(measures, referenceOf([plain, measures])).components.eyes < 0.3);
    assert.ok(judge(plain, referenceOf([plain, measures])).components.eyes > 0.9);
  });

  it('do not learn of wide open eyes from a turned head', () => {
    const turned = {
      ...plain,
      pose: { ...plain.pose, yaw: 25 },
      eyes: { ...plain.eyes, opening: plain.eyes.opening * 1.45 },
    };
    const { gate, components } = judge(plain, referenceOf([turned, turned, turned, plain]));
    assert.equal(gate, undefined);
    assert.ok(components.eyes > 0.9, `eyes is ${components.eyes}`);
  });

  it('do not learn of closed lips from a nod, nor from blur', async () => {
    const lips = (measures: Measures, lipsApart: number): Measures => ({
      ...measures,
      expression: { ...measures.expression, lipsApart },
    });
    const open = lips(plain, 0.06);
    const nod = lips({ ...plain, pose: { ...plain.pose, pitch: 25 } }, 0);
    const blurred = lips(await measured(photo().blur(1.5)), 0);
    for (const closed of [nod, blurred]) {
      const { components } = judge(open, referenceOf([open, open, closed, closed]));
      assert.ok(components.mouth > 0.9, `mouth is ${components.mouth}`);
    }
  });

  it('take a closed mouth for closed, though it is open in all sharp frames', () => {
    const laughing: Measures = {
      ...plain,
      expression: { ...plain.expression, lipsApart: 0.25 },
      structure: plain.structure.map((detail, part) => (part === 3 ? 2.5 * detail : detail)),
    };
    const [a, b, c, d] = plain.sharpness.detail.map((detail) => 0.75 * detail);
    const softer: Measures = {
      ...plain,
      sharpness: { ...plain.sharpness, detail: [a ?? 0, b ?? 0, c ?? 0, d ?? 0] },
    };
    const video = referenceOf([laughing, laughing, laughing, softer]);
    const { components, score } = judge(softer, video);
    assert.ok(components.mouth > 0.9, `mouth is ${components.mouth}`);
    assert.ok(components.occlusion > 0.9, `occlusion is ${components.occlusion}`);
    assert.ok(score > judge(laughing, video).score);
  });

  it('do not learn of closed lips and wide open eyes from what is held before them', () => {
    const cup: Measures = {
      ...plain,
      eyes: { ...plain.eyes, opening: 1.5 * plain.eyes.opening },
      structure: plain.structure.map((detail, part) => (part === 3 ? 0.15 * detail : detail)),
    };
    const { gate, components } = judge(plain, referenceOf([plain, plain, cup, cup, cup, cup]));
    assert.equal(gate, undefined);
    assert.ok(components.mouth > 0.9, `mouth is ${components.mouth}`);
  });

  it('show a microphone before the chin, which hides little of the face', async () => {
    const { image } = await stillShot(await photo().png().toBuffer(), 0);
    const mesh = await new Observer(models).next(image, true);
    const [x = 0, y = 0] = mesh?.mesh.points.subarray(152 * 3) ?? [];
    const head = Buffer.from(
      `<svg width="512" height="512"><circle cx="${x}" cy="${y - 18}" r="26" fill="#3a3d40"/></svg>`,
    );
    const { components } = await spoilt(photo().composite([{ input: head }]));
    assert.ok(components.occlusion < 0.8, `occlusion is ${components.occlusion}`);
  });

  it('show a printed page in front of the mouth, however long it is there', async () => {
    const { image } = await stillShot(await photo().png().toBuffer(), 0);
    const mesh = await new Observer(models).next(image, true);
    const y = Math.round(mesh?.mesh.points[13 * 3 + 1] ?? 0);
    const lines = Array.from(
      { length: 40 },
      (_, line) =>
        `<rect x="${(line % 2) * 3}" y="${y - 38 + line * 4}" width="512" height="2" stroke-dasharray="9 4" stroke="#222"/>`,
    );
    const page = Buffer.from(
      `<svg width="512" height="512"><rect y="${y - 40}" width="512" height="160" fill="#f4f4f4"/>${lines.join('')}</svg>`,
    );
    const measures = await measured(photo().composite([{ input: page }]));
    const video = referenceOf([plain, ...Array<Measures>(9).fill(measures)]);
    assert.ok(judge(plain, video).components.occlusion > 0.7);
    const { occlusion } = judge(measures, video).components;
    assert.ok(occlusion < 0.6, `occlusion is ${occlusion}`);
    assert.ok(judge(plain, video).components.sharpness > 0.9);
  });

  it('are as sharp with teeth between the lips', async () => {
    const { image } = await stillShot(await photo().png().toBuffer(), 0);
    const mesh = (await new Observer(models).next(image, true))?.mesh;
    assert.ok(mesh);
    const [left, right, lip] = [61, 291, 13].map((mark) => landmark(mesh, mark));
    assert.ok(left && right && lip);
    const wide = (right.x - left.x) * 0.4;
    const teeth = [-2, -1, 0, 1].map(
      (tooth) =>
        `<rect x="${lip.x + (tooth * wide) / 2 + 1}" y="${lip.y - 3}" width="${wide / 2 - 2}" height="5" fill="#eee"/>`,
    );
    const open = Buffer.from(
      `<svg width="512" height="512"><ellipse cx="${lip.x}" cy="${lip.y + 1}" rx="${wide}" ry="6" fill="#200"/>${teeth.join('')}</svg>`,
    );
    const { sharpness } = await measured(photo().composite([{ input: open }]));
    for (const [direction, value] of sharpness.detail.entries()) {
      const closed = plain.sharpness.detail[direction] ?? 0;
      assert.ok(Math.abs(value / closed - 1) < 0.04, `${value} and ${closed} with closed lips`);
    }
  });

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

  it('show whoever stands in the background, for as long as he does', async () => {
    const room = sharp({ create: { width: 1280, height: 720, channels: 3, background: '#777' } });
    const face = { input: await photo().resize(480).toBuffer(), left: 60, top: 120 };
    const far = { input: await photo().resize(210).toBuffer(), left: 1000, top: 200 };
    const alone = (await stillShot(await room.clone().composite([face]).png().toBuffer(), 0)).image;
    const pair = (await stillShot(await room.clone().composite([face, far]).png().toBuffer(), 0)).image;
    assert.equal((await models.detect(pair)).length, 1, 'a quick search does not find him');
    const observer = new Observer(models);
    const faces = async (image: YuvImage, detect: boolean): Promise<number | undefined> =>
      (await observer.next(image, detect))?.faces;
    assert.equal(await faces(pair, true), 2);
    assert.equal(await faces(pair, false), 2);
    assert.equal(await faces(pair, true), 2);
    assert.equal(await faces(alone, false), 1);
  });

  it('lie on a face that has moved as well as on one just found', async () => {
    const room = sharp({ create: { width: 900, height: 700, channels: 3, background: '#777' } });
    const at = async (side: number, left: number): Promise<YuvImage> => {
      const face = { input: await photo().resize(side).toBuffer(), left, top: 40 };
      return (await stillShot(await room.clone().composite([face]).png().toBuffer(), 0)).image;
    };
    const [before, after] = [await at(600, 100), await at(540, 170)];
    const fresh = await new Observer(models).next(after, true);
    const observer = new Observer(models);
    await observer.next(before, true);
    const followed = await observer.next(after, false);
    assert.ok(fresh && followed);
    const off = Array.from({ length: LANDMARKS }, (_, index) => {
      const [a, b] = [landmark(fresh.mesh, index), landmark(followed.mesh, index)];
      return Math.hypot(a.x - b.x, a.y - b.y) / fresh.measures.eyeDistance;
    });
    assert.ok(Math.max(...off) < 0.1, `off by ${Math.max(...off)} of the distance between the eyes`);
  });

  it('count for less in the middle of a turn, if the pictures follow each other', async () => {
    const shot = await stillShot(await photo().png().toBuffer(), 0);
    const sighting = await new Observer(models).next(shot.image, true);
    assert.ok(sighting);
    const samples = [-12, 0, 12].map((yaw) => ({
      shot,
      open: true,
      looked: true,
      sighting: { ...sighting, measures: { ...plain, pose: { ...plain.pose, yaw } } },
    }));
    const middle = (video: boolean): number | undefined =>
      [...verdictsOf(samples, referenceOf([plain]), video).values()][1]?.components.stillness;
    assert.equal(middle(false), 1);
    assert.ok((middle(true) ?? 1) < 0.5);
  });

  it('are taken from the calmest moment, where nothing else tells which are better', async () => {
    const shot = await stillShot(await photo().png().toBuffer(), 0);
    const sighting = await new Observer(models).next(shot.image, true);
    assert.ok(sighting);
    const samples = [1.06, 1, 1.06, 1, 1, 1].map((wider) => {
      const eyes = { ...plain.eyes, opening: plain.eyes.opening * wider };
      return { shot, open: true, looked: true, sighting: { ...sighting, measures: { ...plain, eyes } } };
    });
    const [, restless, , , calm] = samples;
    assert.ok(restless && calm);
    const verdicts = verdictsOf(samples, referenceOf([plain]), true);
    assert.equal(verdicts.get(restless)?.score, verdicts.get(calm)?.score);
    assert.equal(pickBest([restless, calm], samples, verdicts, true), calm);
    assert.equal(pickBest([restless, calm], samples, verdicts, false), restless);
  });

  const DRAWN = [
    ['in lines', 'none', 'none'],
    ['in colours', '#e8b796', '#fff'],
  ] as const;
  for (const [how, skin, white] of DRAWN) {
    it(`are not taken of a face drawn ${how}, which the models take for one`, async () => {
      const { image } = await stillShot(await sharp(drawing(skin, white)).png().toBuffer(), 0);
      const [box] = await models.detect(image);
      assert.ok(box && (await models.mesh(image, regionOfBox(box))).presence > 0.9);
      assert.equal(await new Observer(models).next(image, true), undefined);
    });
  }

  it('do not depend on the size of the picture', async () => {
    assert.ok(LIMITS.stillSide > 1000);
    const large = await measured(photo().resize(1000));
    for (const [direction, value] of large.sharpness.detail.entries()) {
      const small = plain.sharpness.detail[direction] ?? 0;
      assert.ok(Math.abs(value / small - 1) < 0.35, `${value} beside ${small}`);
    }
  });
});

/** A face as children draw it. */
function drawing(skin: string, white: string): Buffer {
  const eyes = [340, 460].map(
    (x) =>
      `<ellipse cx="${x}" cy="260" rx="30" ry="14" fill="${white}"/><circle cx="${x}" cy="260" r="9" fill="#000"/>`,
  );
  return Buffer.from(
    `<svg width="800" height="600"><rect width="800" height="600" fill="#fff"/><g stroke="#000" stroke-width="3"><ellipse cx="400" cy="300" rx="150" ry="200" fill="${skin}"/>${eyes.join('')}<path d="M400 280 385 350 405 352M350 400a50 14 0 0 0 100 0" fill="none"/></g></svg>`,
  );
}

/** A kernel that smears over `width` × `height` pixels. */
function motion(width: number, height: number): sharp.Kernel {
  const side = Math.max(width, height);
  const middle = (side - 1) / 2;
  const kernel = Array.from({ length: side * side }, (_, index) =>
    (height === 1 ? Math.floor(index / side) === middle : index % side === middle) ? 1 : 0,
  );
  return { width: side, height: side, kernel };
}
