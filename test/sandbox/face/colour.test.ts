import { strict as assert } from 'node:assert';
import { yuvWeights, type Colours, type YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { sampleRegion } from '@ozflow/oz-sandbox/engine/face/sampler';
import { drawn } from './support/pictures';

/** Samples of pure colours, from ITU-R BT.601 and BT.709. */
const COLOURS: {
  matrix: Colours['matrix'];
  fullRange: boolean;
  yuv: [number, number, number];
  rgb: number[];
}[] = [
  { matrix: 'bt601', fullRange: false, yuv: [81, 90, 240], rgb: [255, 0, 0] },
  { matrix: 'bt601', fullRange: false, yuv: [145, 54, 34], rgb: [0, 255, 0] },
  { matrix: 'bt709', fullRange: false, yuv: [63, 102, 240], rgb: [255, 0, 0] },
  { matrix: 'bt709', fullRange: false, yuv: [32, 240, 118], rgb: [0, 0, 255] },
  { matrix: 'bt601', fullRange: true, yuv: [76, 85, 255], rgb: [255, 0, 0] },
  { matrix: 'bt709', fullRange: true, yuv: [255, 128, 128], rgb: [255, 255, 255] },
  { matrix: 'bt709', fullRange: false, yuv: [16, 128, 128], rgb: [0, 0, 0] },
  { matrix: 'bt2020', fullRange: false, yuv: [74, 97, 240], rgb: [255, 0, 0] },
];

describe('Colours for the models', () => {
  for (const { matrix, fullRange, yuv, rgb } of COLOURS) {
    it(`reads ${yuv.join(', ')} (${matrix}, ${fullRange ? 'full' : 'limited'} range) as ${rgb.join(', ')}`, () => {
      const [y, u, v] = yuv;
      const image: YuvImage = {
        format: 'yuv420',
        width: 4,
        height: 4,
        colours: { fullRange, matrix },
        y: new Uint8Array(16).fill(y),
        u: new Uint8Array(4).fill(u),
        v: new Uint8Array(4).fill(v),
      };
      const out = new Float32Array(2 * 2 * 3);
      sampleRegion(image, { x: 2, y: 2, size: 4, angle: 0 }, 2, { gain: 1, bias: 0, outside: 'edge' }, out);
      for (const [index, value] of out.entries())
        assert.ok(Math.abs(value - (rgb[index % 3] ?? NaN)) < 3, out.join());
    });
  }

  it('weighs a full-range grey as it is', () => {
    const { luma, lumaOffset } = yuvWeights({ matrix: 'bt601', fullRange: true });
    assert.deepEqual([luma, lumaOffset], [1, 0]);
  });
});

describe('Cutting regions out', () => {
  const slope = drawn((x, y) => [x * 0.5, y * 0.5, 0]);
  const scaling = { gain: 1, bias: 0, outside: 'black' } as const;

  it('interpolates, shrinks and shifts on the pixel', () => {
    for (const size of [8, 16, 64]) {
      const out = new Float32Array(8 * 8 * 3);
      sampleRegion(slope, { x: 100, y: 60, size, angle: 0 }, 8, scaling, out);
      const step = size / 8;
      const first = { x: 100 - size / 2 + step / 2, y: 60 - size / 2 + step / 2 };
      assert.ok(Math.abs((out[0] ?? NaN) - (first.x - 0.5) / 2) < 0.6, `${size}: ${out[0]}`);
      assert.ok(Math.abs((out[1] ?? NaN) - (first.y - 0.5) / 2) < 0.6, `${size}: ${out[1]}`);
      assert.ok(Math.abs((out[3] ?? NaN) - (out[0] ?? NaN) - step / 2) < 0.6);
    }
  });

  it('turns clockwise: a quarter turn reads down the columns', () => {
    const out = new Float32Array(4 * 4 * 3);
    sampleRegion(slope, { x: 100, y: 60, size: 4, angle: Math.PI / 2 }, 4, scaling, out);
    assert.ok(
      (out[10] ?? NaN) >= (out[1] ?? NaN) + 1,
      'green, the height in the picture, grows along the first row',
    );
    assert.ok(Math.abs((out[9] ?? NaN) - (out[0] ?? NaN)) < 0.01, 'red, the column in the picture, does not');
  });

  it('is black outside, or goes on with the edge', () => {
    const out = new Float32Array(2 * 2 * 3);
    const outside = { x: 330, y: 100, size: 4, angle: 0 };
    sampleRegion(slope, outside, 2, scaling, out);
    assert.deepEqual([...out], new Array(12).fill(0));
    sampleRegion(slope, outside, 2, { ...scaling, outside: 'edge' }, out);
    assert.ok((out[0] ?? 0) > 150);
  });
});
