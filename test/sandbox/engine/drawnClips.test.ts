import { strict as assert } from 'node:assert';
import { createEngine, type Engine } from '@ozflow/oz-sandbox/engine/index';
import { ClipCache } from '../../../bench/engine/clipCache';
import { clipSpecs, type ClipSpec } from '../../../bench/engine/clipSpec';
import type { Format } from '../../../bench/engine/formats';
import { isRight } from '../../../bench/engine/groundTruth';
import { loadSubjects } from '../../../bench/engine/portraits';
import { DEFECTS } from '../../../bench/engine/timeline';
import { models } from '../face/support/pictures';
import { sample, scratchFolder } from './support/folder';

/** Small, so that it takes seconds; the benchmark draws the same kinds in all formats. */
const SMALL: Format = {
  name: 'small',
  extension: 'mp4',
  width: 360,
  height: 480,
  fps: 15,
  encoder: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-pix_fmt', 'yuv420p'],
};

describe('Choosing from drawn clips', function () {
  this.timeout(60_000);
  const path = scratchFolder();
  let engine: Engine;
  let clips: ClipCache;
  let specs: ClipSpec[];
  before(async () => {
    engine = createEngine();
    clips = new ClipCache(path(''), await models());
    specs = clipSpecs(await loadSubjects(sample(''), await models()), DEFECTS.length);
  });
  after(() => engine.close());

  for (const [index, defect] of DEFECTS.entries()) {
    it(`takes a right frame of one with ${defect}`, async () => {
      const spec = specs[index];
      assert.ok(spec);
      const clip = await clips.clip({ ...spec, format: SMALL });
      const { bestShot } = await engine.analyze({ path: clip.path });
      const chosen = bestShot?.frame ?? null;
      const costs = clip.truth.costs.map((cost) => cost.toFixed(1)).join(' ');
      assert.ok(isRight(clip.truth.good, chosen), `frame ${chosen} of ${costs}`);
    });
  }
});
