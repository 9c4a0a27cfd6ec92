import { strict as assert } from 'node:assert';
import {
  boundsOf,
  describeFace,
  eyeCentres,
  eyeOpenness,
  interEyeDistance,
  measureExpression,
  measureGaze,
  outline,
  similarity,
  simulatedSpoofing,
  type CanonicalFace,
  type Image,
} from '@ozflow/oz-sandbox/engine/face/index';
import { toYuv } from '../../../bench/engine/canvas';
import type { Look } from '../../../bench/engine/frameLook';
import { meshOf, models, portrait, PORTRAITS } from './support/pictures';
import { sitter } from './support/sitter';

for (const { file, width } of PORTRAITS) {
  describe(`Measures of ${file}`, () => {
    let draw: (look: Partial<Look>) => Image;
    let canonical: CanonicalFace;
    before(async () => {
      ({ canonical } = await models());
      draw = await sitter(file);
    });

    it('sees a blink', async () => {
      const open = eyeOpenness(await meshOf(draw({})));
      const closed = eyeOpenness(await meshOf(draw({ eyes: 1 })));
      assert.ok(open.left > 0.2 && open.right > 0.2, JSON.stringify(open));
      assert.ok(
        closed.left < 0.85 * open.left && closed.right < 0.85 * open.right,
        JSON.stringify({ open, closed }),
      );
    });

    it('sees the lips part, and how far', async () => {
      const gaps = [];
      for (const mouth of [0, 0.2, 0.4, 0.8]) {
        gaps.push(measureExpression(await meshOf(draw({ mouth })), canonical).lipsApart);
      }
      for (const [index, gap] of gaps.entries()) {
        assert.ok(index === 0 || gap > (gaps[index - 1] ?? 0) + 0.02, gaps.join(', '));
      }
    });

    it('measures an expression whatever the size and the turn of the head', async () => {
      const still = measureExpression(await meshOf(draw({})), canonical);
      for (const look of [{ scale: 0.6 }, { roll: 12 }, { roll: -12 }, { yaw: 10 }, { pitch: 8 }]) {
        const other = measureExpression(await meshOf(draw(look)), canonical);
        for (const [name, value] of Object.entries(other)) {
          const apart = Math.abs(value - still[name as keyof typeof still]);
          assert.ok(apart < 0.04, `${JSON.stringify(look)} ${name}: ${apart}`);
        }
      }
    });

    it('finds the irises of eyes that look into the camera near the middle of both eyes', async () => {
      const gaze = measureGaze(await meshOf(draw({})));
      assert.ok(gaze, 'no irises');
      assert.ok(Math.abs(gaze.across) < 0.08 && Math.abs(gaze.down + 0.06) < 0.04, JSON.stringify(gaze));
    });

    it('sees where eyes look', async () => {
      const across = [];
      for (const gaze of [-1, 0, 1]) across.push(measureGaze(await meshOf(draw({ gaze })))?.across ?? NaN);
      const [left = NaN, straight = NaN, right = NaN] = across;
      assert.ok(left < straight - 0.03 && right > straight + 0.03, across.join(', '));
    });

    it('measures lengths in pixels of the picture', async () => {
      const mesh = await meshOf(await portrait(file));
      const { right, left } = eyeCentres(mesh);
      assert.ok(right.x < left.x);
      assert.ok(Math.abs(interEyeDistance(mesh) / width - 0.455) < 0.05, `${interEyeDistance(mesh) / width}`);
      const half = await meshOf(await portrait(file, (picture) => picture.resize(256)));
      assert.ok(Math.abs(interEyeDistance(half) / interEyeDistance(mesh) - 0.5) < 0.02);
      const bounds = boundsOf(mesh);
      for (const { x, y } of outline(mesh)) {
        assert.ok(
          x >= bounds.x && y >= bounds.y && x <= bounds.x + bounds.width && y <= bounds.y + bounds.height,
        );
      }
    });

    it('gives the same mesh for planes as for RGB', async () => {
      const image = await portrait(file);
      const [rgb, yuv] = [await meshOf(image), await meshOf(toYuv(image))];
      const apart = rgb.points.reduce(
        (sum, value, index) => sum + Math.abs(value - (yuv.points[index] ?? NaN)),
        0,
      );
      assert.ok(
        apart / rgb.points.length < 0.01 * width,
        `${apart / rgb.points.length} pixels apart on average`,
      );
    });

    it('knows the person again, and not the other one', async () => {
      const still = await described(draw({}));
      assert.ok(similarity(still, still) > 0.999);
      for (const look of [
        { yaw: 10 },
        { pitch: -8 },
        { roll: 12 },
        { stops: -1 },
        { side: 0.35 },
        { scale: 0.5 },
        { mouth: 0.3 },
      ]) {
        const other = similarity(still, await described(draw(look)));
        assert.ok(other >= 0.85, `${JSON.stringify(look)}: ${other}`);
      }
      for (const stranger of PORTRAITS.filter((one) => one.file !== file)) {
        const other = similarity(still, await described(await portrait(stranger.file)));
        assert.ok(other < 0.6, `${stranger.file}: ${other}`);
      }
    });
  });
}

describe('Spoofing score', () => {
  it('is marked as simulated, low, and the same for the same face', async () => {
    const descriptor = await described(await portrait('astronaut.png'));
    const score = simulatedSpoofing(descriptor);
    assert.equal(score.simulated, true);
    assert.ok(score.value >= 0.02 && score.value <= 0.12);
    assert.deepEqual(simulatedSpoofing(descriptor), score);
    assert.deepEqual(simulatedSpoofing(), { value: 0.02, simulated: true });
  });
});

async function described(image: Image): Promise<Float32Array> {
  return describeFace(image, await meshOf(image), (await models()).canonical);
}
