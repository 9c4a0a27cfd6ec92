import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useFakeTimers } from 'sinon';
import { thisProcess } from '../../nodes/oz-result/processIdentity';
import { WaitJournal } from '../../nodes/oz-result/waitJournal';
import { record } from '../../tools/launch/values';

/** A process id that nobody has any more. */
async function goneProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid ?? 0;
}

describe('the journal of waits', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-journal-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const files = async (): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  const lines = async (): Promise<string[]> => {
    const [file = ''] = await files();
    return (await readFile(join(folder, file), 'utf8')).split('\n').filter((line) => line !== '');
  };
  /** A journal that another process of this machine has left behind. */
  const leave = async (text: string, run = 'abc'): Promise<void> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${thisProcess.host}-${await goneProcess()}-${run}.jsonl`), text);
  };
  const line = (key: string, wait?: unknown): string => `${JSON.stringify({ node: 'n1', key, wait })}\n`;

  it('has a wait on the disk when it has taken it, and the end of it as well', async () => {
    const journal = WaitJournal.in(folder);
    await journal.put('n1', 'a', { folderId: 'f1' });
    assert.deepEqual(
      (await lines()).map((one) => JSON.parse(one)),
      [{ node: 'n1', key: 'a', wait: { folderId: 'f1' } }],
    );
    await journal.put('n1', 'b', { folderId: 'f2' });
    await journal.put('n1', 'a', undefined);
    assert.deepEqual(JSON.parse((await lines())[2] ?? ''), { node: 'n1', key: 'a' });
    assert.deepEqual(await journal.waitsOf('n1'), { b: { folderId: 'f2' } });
  });

  it('keeps nothing of a wait that is over: at once after the last one, else within a minute', async () => {
    const time = useFakeTimers({ toFake: ['setInterval'] });
    try {
      const journal = WaitJournal.in(folder);
      await journal.put('n1', 'a', { name: 'Ann' });
      await journal.put('n1', 'b', { name: 'Bob' });
      await journal.put('n1', 'a', undefined);
      time.tick(60_000);
      await journal.put('n1', 'c', { name: 'Cid' });
      assert.doesNotMatch((await lines()).join(), /Ann/);
      assert.match((await lines()).join(), /Bob.*Cid/);
      await journal.put('n1', 'b', undefined);
      await journal.put('n1', 'c', undefined);
      assert.deepEqual(await lines(), []);
    } finally {
      time.restore();
    }
  });

  it('is written anew when most of it is over, and what still waits is in it', async () => {
    const journal = WaitJournal.in(folder);
    const waiting = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`w${at}`, { at }]));
    await Promise.all(Object.entries(waiting).map(([key, wait]) => journal.put('n1', key, wait)));
    for (let round = 0; round < 10; round += 1) {
      const over = Array.from({ length: 60 }, (_, at) => `over${round}-${at}`);
      await Promise.all(over.map((key) => journal.put('n2', key, { round })));
      await Promise.all(over.map((key) => journal.put('n2', key, undefined)));
    }
    const rest = await lines();
    assert.ok(rest.length < 1000, `${rest.length} lines of 1205 are left`);
    assert.equal((await files()).length, 1);
    // Another process finds the same in it.
    const [text, other] = [rest.join('\n'), await mkdtemp(join(tmpdir(), 'oz-journal-'))];
    await writeFile(join(other, `${thisProcess.host}-${await goneProcess()}-abc.jsonl`), `${text}\n`);
    try {
      assert.deepEqual(await WaitJournal.in(other).waitsOf('n1'), waiting);
      assert.deepEqual(await WaitJournal.in(other).waitsOf('n2'), {});
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('needs no other file for what can go into its own: the disk may have no room for one more', async () => {
    const journal = WaitJournal.in(folder);
    await journal.put('n1', 'a', { name: 'Ann' });
    const [file = ''] = await files();
    // In the way of whoever writes the file anew.
    await mkdir(join(folder, `${file}.new`));
    await journal.put('n1', 'a', undefined);
    assert.deepEqual(await lines(), []);
    await journal.put('n1', 'b', { name: 'Bob' });
    const keys = Array.from({ length: 600 }, (_, count) => `x${count}`);
    await Promise.all(keys.map((key) => journal.put('n1', key, { key })));
    await Promise.all(keys.map((key) => journal.put('n1', key, undefined)));
    await journal.put('n1', 'c', { name: 'Cid' });
    assert.match((await lines()).join(), /Bob.*Cid/);
  });

  it('is not written anew while most of it still waits', async () => {
    const journal = WaitJournal.in(folder);
    const keys = Array.from({ length: 1100 }, (_, at) => `w${at}`);
    await Promise.all(keys.map((key) => journal.put('n1', key, {})));
    await journal.put('n1', 'one more', {});
    assert.equal((await lines()).length, 1101);
  });

  it('takes over what a process that is gone has left, but not a line that its crash has cut off', async () => {
    await leave(
      line('done', {}) + line('done') + line('open', { folderId: 'f1' }) + '{"node":"n1","key":"cut","wa',
    );
    const journal = WaitJournal.in(folder);
    assert.deepEqual(await journal.waitsOf('n1'), { open: { folderId: 'f1' } });
    const left = await files();
    assert.deepEqual(left.length, 1);
    assert.ok(left[0]?.includes(thisProcess.run), 'in the file of this process now');
  });

  it('says when what others left cannot be read, unless there are waits to go on with', async () => {
    const inTheWay = join(folder, 'file');
    await writeFile(inTheWay, '');
    await assert.rejects(WaitJournal.in(inTheWay).waitsOf('n1'), { code: 'ENOTDIR' });
    await mkdir(join(folder, `${thisProcess.host}-${await goneProcess()}-abc.jsonl`));
    await leave(line('a', { folderId: 'f1' }), 'def');
    const journal = WaitJournal.in(folder);
    await assert.rejects(journal.waitsOf('n2'), { code: 'EISDIR' });
    // Asked again, because the reason may be gone.
    await assert.rejects(journal.waitsOf('n2'), { code: 'EISDIR' });
    assert.deepEqual(await journal.waitsOf('n1'), { a: { folderId: 'f1' } });
  });

  it('does not wait for a pipe that has the name of a journal', async () => {
    execFileSync('mkfifo', [join(folder, `${thisProcess.host}-${await goneProcess()}-abc.jsonl`)]);
    await leave(line('a', { folderId: 'f1' }), 'def');
    assert.deepEqual(await WaitJournal.in(folder).waitsOf('n1'), { a: { folderId: 'f1' } });
  });

  describe('with no room to store what it takes over', () => {
    const own = (): string => join(folder, `${thisProcess.host}-${thisProcess.pid}-${thisProcess.run}.jsonl`);
    let journal: WaitJournal;
    beforeEach(async () => {
      await leave(line('a', { folderId: 'f1' }) + line('b', { folderId: 'f2' }));
      await mkdir(own());
      journal = WaitJournal.in(folder);
      assert.deepEqual(Object.keys(await journal.waitsOf('n1')), ['a', 'b']);
      assert.equal((await files()).length, 2, 'what was left is still on the disk');
    });

    it('takes the old file off the disk when its waits are over, so that it is in the way of no others', async () => {
      await assert.rejects(journal.put('n1', 'a', undefined));
      assert.equal((await files()).length, 2);
      await assert.rejects(journal.put('n1', 'b', undefined));
      assert.equal((await files()).length, 1);
    });

    it('and as soon as there is room: nothing comes again after the next start', async () => {
      await rm(own(), { recursive: true });
      await journal.put('n1', 'a', undefined);
      assert.equal((await files()).length, 1);
      assert.deepEqual(
        (await lines()).map((one) => record(JSON.parse(one))['key']),
        ['b'],
      );
    });
  });

  it('leaves the file of a process that runs alone', async () => {
    const running = `${thisProcess.host}-${process.ppid}-abc.jsonl`;
    await writeFile(join(folder, running), line('theirs', {}));
    assert.deepEqual(await WaitJournal.in(folder).waitsOf('n1'), {});
    assert.deepEqual(await files(), [running]);
  });

  it('says when the disk does not take a wait, keeps it in memory, and goes on', async () => {
    const blocked = join(folder, 'blocked');
    await writeFile(blocked, 'a file where the folder should be');
    const journal = WaitJournal.in(blocked);
    await assert.rejects(journal.put('n1', 'a', { at: 1 }), { code: /EEXIST|ENOTDIR/ });
    assert.deepEqual(await journal.waitsOf('n1'), { a: { at: 1 } });
    await rm(blocked);
    await journal.put('n1', 'b', { at: 2 });
    assert.equal((await readdir(blocked)).length, 1);
  });

  it('stores what it could not store, and what came after half a line, once the disk takes it', async () => {
    const journal = WaitJournal.in(folder);
    await journal.put('n1', 'a', { at: 1 });
    const [name = ''] = await files();
    const file = join(folder, name);
    const before = await readFile(file, 'utf8');
    await rm(file);
    await mkdir(file);
    await assert.rejects(journal.put('n1', 'b', { at: 2 }), { code: /E[A-Z]+/ });
    await rm(file, { recursive: true });
    await writeFile(file, before + '{"node":"n1","key":"b","wa');
    await journal.put('n1', 'c', { at: 3 });
    const stored = (await lines()).map((one) => String(record(JSON.parse(one))['key']));
    assert.deepEqual(stored.toSorted(), ['a', 'b', 'c']);
    assert.deepEqual(await readdir(folder), [name], 'nothing is left of the writing');
  });

  it('forgets waits that are a week too old though their node is gone, and files that were half written', async () => {
    const now = Date.now();
    await leave(
      line('old', { deadline: now - 8 * 86_400_000 }) + line('late', { deadline: now - 6 * 86_400_000 }),
    );
    await leave('', 'def');
    const [half = ''] = (await files()).filter((name) => name.includes('def'));
    await rename(join(folder, half), join(folder, `${half}.new`));
    const journal = WaitJournal.in(folder);
    assert.deepEqual(Object.keys(await journal.waitsOf('n1')), ['late']);
    const [left = '', ...more] = await readdir(folder);
    assert.deepEqual(more, []);
    assert.doesNotMatch(await readFile(join(folder, left), 'utf8'), /old/);
  });

  it('forgets all of a node that is removed, and nothing of another', async () => {
    const journal = WaitJournal.in(folder);
    await journal.put('n1', 'a', {});
    await journal.put('n2', 'b', {});
    await journal.forget('n1');
    assert.deepEqual([await journal.waitsOf('n1'), await journal.waitsOf('n2')], [{}, { b: {} }]);
  });
});
