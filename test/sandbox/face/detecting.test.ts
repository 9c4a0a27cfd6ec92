import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { regionOfBox } from '@ozflow/oz-sandbox/engine/face/index';
import { HandModel } from '@ozflow/oz-sandbox/engine/face/hand';
import { compile } from '@ozflow/oz-sandbox/engine/face/runtime';
import { regionOfHands } from '@ozflow/oz-sandbox/engine/quality/hands';
import { makeEmptyScene } from '../../../bench/engine/faceless';
import { toYuv } from '../../../bench/engine/canvas';
import { drawHand } from '../../../bench/engine/hand';
import { seeded } from '../../../tools/random';
import { drawn, meshOf, models, portrait, PORTRAITS } from './support/pictures';

const run = promisify(execFile);

const model = (name: string): string =>
  join(dirname(require.resolve('@ozflow/oz-sandbox/package.json')), 'models', name);

describe('Finding faces', () => {
  for (const thorough of [false, true]) {
    for (const { file, x, y, width } of PORTRAITS) {
      it(`finds the one face of ${file} where it is${thorough ? ' (thoroughly)' : ''}`, async () => {
        const loaded = await models();
        const picture = await portrait(file);
        const boxes = await loaded.detect(picture, { thorough });
        // A patch on a suit may look like a face to the detector, but not to the mesh.
        const meshes = await Promise.all(boxes.map((box) => loaded.mesh(picture, regionOfBox(box))));
        const faces = boxes.filter((_, at) => (meshes[at]?.presence ?? 0) > 0.5);
        assert.equal(faces.length, 1);
        const [face] = faces;
        assert.ok(face && face.score > 0.6);
        assert.ok(
          Math.abs(face.x + face.width / 2 - x) < width * 0.1,
          `middle at ${face.x + face.width / 2}`,
        );
        assert.ok(
          Math.abs(face.y + face.height / 2 - y) < width * 0.1,
          `middle at ${face.y + face.height / 2}`,
        );
        assert.ok(Math.abs(face.width / width - 1) < 0.15, `width ${face.width}`);
        const [right, left] = face.points;
        assert.ok(right && left && right.x < left.x, 'the right eye is at the left as seen');
      });
    }
  }

  it('searches a line of pixels in few parts', async () => {
    // As many as it is long would take minutes.
    const line = { format: 'rgb', width: 20_000, height: 2, data: new Uint8Array(120_000) } as const;
    assert.deepEqual(await (await models()).detect(line, { thorough: true }), []);
  }).timeout(20_000);

  it('finds both faces of a picture of two (thoroughly)', async () => {
    const [first, second] = await Promise.all(PORTRAITS.map(({ file }) => portrait(file)));
    assert.ok(first && second);
    const data = new Uint8Array(first.data.length * 2);
    for (let row = 0; row < first.height; row++) {
      const line = first.width * 3;
      data.set(first.data.subarray(row * line, (row + 1) * line), row * 2 * line);
      data.set(second.data.subarray(row * line, (row + 1) * line), row * 2 * line + line);
    }
    const both = { ...first, width: 2 * first.width, data };
    const faces = await (await models()).detect(both, { thorough: true });
    assert.deepEqual(faces.map(({ x }) => (x < first.width ? 'left' : 'right')).sort(), ['left', 'right']);
  });

  it('takes no face for a hand, wherever it is looked for', async () => {
    const hand = new HandModel(await compile(await readFile(model(HandModel.file)), HandModel.inputShape));
    try {
      for (const { file, x, y, width } of PORTRAITS) {
        const picture = await portrait(file);
        for (const angle of [0, 1.5, 3, 4.5]) {
          const { presence } = await hand.fit(picture, { x, y, size: 2 * width, angle });
          assert.ok(presence < 0.5, `${file}, turned by ${angle}: ${presence}`);
        }
        assert.deepEqual(await (await models()).hands(picture, regionOfHands(await meshOf(picture))), []);
      }
    } finally {
      hand.delete();
    }
  });

  it('sees a hand that moves before the mouth and is cut off by the edge', async () => {
    const face = await models();
    const bare = await portrait('astronaut.png');
    const region = regionOfHands(await meshOf(bare));
    for (const lean of [-12, 12]) {
      const palm = await movingHand(lean);
      const covered = await portrait('astronaut.png', (picture) => picture.composite([palm]));
      // Below the chin the picture ends.
      const height = 211;
      const cut = { ...covered, height, data: covered.data.subarray(0, covered.width * height * 3) };
      assert.equal((await face.hands(cut, region)).length, 1, `leaning by ${lean} degrees`);
    }
  });

  const random = seeded('no face');
  const EMPTY: Record<string, ReturnType<typeof drawn>> = {
    grey: drawn(() => [128, 128, 128]),
    black: drawn(() => [0, 0, 0]),
    'a slope': drawn((x, y) => [x * 0.7, y, 120]),
    'a chessboard': drawn((x, y) => (((x >> 4) + (y >> 4)) % 2 === 0 ? [230, 200, 180] : [60, 40, 30])),
    noise: drawn(() => [random() * 255, random() * 255, random() * 255]),
    'two dark spots and a bar': drawn((x, y) =>
      Math.hypot(x - 120, y - 90) < 12 ||
      Math.hypot(x - 200, y - 90) < 12 ||
      (Math.abs(x - 160) < 40 && Math.abs(y - 170) < 8)
        ? [40, 30, 30]
        : [210, 170, 150],
    ),
  };
  for (const [name, image] of Object.entries(EMPTY)) {
    it(`finds no face in ${name}`, async () => assert.deepEqual(await presences(image), []));
  }

  for (const { file } of PORTRAITS) {
    it(`finds no face in the shuffled tiles of ${file}`, async () => {
      const image = await portrait(file);
      const canvas = {
        levels: [toYuv(image)],
        mesh: await meshOf(image),
        centre: { x: 256, y: 256 },
        faceWidth: 150,
      };
      assert.deepEqual(await presences(makeEmptyScene(canvas, file)), []);
    });
  }

  it('loads without a word on the console and leaves no globals behind', async () => {
    const script =
      "const { loadFaceModels } = require('@ozflow/oz-sandbox/engine/face/index');" +
      'const before = Object.getOwnPropertyNames(globalThis).sort().join();' +
      "loadFaceModels().then((models) => models.detect({ format: 'rgb', width: 2, height: 2, data: new Uint8Array(12) }))" +
      '.then(() => (process.exitCode = before === Object.getOwnPropertyNames(globalThis).sort().join() ? 0 : 3));';
    assert.deepEqual(await run(process.execPath, [...process.execArgv, '-e', script], { cwd: __dirname }), {
      stdout: '',
      stderr: '',
    });
  });
});

/** A hand of the astronaut's size before her mouth, smeared over a tenth of her face; to be laid over her picture. */
async function movingHand(lean: number): Promise<sharp.OverlayOptions> {
  const { picture, palm } = await drawHand(seeded(`hand ${lean}`), 109, [214, 160, 138], lean);
  const { data, info } = await picture.png().toBuffer({ resolveWithObject: true });
  const [left, top] = [Math.round(226 - palm.x * info.width), Math.round(156 - palm.y * info.height)];
  const across = Array.from({ length: 11 }, () => 1);
  const still = across.map(() => 0);
  const kernel = [...still, ...across, ...still];
  const input = await sharp(data).convolve({ width: across.length, height: 3, kernel }).png().toBuffer();
  return { input, left, top };
}

/** The mesh flags of what the detector takes for a face, as far as they agree with it. */
async function presences(image: Parameters<typeof meshOf>[0]): Promise<number[]> {
  const face = await models();
  const boxes = await face.detect(image);
  const flags = [];
  for (const box of boxes) flags.push((await face.mesh(image, regionOfBox(box))).presence);
  return flags.filter((flag) => flag >= 0.5);
}
