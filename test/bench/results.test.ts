import { strict as assert } from 'node:assert';
import { deliveredJobs } from '../../bench/flows/checkJobs';
import type { FigureId, Sample } from '../../bench/flows/figures';
import { markdown, rows } from '../../bench/flows/resultTable';

describe('the table of the benchmark', () => {
  it('judges by the median of the ratios within the runs', () => {
    const samples = new Map<FigureId, Sample[]>([
      [
        'manyLateMean',
        [
          { palette: 100, other: 500 },
          { palette: 100, other: 1000 },
          { palette: 900, other: 1000 },
        ],
      ],
      ['loadTime', [{ palette: 61 }]],
    ]);
    const [late, load] = rows(samples);
    assert.deepEqual(
      [late?.palette, late?.other, late?.ratio, late?.met, late?.runs],
      [100, 1000, 0.2, true, 3],
    );
    assert.deepEqual([load?.palette, load?.ratio, load?.met], [61, undefined, false]);
    const text = markdown(rows(samples));
    assert.match(text, /^\| figure .*\n\| --/);
    assert.match(
      text,
      /lateness, mean, 200 jobs in flight .*\| 1000 .*\| 100 .*\| 0\.20 .*\| ≤ 0\.35 × .*\| met/,
    );
    assert.match(text, /load time.*\| – .*\| 61\.0 .*\| ≤ 60 ms .*\| missed/);
  });
});

describe('the exactness check of the benchmark', () => {
  const served = {
    job: 0,
    folderId: 'f-0',
    uploadedBytes: 12,
    orderedAt: 1,
    finishedAt: 5,
    resolution: 'SUCCESS',
  };
  const out = { job: 0, sentAt: 0, outAt: 6, payload: 'http://x/static/f-0/b.jpg', resolution: 'SUCCESS' };
  const report = {
    jobs: [served],
    signIns: 1,
    resultRequests: 1,
  };
  const check = (...records: (typeof out & { error?: string })[]) =>
    deliveredJobs('a flow', { first: 0, jobs: 1, bytes: 10 }, records, report);

  it('lets a right delivery pass', () => {
    assert.equal(check(out).length, 1);
  });

  it('finds a job that is missing, doubled, wrong, early or failed', () => {
    assert.throws(() => check(), /came out 0 times/);
    assert.throws(() => check(out, out), /came out 2 times/);
    assert.throws(() => check({ ...out, resolution: 'DECLINED' }), /verdict DECLINED, not SUCCESS/);
    assert.throws(() => check({ ...out, payload: 'http://x/static/f-1/b.jpg' }), /best shot/);
    assert.throws(() => check({ ...out, outAt: 4 }), /before it was finished/);
    assert.throws(() => check({ ...out, error: 'no server' }), /no server/);
  });
});
