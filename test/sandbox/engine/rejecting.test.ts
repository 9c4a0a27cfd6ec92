import { strict as assert } from 'node:assert';
import { explainPage } from '@ozflow/oz-sandbox/engine/explain/page';
import { createEngine, type Engine, type MediaReport } from '@ozflow/oz-sandbox/engine/index';
import { encodeJpeg } from '@ozflow/oz-sandbox/engine/media/picture';
import sharp from 'sharp';
import { PORTRAITS } from '../face/support/pictures';
import { sitter } from '../face/support/sitter';
import { sample } from './support/folder';

describe('When no frame is acceptable', () => {
  let engine: Engine;
  before(() => {
    engine = createEngine();
  });
  after(() => engine.close());

  const rejects = (report: MediaReport, reason: string): void => {
    assert.equal(report.bestShot, undefined);
    assert.equal(report.rejected?.reason, reason);
    assert.ok((report.rejected?.jpeg.length ?? 0) > 0, 'the best of the bad');
  };

  it('there is no best shot of closed eyes, and the page says why', async () => {
    const draw = await sitter('astronaut.png');
    const { data } = await encodeJpeg(draw({ eyes: 1 }));
    const report = await engine.analyze({ data }, { explain: true });
    rejects(report, 'eyes-closed');
    assert.match(explainPage(report, 'closed.jpg'), /No best shot: no frame is acceptable[^<]*eyes closed/);
  });

  it('there is none of a face cut by the edge', async () => {
    const { width } = await sharp(sample('astronaut.png')).metadata();
    const cut = { left: 0, top: 0, width, height: Math.round(0.29 * width) };
    const data = await sharp(sample('astronaut.png')).extract(cut).jpeg().toBuffer();
    rejects(await engine.analyze({ data }), 'cut-face');
  });

  for (const colour of ['#9fc4dd', '#c8926f', '#1a1a1c']) {
    it(`there is none of a face behind a mask (${colour})`, async () => {
      for (const { file, x, y, width } of PORTRAITS) {
        const below = y + 0.36 * width;
        const [across, down] = [0.47 * width, 0.45 * width];
        const mask =
          `<svg width="512" height="512"><ellipse cx="${x}" cy="${below}" rx="${across}" ry="${down}" fill="${colour}"/>` +
          `<path d="M ${x - across} ${below} q ${across} 12 ${2 * across} 0" stroke="#0003" fill="none"/></svg>`;
        const data = await sharp(sample(file))
          .composite([{ input: Buffer.from(mask), left: 0, top: 0 }])
          .jpeg()
          .toBuffer();
        rejects(await engine.analyze({ data }), 'covered');
      }
    });
  }

  it('there is one of the same face, whole and awake', async () => {
    const report = await engine.analyze({ path: sample('astronaut.png') });
    assert.ok(report.bestShot);
    assert.equal(report.rejected, undefined);
  });
});
