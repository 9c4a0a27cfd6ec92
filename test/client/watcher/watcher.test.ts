import assert from 'node:assert/strict';
import { OzError, ozError } from '../../../client';
import { Watcher } from '../../../client/watcher/watcher';
import { FakeFolders, type Failures } from '../support/fakeFolders';
import { VirtualTime } from '../support/virtualTime';

const WELL: Failures = { broken: () => false, list: 'works', latency: () => 10 };
const LONG = { timeoutMs: 300_000, onTimeout: 'error' as const };

function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** Runs jobs of 1.5 to 4.5 s and returns how late each was seen, milliseconds. */
async function timeJobs(
  count: number,
  gapMs: number,
  failures: Partial<Failures> = {},
): Promise<{ lateness: number; questions: number; server: FakeFolders }> {
  const time = new VirtualTime();
  const server = new FakeFolders(time, { ...WELL, ...failures });
  const watcher = new Watcher(server, time);
  const random = seeded(7);
  let late = 0;
  for (let at = 0; at < count; at += 1) {
    time.after(at * gapMs, () => {
      const id = `job-${at}`;
      const end = time.now() + 1500 + 3000 * random();
      server.add({ id, created: time.now(), ends: [end] });
      watcher.note(id, { createdAt: time.now() / 1000, started: true });
      void watcher.wait({ folderId: id }, LONG).then(() => (late += time.now() - end));
    });
  }
  await time.run(Infinity);
  return { lateness: late / count, questions: (server.singles + server.lists) / count, server };
}

describe('watcher', () => {
  // What polling each second gives for analyses of 1.5 to 4.5 s: 500 ms late, 3.5 questions a job.
  it('is three times earlier than polling each second with 200 jobs in flight, for a quarter of the questions', async () => {
    const { lateness, questions } = await timeJobs(200, 0);
    assert.ok(lateness <= 0.35 * 500, `${lateness} ms`);
    assert.ok(questions <= 0.25 * 3.5, `${questions} questions a job`);
  });

  it('does so in a steady stream of jobs', async () => {
    const { lateness, questions } = await timeJobs(400, 15);
    assert.ok(lateness <= 0.35 * 500, `${lateness} ms`);
    assert.ok(questions <= 0.25 * 3.5, `${questions} questions a job`);
  });

  it('is earlier than polling each second with single jobs, for at most half as many questions again', async () => {
    const { lateness, questions } = await timeJobs(30, 10_000);
    assert.ok(lateness <= 0.6 * 500, `${lateness} ms`);
    assert.ok(questions <= 1.5 * 3.5, `${questions} questions a job`);
  });

  it('asks one by one where the list is forbidden, and asks for the list only once', async () => {
    const { lateness, server } = await timeJobs(50, 0, { list: 'forbidden' });
    assert.equal(server.lists, 1);
    assert.ok(lateness <= 1000, `${lateness} ms`);
  });

  it('asks one by one where the list has no analyses', async () => {
    const { lateness, server } = await timeJobs(50, 0, { list: 'lacksAnalyses' });
    assert.ok(server.lists <= 3, `${server.lists} lists`);
    assert.ok(lateness <= 1000, `${lateness} ms`);
  });

  it('asks at once about a folder that it did not start itself', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    server.add({ id: 'old', created: 0, ends: [0] });
    let seenAt = NaN;
    void new Watcher(server, time).wait({ folderId: 'old' }, LONG).then(() => (seenAt = time.now()));
    await time.run(Infinity);
    assert.equal(seenAt, 10);
    assert.equal(server.singles, 1);
  });

  it('reads once for each webhook, once webhooks have proved to come', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    const watcher = new Watcher(server, time);
    const random = seeded(3);
    const late: number[] = [];
    for (let at = 0; at < 60; at += 1) {
      time.after(at * 5000, () => {
        const id = `job-${at}`;
        const end = time.now() + 1500 + 3000 * random();
        server.add({ id, created: time.now(), ends: [end] });
        watcher.note(id, { createdAt: time.now() / 1000, webhook: true, started: true });
        time.after(end - time.now(), () => {
          watcher.hint(id);
          watcher.hint(id);
        });
        void watcher.wait({ folderId: id }, LONG).then(() => late.push(time.now() - end));
      });
    }
    await time.run(Infinity);
    assert.equal(late.length, 60);
    assert.deepEqual(
      late.slice(5).filter((ms) => ms > 10),
      [],
    );
    assert.ok(server.singles <= 60 + 8, `${server.singles} reads`);
  });

  const DAY = 24 * 3_600_000;
  const FOR_DECISION = { timeoutMs: 3 * DAY, onTimeout: 'error' as const, until: 'decision' as const };

  it('waits for the decision of a person, with a question each five minutes at most', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    server.add({ id: 'x', created: 0, ends: [2000], decidedAt: DAY });
    const watcher = new Watcher(server, time);
    watcher.note('x', { createdAt: 0, started: true });
    const seen: [string, number][] = [];
    const note = ({ resolution }: { resolution: string }): void => void seen.push([resolution, time.now()]);
    void watcher.wait({ folderId: 'x' }, LONG).then(note);
    void watcher.wait({ folderId: 'x' }, FOR_DECISION).then(note);
    await time.run(Infinity);
    const [[first, firstAt] = ['', 0], [second, secondAt] = ['', 0]] = seen;
    assert.deepEqual([first, second], ['OPERATOR_REQUIRED', 'SUCCESS']);
    assert.ok(firstAt < 3000, `${firstAt}`);
    assert.ok(secondAt >= DAY && secondAt <= DAY + 300_100, `${secondAt - DAY} ms late`);
    assert.ok(server.singles <= 400, `${server.singles} questions in a day`);
  });

  it('sees a decision at once when a webhook tells it, and learns nothing about durations from it', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    const watcher = new Watcher(server, time);
    server.add({ id: 'x', created: 0, ends: [2000], decidedAt: DAY });
    watcher.note('x', { createdAt: 0, started: true });
    let seenAt = NaN;
    void watcher.wait({ folderId: 'x' }, FOR_DECISION).then(() => (seenAt = time.now()));
    time.after(DAY, () => watcher.hint('x'));
    await time.run(Infinity);
    assert.equal(seenAt, DAY + 10);
    server.add({ id: 'y', created: time.now(), ends: [time.now() + 2000] });
    const from = time.now();
    watcher.note('y', { createdAt: from / 1000, started: true });
    void watcher.wait({ folderId: 'y' }, LONG).then(() => (seenAt = time.now()));
    await time.run(Infinity);
    assert.ok(seenAt - from < 3500, `${seenAt - from} ms`);
  });

  it('gives up waiting for a decision when its time is over', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    server.add({ id: 'x', created: 0, ends: [0], decidedAt: Infinity });
    const watcher = new Watcher(server, time);
    const ends: string[] = [];
    const end = (onTimeout: 'error' | 'emit'): Promise<void> =>
      watcher.wait({ folderId: 'x' }, { ...FOR_DECISION, onTimeout }).then(
        ({ resolution }) => void ends.push(resolution),
        (error: unknown) => void ends.push(error instanceof OzError ? error.code : String(error)),
      );
    void end('error');
    void end('emit');
    await time.run(Infinity);
    assert.equal(time.now(), 3 * DAY);
    assert.deepEqual(ends, ['OZ_WAIT_TIMEOUT', 'OPERATOR_REQUIRED']);
  });

  it('finds the result by itself when a trusted webhook stays away', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    const watcher = new Watcher(server, time);
    watcher.hint('some-other-folder');
    server.add({ id: 'lost', created: 0, ends: [2000] });
    watcher.note('lost', { createdAt: 0, webhook: true, started: true });
    let seenAt = NaN;
    void watcher.wait({ folderId: 'lost' }, LONG).then(() => (seenAt = time.now()));
    await time.run(Infinity);
    assert.ok(seenAt > 10_000 && seenAt < 20_000, `${seenAt}`);
  });

  it('does not take an answer for the end that was asked for before the waiting began', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, { ...WELL, latency: () => 500 });
    const watcher = new Watcher(server, time);
    const folder = { id: 'again', created: 0, ends: [0] };
    server.add(folder);
    const first = watcher.wait({ folderId: 'again' }, LONG);
    let second: Promise<{ analyses: unknown[] }> | undefined;
    time.after(100, () => {
      // A second check of the same folder starts while the question about the first one is under way.
      server.add({ ...folder, ends: [0, 3000] });
      second = watcher.wait({ folderId: 'again' }, LONG);
    });
    await time.run(Infinity);
    assert.equal((await first).analyses.length, 1);
    assert.equal((await second)?.analyses.length, 2);
  });

  it('says that a folder has no analyses instead of waiting for them', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    server.add({ id: 'bare', created: 0, ends: [] });
    const waiting = new Watcher(server, time)
      .wait({ folderId: 'bare' }, LONG)
      .catch((error: unknown) => error);
    await time.run(Infinity);
    const error = await waiting;
    assert.ok(error instanceof OzError && error.key === 'noAnalyses');
    assert.ok(server.singles === 3, `${server.singles} questions`);
  });

  it('ends with the error when the folder is unknown, and with OZ_CANCELLED when the client is closed', async () => {
    const time = new VirtualTime();
    const watcher = new Watcher(new FakeFolders(time, WELL), time);
    const codes: string[] = [];
    const note = (error: unknown): void =>
      void codes.push(error instanceof OzError ? error.code : String(error));
    void watcher.wait({ folderId: 'nobody' }, LONG).catch(note);
    await time.run(Infinity);
    void watcher.wait({ folderId: 'nobody' }, LONG).catch(note);
    watcher.close(ozError('closed'));
    await time.run(Infinity);
    assert.deepEqual(codes, ['OZ_NOT_FOUND', 'OZ_CANCELLED']);
  });

  it('tells at the end of its time what the last question met', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, { ...WELL, broken: () => true });
    server.add({ id: 'x', created: 0, ends: [0] });
    const options = { timeoutMs: 20_000, onTimeout: 'error' as const };
    const waiting = new Watcher(server, time)
      .wait({ folderId: 'x' }, options)
      .catch((error: unknown) => error);
    await time.run(Infinity);
    const error = await waiting;
    assert.ok(error instanceof OzError);
    assert.equal(error.code, 'OZ_WAIT_TIMEOUT');
    assert.equal(error.cause.status, 503);
    assert.equal(error.cause.secondsWaited, 20);
    assert.ok(server.singles <= 10, `${server.singles} questions to a broken server`);
  });

  for (const jobs of [1, 2000]) {
    it(`asks once more when the process was stopped past the end of the time: ${jobs} at once`, async () => {
      const time = new VirtualTime();
      const server = new FakeFolders(time, { ...WELL, latency: (question) => 10 + question });
      const watcher = new Watcher(server, time);
      const ids = Array.from({ length: jobs }, (_, at) => `job-${at}`);
      const waits = ids.map((id) => {
        server.add({ id, created: 0, ends: [8000] });
        watcher.note(id, { createdAt: 0, started: true });
        return watcher.wait({ folderId: id }, { timeoutMs: 10_000, onTimeout: 'error' });
      });
      server.add({ id: 'endless', created: 0, ends: [Infinity] });
      const endless = watcher.wait({ folderId: 'endless' }, { timeoutMs: 10_000, onTimeout: 'error' });
      time.after(6000, () => time.stop(60_000));
      const ends = Promise.allSettled([...waits, endless]);
      await time.run(Infinity);
      const codes = (await ends).map((end) =>
        end.status === 'fulfilled' ? end.value.resolution : String(end.reason.code),
      );
      assert.deepEqual([...new Set(codes.slice(0, -1))], ['SUCCESS']);
      assert.equal(codes.at(-1), 'OZ_WAIT_TIMEOUT');
    });
  }

  it('asks again at once when a webhook comes while a question is under way', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, { ...WELL, latency: () => 300 });
    server.add({ id: 'x', created: 0, ends: [100] });
    const watcher = new Watcher(server, time);
    let seenAt = NaN;
    void watcher.wait({ folderId: 'x' }, LONG).then(() => (seenAt = time.now()));
    // The first question is sent at 0 and answered at 300, when it is out of date.
    time.after(100, () => watcher.hint('x'));
    await time.run(Infinity);
    assert.ok(seenAt <= 610, `seen at ${seenAt}`);
    assert.equal(server.singles, 2);
  });

  it('looks once, and no longer than that takes, when it is given no time', async () => {
    const time = new VirtualTime();
    const server = new FakeFolders(time, WELL);
    server.add({ id: 'done', created: 0, ends: [0] });
    server.add({ id: 'open', created: 0, ends: [5000] });
    const watcher = new Watcher(server, time);
    const ends: [string, number][] = [];
    for (const folderId of ['done', 'open']) {
      watcher.note(folderId, { started: true });
      void watcher
        .wait({ folderId }, { timeoutMs: 0, onTimeout: 'emit' })
        .then(({ resolution }) => ends.push([resolution, time.now()]));
    }
    await time.run(Infinity);
    assert.deepEqual(ends, [
      ['SUCCESS', 10],
      ['PROCESSING', 10],
    ]);
  });

  it('believes the younger of two answers that overtake each other', async () => {
    const time = new VirtualTime();
    // The list is slow, the question about one folder is fast.
    let lists = 0;
    const server = new FakeFolders(time, {
      ...WELL,
      latency: () => (server.lists > lists ? ((lists = server.lists), 900) : 10),
    });
    const watcher = new Watcher(server, time);
    const ids = ['a', 'b', 'c'];
    for (const id of ids) {
      server.add({ id, created: 0, ends: [0] });
      watcher.note(id, { createdAt: 0, started: true });
    }
    const ends: number[] = [];
    for (const id of ids)
      void watcher.wait({ folderId: id }, LONG).then(({ analyses }) => ends.push(analyses.length));
    // While the list with the first analysis is on its way, a second one starts, and a question shows it running.
    const whenListed = (): void => {
      if (server.lists === 0) return void time.after(5, whenListed);
      server.add({ id: 'a', created: 0, ends: [0, 60_000] });
      time.after(20, () => watcher.hint('a'));
    };
    time.after(5, whenListed);
    await time.run(Infinity);
    assert.deepEqual(
      ends.toSorted((a, b) => a - b),
      [1, 1, 2],
    );
  });
});
