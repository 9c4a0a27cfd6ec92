import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import type { Canvas } from './canvas';
import { between, seeded } from '../../tools/random';

/**
 * A picture of the same colours and textures without a face: the canvas cut into tiles a fraction of the face's
 * width and shuffled, so that skin, hair and eyes are all there and no face is.
 */
export function makeEmptyScene(canvas: Canvas, seed: string): YuvImage {
  const [source] = canvas.levels;
  if (!source) throw new Error('A canvas without pictures.');
  const random = seeded(`${seed} tiles`);
  const tile = 2 * Math.max(4, Math.round(canvas.faceWidth * 0.07));
  const columns = Math.floor(source.width / tile);
  const rows = Math.floor(source.height / tile);
  const order = Array.from({ length: columns * rows }, (_, index) => index);
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(between(random, 0, index + 1));
    const swap = order[index] ?? 0;
    order[index] = order[other] ?? 0;
    order[other] = swap;
  }
  const scene: YuvImage = {
    ...source,
    y: Uint8Array.from(source.y),
    u: Uint8Array.from(source.u),
    v: Uint8Array.from(source.v),
  };
  order.forEach((from, to) => {
    const move = (name: 'y' | 'u' | 'v', side: number): void => {
      const width = name === 'y' ? source.width : source.width / 2;
      for (let row = 0; row < side; row++) {
        const start = (Math.floor(from / columns) * side + row) * width + (from % columns) * side;
        const target = (Math.floor(to / columns) * side + row) * width + (to % columns) * side;
        scene[name].set(source[name].subarray(start, start + side), target);
      }
    };
    move('y', tile);
    move('u', tile / 2);
    move('v', tile / 2);
  });
  return scene;
}
