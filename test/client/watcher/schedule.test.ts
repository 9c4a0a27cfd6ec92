import assert from 'node:assert/strict';
import { Durations } from '../../../client/watcher/durations';
import {
  schedule,
  whenToAskAlone,
  type ScheduledTarget,
  type ScheduleState,
} from '../../../client/watcher/schedule';
import { ozError } from '../../../client';

const NOW = 100_000;

/** A job that was started now and is waited for without end. */
function target(facts: Partial<ScheduledTarget> = {}): ScheduledTarget {
  return {
    bornAt: NOW,
    runningAt: NOW,
    createdAt: NOW / 1000,
    webhook: false,
    hinted: false,
    nextAt: NOW + 1000,
    asking: undefined,
    failures: 0,
    lastError: undefined,
    undecidedSince: undefined,
    listMisses: 0,
    waiters: new Set([{ deadline: Infinity }]),
    ...facts,
  };
}

const many = (count: number, facts: Partial<ScheduledTarget> = {}): ScheduledTarget[] =>
  Array.from({ length: count }, () => target(facts));

function state(
  targets: ScheduledTarget[],
  { list, ...rest }: Partial<Omit<ScheduleState, 'list'>> & { list?: Partial<ScheduleState['list']> } = {},
): ScheduleState {
  return {
    targets,
    durations: new Durations(),
    webhooksTrusted: false,
    list: {
      usable: true,
      ofChanges: false,
      pauseMs: 10,
      tookMs: 5,
      lastAskedAt: -Infinity,
      lastAnsweredAt: -Infinity,
      askedAt: undefined,
      ...list,
    },
    ...rest,
  };
}

const OLD = { bornAt: NOW - 4000, runningAt: NOW - 4000 };

describe('the schedule of questions', () => {
  it('asks nothing and sets no time when there is nothing to ask about', () => {
    assert.deepEqual(schedule(state([]), NOW), { inList: [], singly: [], nextAt: Infinity });
  });

  it('asks one by one about what is due, and names the time of the next', () => {
    const due = target({ nextAt: NOW });
    const later = target({ nextAt: NOW + 700 });
    assert.deepEqual(schedule(state([due, later]), NOW), { inList: [], singly: [due], nextAt: NOW + 700 });
  });

  it('does not ask about what is being asked about', () => {
    const asking = target({ nextAt: NOW, asking: new AbortController() });
    assert.deepEqual(schedule(state([asking]), NOW), { inList: [], singly: [], nextAt: Infinity });
  });

  it('asks one list about three jobs, and about two of them one by one', () => {
    const three = many(3, { ...OLD, nextAt: NOW });
    assert.deepEqual(schedule(state(three), NOW).inList, three);
    assert.deepEqual(schedule(state(three), NOW).singly, []);
    const two = three.slice(1);
    assert.deepEqual(schedule(state(two), NOW).inList, []);
    assert.deepEqual(schedule(state(two), NOW).singly, two);
  });

  it('waits with the list while hardly any result can be there', () => {
    const { inList, nextAt } = schedule(state(many(3)), NOW);
    assert.deepEqual(inList, []);
    assert.ok(nextAt > NOW + 1000 && nextAt < NOW + 2500, `${nextAt - NOW} ms`);
  });

  it('pauses between two lists', () => {
    const list = { pauseMs: 900, lastAnsweredAt: NOW - 100 };
    const { inList, nextAt } = schedule(state(many(3, OLD), { list }), NOW);
    assert.deepEqual(inList, []);
    assert.equal(nextAt, NOW + 800);
  });

  it('goes by the start of the last list, however long it took', () => {
    const list = { lastAskedAt: NOW - 400, lastAnsweredAt: NOW - 10 };
    assert.equal(schedule(state(many(3, OLD), { list }), NOW).inList.length, 3);
    assert.deepEqual(schedule(state(many(3, OLD), { list: { ...list, pauseMs: 11.5 } }), NOW).inList, []);
  });

  it('asks for a list of what has changed the sooner the more jobs there are, but not for a whole one', () => {
    const nextMs = (jobs: number, ofChanges: boolean): number =>
      schedule(state(many(jobs, OLD), { list: { ofChanges, lastAskedAt: NOW } }), NOW).nextAt - NOW;
    const few = nextMs(3, false);
    assert.equal(nextMs(300, true), few);
    assert.equal(nextMs(3000, false), few);
    assert.ok(nextMs(8000, true) < few / 3, `${nextMs(8000, true)} ms instead of ${few} ms`);
  });

  it('waits two seconds for a list, then asks one by one', () => {
    const three = many(3, { ...OLD, nextAt: NOW });
    const waiting = schedule(state(three, { list: { askedAt: NOW - 1500 } }), NOW);
    assert.deepEqual(waiting, { inList: [], singly: [], nextAt: NOW + 500 });
    const stuck = schedule(state(three, { list: { askedAt: NOW - 2000 } }), NOW);
    assert.deepEqual(stuck.singly, three);
  });

  it('waits longer for a list where lists are slow', () => {
    const three = many(3, { ...OLD, nextAt: NOW });
    const slow = { tookMs: 2000, askedAt: NOW - 5000 };
    assert.deepEqual(schedule(state(three, { list: slow }), NOW).singly, []);
    assert.deepEqual(schedule(state(three, { list: { ...slow, askedAt: NOW - 6000 } }), NOW).singly, three);
  });

  const unfit: [why: string, facts: Partial<ScheduledTarget>, trusted?: boolean][] = [
    ['whose creation time is not known', { createdAt: undefined }],
    ['that two lists did not have', { listMisses: 2 }],
    ['about which the last question failed', { failures: 1 }],
    ['much older than usual', { bornAt: NOW - 60_000, runningAt: NOW - 60_000 }],
    ['created long before the others', { createdAt: NOW / 1000 - 60 }],
    ['that a person has to decide', { undecidedSince: NOW }],
    ['whose webhook can be counted on', { webhook: true }, true],
  ];
  for (const [why, facts, webhooksTrusted = false] of unfit) {
    it(`leaves jobs out of the list ${why}`, () => {
      const fit = many(3, OLD);
      const other = target({ ...OLD, nextAt: NOW, ...facts });
      const { inList, singly } = schedule(state([...fit, other], { webhooksTrusted }), NOW);
      assert.deepEqual(inList, fit);
      assert.deepEqual(singly, [other]);
    });
  }

  it('asks no list when lists are of no use', () => {
    const three = many(3, { ...OLD, nextAt: NOW });
    assert.deepEqual(schedule(state(three, { list: { usable: false } }), NOW).singly, three);
  });

  it('leaves the state as it was', () => {
    const frozen = many(5, { ...OLD, nextAt: NOW }).map((one) => Object.freeze(one));
    schedule(Object.freeze(state(Object.freeze(frozen) as ScheduledTarget[])), NOW);
  });
});

describe('when to ask about one job alone', () => {
  const ask = (facts: Partial<ScheduledTarget>, webhooksTrusted = false, random = 1): number =>
    whenToAskAlone(target(facts), { count: 1, durations: new Durations(), webhooksTrusted }, NOW, random) -
    NOW;

  it('is about when the first analyses end', () => {
    assert.ok(ask({}) > 1000 && ask({}) < 2500, `${ask({})} ms`);
  });

  it('is ever later after errors, half a minute at most, and spread by half', () => {
    assert.deepEqual(
      [1, 2, 3, 7, 20].map((failures) => ask({ failures })),
      [500, 1000, 2000, 30_000, 30_000],
    );
    assert.equal(ask({ failures: 1 }, false, 0), 250);
  });

  it('is not before the server allows it', () => {
    const lastError = ozError('rateLimited', {}, { retryAfter: 7 });
    assert.equal(ask({ failures: 1, lastError }), 7000);
  });

  it('is rare when the webhook can be counted on, until it came', () => {
    assert.equal(ask({ webhook: true }, true), 15_000);
    assert.ok(ask({ webhook: true }, false) < 2500);
    assert.ok(ask({ webhook: true, hinted: true }, true) < 2500);
  });

  it('is rare while a person has to decide, and rarer the longer that takes', () => {
    const MINUTE = 60_000;
    assert.deepEqual(
      [0, 10 * MINUTE, 60 * MINUTE, 24 * 60 * MINUTE].map((ago) => ask({ undecidedSince: NOW - ago })),
      [10_000, 30_000, 180_000, 300_000],
    );
  });

  it('is half a second before the time of the first waiter is over, at the latest', () => {
    const waiters = new Set([{ deadline: NOW + 5000 }, { deadline: NOW + 9000 }]);
    assert.equal(ask({ webhook: true, waiters }, true), 4500);
    assert.equal(ask({ webhook: true, waiters: new Set([{ deadline: NOW + 400 }]) }, true), 15_000);
  });
});
