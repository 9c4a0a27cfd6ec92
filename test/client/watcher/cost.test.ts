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

/** What so many jobs cost when each is asked about each second, as a flow wired by hand does. */
const byHand = (durations: readonly number[]): Cost => ({
  requestsEach: mean(durations.map((ms) => Math.ceil(ms / POLL_MS))),
  lateMs: mean(durations.map((ms) => Math.ceil(ms / POLL_MS) * POLL_MS - ms)),
});

/** What they cost by the watcher, from the first to the last, when the server forbids the list. */
async function withoutList(durations: readonly number[], everyMs: number): Promise<Cost> {
  const time = new VirtualTime();
  const server = new FakeFolders(time, {
    broken: () => false,
    list: 'forbidden',
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
      const ours = await withoutList(durations, everyMs);
      const theirs = byHand(durations);
      const told = JSON.stringify({ ours, theirs });
      assert.ok(ours.requestsEach <= 1.2 * theirs.requestsEach, told);
      assert.ok(ours.lateMs < theirs.lateMs, told);
    }).timeout(30_000);
  }
});
