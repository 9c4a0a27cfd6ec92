import { strict as assert } from 'node:assert';
import sharp from 'sharp';
import { describeFace, type FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { stillShot } from '@ozflow/oz-sandbox/engine/media/stills';
import { Observer } from '@ozflow/oz-sandbox/engine/observe';
import { strangersAmong } from '@ozflow/oz-sandbox/engine/strangers';
import { models } from '../face/support/pictures';
import { sample } from './support/folder';

describe('Looks unlike the others', function () {
  this.timeout(60_000);
  let loaded: FaceModels;
  before(async () => {
    loaded = await models();
  });

  const astronaut = (): sharp.Sharp => sharp(sample('astronaut.png')).removeAlpha();
  const hopper = (): sharp.Sharp => sharp(sample('grace_hopper_512x512.jpg'));

  /** One picture that runs into another, as scenes of a film do. */
  async function between(under: sharp.Sharp, over: sharp.Sharp, share: number): Promise<sharp.Sharp> {
    const input = await over.ensureAlpha(share).png().toBuffer();
    return under.composite([{ input }]);
  }

  async function described(picture: sharp.Sharp): Promise<Float32Array> {
    const { image } = await stillShot(await picture.png().toBuffer(), 0);
    const sighting = await new Observer(loaded).next(image, true);
    assert.ok(sighting, 'the face is found');
    return describeFace(image, sighting.mesh, loaded.canonical);
  }

  it('are those of a scene that runs into the next', async () => {
    const looks = await Promise.all([
      described(astronaut()),
      described(astronaut().modulate({ brightness: 0.7 })),
      described(astronaut().blur(1.5)),
      described(astronaut().rotate(8)),
      described(await between(astronaut(), hopper(), 0.45)),
    ]);
    const odd = strangersAmong([0, 1, 2, 3, 4], (index) => looks[index] ?? new Float32Array());
    assert.deepEqual([...odd], [4]);
  });

  it('are none where hardly any two are alike, nor of two', async () => {
    const [one, other] = [await described(astronaut()), await described(hopper())];
    for (const looks of [
      [one, other],
      [one, one, other, other],
    ])
      assert.equal(strangersAmong(looks, (look) => look).size, 0);
  });
});
