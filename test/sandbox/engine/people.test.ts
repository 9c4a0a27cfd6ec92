import { strict as assert } from 'node:assert';
import type { FaceBox, YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { yuvImage } from '@ozflow/oz-sandbox/engine/media/picture';
import { People, prominence } from '@ozflow/oz-sandbox/engine/people';
import { meshOf, models } from '../face/support/pictures';
import { sitter } from '../face/support/sitter';

const SIZE = { width: 640, height: 360 };

function box(x: number, width: number): FaceBox {
  return { x, y: 100, width, height: width, score: 0.9, points: [] };
}

/** A picture with a pattern that stands still on the left half and moves on the right one. */
function picture(shift: number): YuvImage {
  const image = yuvImage(SIZE.width, SIZE.height, { fullRange: false, matrix: 'bt709' });
  for (let y = 0; y < SIZE.height; y++) {
    for (let x = 0; x < SIZE.width; x++) {
      const moved = x < SIZE.width / 2 ? 0 : shift;
      image.y[y * SIZE.width + x] = 120 + 80 * Math.sin((x + moved) / 9) * Math.cos((y + moved) / 7);
    }
  }
  return image;
}

describe('The main person', () => {
  it('is larger and nearer to the middle than others', () => {
    assert.ok(prominence(box(270, 100), SIZE) > prominence(box(275, 90), SIZE));
    assert.ok(prominence(box(270, 100), SIZE) > prominence(box(0, 120), SIZE));
  });

  it('is nobody on a picture on the wall while somebody moves', async () => {
    const people = new People((await models()).canonical);
    const [poster, person] = [box(120, 140), box(380, 100)];
    const [first = 0, second = 0] = people.rank(picture(0), [poster, person]);
    assert.ok(first > second, 'at first nobody knows');
    const [still = 0, living = 0] = people.rank(picture(6), [poster, person]);
    assert.ok(living > still, `${living} and ${still}`);
  });

  it('stays the larger one where nothing moves, or everything', async () => {
    const people = new People((await models()).canonical);
    const boxes = [box(380, 140), box(520, 60)];
    for (const shift of [0, 0, 6, 12]) {
      const [large = 0, small = 0] = people.rank(picture(shift), boxes);
      assert.ok(large > small);
    }
  });

  it('is not who walks past in front of him, however much of his place that takes', async () => {
    const people = new People((await models()).canonical);
    const standing = async (file: string, scale: number): Promise<(followed?: number) => number> => {
      const image = (await sitter(file))({ scale });
      const mesh = await meshOf(image);
      return (followed) => people.identify(image, mesh, followed);
    };
    const person = await standing('astronaut.png', 0.75);
    const nearer = await standing('astronaut.png', 0.83);
    const passer = await standing('grace_hopper_512x512.jpg', 1);
    assert.equal(person(), 0);
    assert.equal(nearer(0), 0);
    assert.equal(passer(0), 1);
    assert.equal(nearer(1), 0);
  });
});
