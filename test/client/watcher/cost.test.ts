import assert from 'node:assert/strict';
import { Watcher } from '../../../client/watcher/watcher';
import { seeded } from '../../../tools/random';
import { FakeFolders } from '../support/fakeFolders';
import { VirtualTime } from '../support/virtualTime';

const LATENCY_MS = 5;
const POLL_MS = 1000;

const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;

interface Cost {
  requestsEach: number;
  lateMs: number;
}

/** What jobs cost when each is asked about every second, as by a flow wired by hand. */
const byHand = (durations: readonly number[]): Cost => ({
  requestsEach: mean(durations.map((ms) => Math.ceil(ms / POLL_MS))),
  lateMs: mean(durations.map((ms) => Math.ceil(ms / POLL_MS) * POLL_MS - ms)),
});

/** What they cost by the watcher, from the first to the last. */
async function byWatcher(
  list: 'works' | 'forbidden',
  durations: readonly number[],
  everyMs: number,
): Promise<Cost> {
  const time = new VirtualTime();
  const server = new FakeFolders(time, {
    broken: () => false,
    list,
    latency: () => LATENCY_MS,
  });
  const watcher = new Watcher(server, time);
  const late: number[] = [];
  for (const [index, ms] of durations.entries()) {
    const id = `folder-${index}`;
    time.after(index * everyMs, () => {
      const end = time.now() + ms;
      server.add({ id, created: time.now(), ends: [end] });
      watcher.note(id, { createdAt: time.now() / 1000, started: true });
      void watcher
        .wait({ folderId: id }, { timeoutMs: 300_000, onTimeout: 'error' })
        .then(() => late.push(time.now() - end));
    });
  }
  await time.run(Infinity);
  assert.equal(late.length, durations.length);
  return { requestsEach: (server.singles + server.lists) / durations.length, lateMs: mean(late) };
}

describe('what waiting costs where the server forbids the list', () => {
  const random = seeded('cost');
  const uniform = (count: number): number[] => Array.from({ length: count }, () => 1500 + 3000 * random());
  const cases: [string, number[], number][] = [
    ['200 jobs at once', uniform(200), 0],
    ['200 jobs within two seconds', uniform(200), 10],
    ['2,000 jobs within ten seconds', uniform(2000), 5],
  ];
  for (const [name, durations, everyMs] of cases) {
    it(`${name}: hardly more requests than a poll each second, and the results sooner`, async () => {
      const ours = await byWatcher('forbidden', durations, everyMs);
      const theirs = byHand(durations);
      const told = JSON.stringify({ ours, theirs });
      assert.ok(ours.requestsEach <= 1.2 * theirs.requestsEach, told);
      assert.ok(ours.lateMs < theirs.lateMs, told);
    });
  }
});

describe('what waiting costs where the list works', () => {
  it('thousands of jobs cost fewer requests each than hundreds, and their results are not seen later', async () => {
    const random = seeded('scale');
    const some = async (jobs: number, everyMs: number): Promise<Cost> =>
      byWatcher(
        'works',
        Array.from({ length: jobs }, () => 1500 + 3000 * random()),
        everyMs,
      );
    const hundreds = await some(200, 0);
    const thousands = await some(3000, 2);
    const told = JSON.stringify({ hundreds, thousands });
    assert.ok(thousands.requestsEach <= hundreds.requestsEach * 0.6, told);
    assert.ok(thousands.lateMs <= hundreds.lateMs, told);
  });

  it('5,000 jobs that all wait at the same time are found for a tenth of the requests of a poll each second', async () => {
    const random = seeded('many');
    const durations = Array.from({ length: 5000 }, () => 15_000 + 30_000 * random());
    const ours = await byWatcher('works', durations, 1);
    const theirs = byHand(durations);
    assert.ok(ours.requestsEach <= 0.1 * theirs.requestsEach, JSON.stringify({ ours, theirs }));
  }).timeout(240_000);
});
