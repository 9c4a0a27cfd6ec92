import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WaitResult } from '../../../client';
import { OzError } from '../../../client';
import { Watcher } from '../../../client/watcher/watcher';
import { FakeFolders, type Failures } from '../support/fakeFolders';
import { VirtualTime } from '../support/virtualTime';

/** Longest time after the end of an analysis until its result is there: the longest rest after repeated failures. */
const LATEST_MS = 35_000;
const BROKEN_UNTIL = 60;

interface Job {
  at: number;
  lasts: number[];
  /** Whether the client created the folder and started the analyses itself. */
  known: boolean;
  byIds: boolean;
  webhook: boolean;
  hints: number[];
  cancelAfter: number | undefined;
  timeoutMs: number;
  onTimeout: 'error' | 'emit';
  /** How many wait for the same folder. */
  waiters: number;
}

const job: fc.Arbitrary<Job> = fc.record({
  at: fc.integer({ min: 0, max: 20_000 }),
  lasts: fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 3 }),
  known: fc.boolean(),
  byIds: fc.boolean(),
  webhook: fc.boolean(),
  hints: fc.array(fc.integer({ min: -500, max: 14_000 }), { maxLength: 4 }),
  cancelAfter: fc.option(fc.integer({ min: 0, max: 15_000 }), { nil: undefined, freq: 3 }),
  timeoutMs: fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.constant(300_000)),
  onTimeout: fc.constantFrom('error' as const, 'emit' as const),
  waiters: fc.integer({ min: 1, max: 3 }),
});

const failures: fc.Arbitrary<Failures> = fc.record({
  broken: fc
    .uniqueArray(fc.integer({ min: 0, max: BROKEN_UNTIL }), { maxLength: 40 })
    .map((questions) => (question: number) => questions.includes(question)),
  list: fc.constantFrom('works', 'forbidden', 'lags', 'lacksAnalyses', 'ignoresFilters', 'hidesEnds'),
  latency: fc
    .array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 7 })
    .map((all) => (question: number) => all[question % all.length] ?? 1),
});

interface End {
  job: Job;
  id: string;
  startedAt: number;
  at: number;
  result?: WaitResult;
  error?: unknown;
}

/** Plays all jobs against a fake server in virtual time and tells how each waiting ended. */
async function play(
  jobs: readonly Job[],
  how: Failures,
): Promise<{ ends: End[]; time: VirtualTime; server: FakeFolders }> {
  const time = new VirtualTime();
  const server = new FakeFolders(time, how);
  const watcher = new Watcher(server, time);
  const ends: End[] = [];
  for (const [index, one] of jobs.entries()) {
    const id = `folder-${index}`;
    for (const hint of one.hints) time.after(Math.max(0, one.at + hint), () => watcher.hint(id));
    time.after(one.at, () => {
      server.add({ id, created: time.now(), ends: one.lasts.map((ms) => time.now() + ms) });
      if (one.known) watcher.note(id, { createdAt: time.now() / 1000, webhook: one.webhook, started: true });
      for (let at = 0; at < one.waiters; at += 1) void waitFor(one, id, at);
    });
  }
  await time.run(Infinity);
  return { ends, time, server };

  async function waitFor(one: Job, id: string, at: number): Promise<void> {
    const abort = new AbortController();
    const startedAt = time.now();
    // Only the first of several waiters is cancelled; the others must not notice.
    if (at === 0 && one.cancelAfter !== undefined) time.after(one.cancelAfter, () => abort.abort());
    const analysisIds = one.byIds ? one.lasts.map((_, which) => `${id}-${which}`) : [];
    const { timeoutMs, onTimeout } = one;
    const target = { folderId: id, analysisIds };
    try {
      const result = await watcher.wait(target, { timeoutMs, onTimeout, signal: abort.signal });
      ends.push({ job: one, id, startedAt, at: time.now(), result });
    } catch (error) {
      ends.push({ job: one, id, startedAt, at: time.now(), error });
    }
  }
}

function check({ job: one, id, startedAt, at, result, error }: End): void {
  const finished = startedAt + Math.max(...one.lasts);
  const cancelled = one.cancelAfter === undefined ? Infinity : startedAt + one.cancelAfter;
  const deadline = startedAt + one.timeoutMs;
  if (error !== undefined) {
    assert.ok(error instanceof OzError, String(error));
    if (error.code === 'OZ_CANCELLED') {
      assert.equal(at, cancelled, 'cancelled at the moment of the abort');
    } else {
      assert.equal(error.code, 'OZ_WAIT_TIMEOUT');
      assert.equal(one.onTimeout, 'error');
      assert.ok(at >= deadline && at <= deadline + 1000, `time over at ${deadline}, told at ${at}`);
    }
    return;
  }
  assert.ok(result !== undefined);
  assert.equal(result.folderId, id);
  if (result.resolution === 'PROCESSING') {
    assert.equal(one.onTimeout, 'emit');
    assert.ok(at >= deadline, 'an unfinished result only when time is over');
    return;
  }
  assert.equal(result.resolution, 'SUCCESS');
  assert.deepEqual(
    result.analyses.map(({ analysisId }) => analysisId),
    one.lasts.map((_, which) => `${id}-${which}`),
  );
  assert.ok(at >= finished, 'no result before the end');
  assert.ok(at <= finished + LATEST_MS, `ended at ${finished}, seen at ${at}`);
}

describe('watcher, whatever happens in whatever order', () => {
  it('misses no result, makes none up, and ends every waiting exactly once', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 12 }), failures, async (jobs, how) => {
        const { ends, time } = await play(jobs, how);
        assert.equal(
          ends.length,
          jobs.reduce((sum, { waiters }) => sum + waiters, 0),
        );
        for (const end of ends) check(end);
        assert.equal(time.pending, 0, 'nothing goes on when nobody waits');
      }),
      { numRuns: 400 },
    );
  });

  it('sees every result within two seconds and a half when the server is well and answers in 20 ms', async function () {
    this.timeout(120_000);
    const well: Failures = { broken: () => false, list: 'works', latency: () => 20 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(job, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('works' as const, 'forbidden' as const),
        async (jobs, list) => {
          const calm = jobs.map((one) => ({
            ...one,
            webhook: false,
            cancelAfter: undefined,
            timeoutMs: 300_000,
          }));
          const { ends } = await play(calm, { ...well, list });
          for (const { at, startedAt, job: one } of ends) {
            const late = at - startedAt - Math.max(...one.lasts);

            assert.ok(late <= 2500, `${late} ms late`);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
