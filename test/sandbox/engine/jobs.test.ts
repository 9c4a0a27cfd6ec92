import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { createEngine, type Engine } from '@ozflow/oz-sandbox/engine/index';
import { JobPool } from '@ozflow/oz-sandbox/engine/jobs/pool';
import { RunningJob } from '@ozflow/oz-sandbox/engine/jobs/runningJob';
import { ROOT } from '../../../tools/launch/versions';
import { sample } from './support/folder';

const VIDEO = sample('hopper-turning.mp4');
const PHOTO = sample('grace_hopper_512x512.jpg');

describe('Jobs of the engine', function () {
  this.timeout(120_000);
  let engine: Engine;
  beforeEach(() => {
    engine = createEngine({ workers: 1 });
  });
  afterEach(() => engine.close());

  it('takes jobs in order, one at a time', async () => {
    const ended: string[] = [];
    const job = async (name: string, path: string): Promise<void> => {
      await engine.analyze({ path });
      ended.push(name);
    };
    await Promise.all([job('video', VIDEO), job('first photo', PHOTO), job('second photo', PHOTO)]);
    assert.deepEqual(ended, ['video', 'first photo', 'second photo']);
  });

  it('takes bytes as well as paths', async () => {
    const report = await engine.analyze({ data: await readFile(PHOTO), name: 'selfie.jpg' });
    assert.equal(report.mimeType, 'image/jpeg');
    assert.equal(report.bestShot?.width, 512);
  });

  it('gives up a running job within two seconds when it is cancelled, and then works on', async () => {
    await engine.analyze({ path: PHOTO });
    const stop = new AbortController();
    const job = engine.analyze({ path: VIDEO }, { signal: stop.signal });
    await wait(200);
    const start = performance.now();
    stop.abort();
    await assert.rejects(job, { name: 'EngineError', code: 'cancelled' });
    assert.ok(performance.now() - start < 2000);
    assert.ok((await engine.analyze({ path: PHOTO })).bestShot);
  });

  it('takes a cancelled job out of the queue at once', async () => {
    const video = engine.analyze({ path: VIDEO });
    const stop = new AbortController();
    const queued = engine.analyze({ path: PHOTO }, { signal: stop.signal });
    stop.abort();
    const first = await Promise.race([video.then(() => 'video'), queued.catch(() => 'cancelled')]);
    assert.equal(first, 'cancelled');
    await assert.rejects(queued, { code: 'cancelled' });
    assert.ok((await video).bestShot);
  });

  it('refuses a job whose signal is aborted already', async () => {
    await assert.rejects(engine.analyze({ path: PHOTO }, { signal: AbortSignal.abort() }), {
      code: 'cancelled',
    });
  });

  it('fails what it works on and what waits when it is closed', async () => {
    const jobs = [engine.analyze({ path: VIDEO }), engine.analyze({ path: PHOTO })];
    const failed = Promise.all(jobs.map((job) => assert.rejects(job, { code: 'cancelled' })));
    await engine.close();
    await failed;
  });

  it('does not keep the event loop waiting', async () => {
    const before = performance.eventLoopUtilization();
    await engine.analyze({ path: VIDEO });
    const { utilization } = performance.eventLoopUtilization(before);
    // Analysing in this thread would keep it busy nearly all the time.
    assert.ok(utilization < 0.5, `busy for ${(100 * utilization).toFixed(0)} % of the time`);
  });
});

describe('Workers that end', () => {
  let pool: JobPool;
  beforeEach(() => {
    pool = new JobPool(join(ROOT, 'test/sandbox/engine/support/crashing.cjs'), 1);
  });
  afterEach(() => pool.close());

  const run = (name: string, signal?: AbortSignal): ReturnType<JobPool['run']> =>
    pool.run({ path: '', name, explain: false, decoder: 'auto' }, signal);

  for (const way of ['exit', 'throw']) {
    it(`are replaced and fail only their own job (${way})`, async () => {
      const jobs = [run(way), run('ok')];
      await assert.rejects(jobs[0] ?? Promise.resolve(), { name: 'EngineError', code: 'internal' });
      assert.equal((await jobs[1])?.kind, 'image');
    });
  }

  it('are left alone by a job of which the outcome came before the news that it runs', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const { port1, port2 } = new MessageChannel();
    const closed = once(port1, 'close');
    // Mocha sets its own timer at the first wait.
    await immediate();
    const before = timers();
    const job = new RunningJob(port1, () => assert.fail('ended a worker'));
    port2.postMessage({ thread: 1 });
    job.over();
    port2.close();
    await closed;
    assert.equal(timers(), before);
  });

  it('are ended when they do not give up a cancelled job', async () => {
    const stop = new AbortController();
    const job = run('hang', stop.signal);
    await wait(500);
    stop.abort();
    await assert.rejects(job, { code: 'cancelled' });
    assert.equal((await run('ok')).kind, 'image');
  });
});
