import assert from 'node:assert/strict';
import { ozError } from '../../../client/errors/errorMessages';
import { FolderList, type ListRead } from '../../../client/watcher/folderList';
import { readFolder } from '../../../client/wire/folder';

/** A list of `count` folders: the first, the second and the last are ours. */
const listOf =
  (count: number): ListRead =>
  async ({ offset = 0, limit = 0 }, wanted) => {
    const ids = Array.from(
      { length: count },
      (_, at) => ['a', 'b'][at] ?? (at === count - 1 ? 'c' : `x${at}`),
    );
    const page = ids.slice(offset, offset + limit);
    const json = (id: string): object => ({ folder_id: id, analyses: [] });
    return {
      folders: page.filter(wanted).map((id) => readFolder(json(id), (url) => url)),
      items: page.length,
    };
  };

describe('the folder list as one question about many', () => {
  const cases: [folders: number, missing: string[], usable: boolean][] = [
    // A job that had to wait made the list reach back over its finished neighbours: no reason to give it up.
    [100, [], true],
    // Three single questions are cheaper than this.
    [101, [], false],
    [60, ['d', 'e', 'f', 'g'], false],
  ];
  for (const [folders, missing, usable] of cases) {
    it(`with three of ours among ${folders} and ${missing.length} missing ${usable ? 'goes on' : 'rests'}`, async () => {
      const list = new FolderList(listOf(folders));
      const wanted = new Map(['a', 'b', 'c', ...missing].map((id) => [id, 1000]));
      const found = await list.find(wanted, new Set(), () => 0, new AbortController().signal);
      assert.deepEqual([...(found?.keys() ?? [])], ['a', 'b', 'c']);
      assert.equal(list.usable(1), usable);
      assert.equal(list.usable(30_000), true);
    });
  }

  it('asks for as many folders at a time as lay between ours the last time', async () => {
    const limits: (number | undefined)[] = [];
    const read = listOf(90);
    const list = new FolderList((query, ...rest) => {
      limits.push(query.limit);
      return read(query, ...rest);
    });
    const wanted = new Map(['a', 'b', 'c'].map((id) => [id, 1000]));
    await list.find(wanted, new Set(), () => 0, new AbortController().signal);
    await list.find(wanted, new Set(), () => 0, new AbortController().signal);
    assert.deepEqual(limits, [50, 50, 110]);
  });

  it('goes by the second only on servers that tell no more than seconds', async () => {
    const oldest = async (...times: number[]): Promise<number | undefined> => {
      let min: number | undefined;
      const list = new FolderList(async ({ createdMin }) => {
        min = createdMin;
        return { folders: [], items: 0 };
      });
      await list.find(
        new Map(times.map((time, at) => [`${at}`, time])),
        new Set(),
        () => 0,
        new AbortController().signal,
      );
      return min;
    };
    assert.equal(await oldest(1000, 1001, 1002), 999);
    assert.equal(await oldest(1000, 1000.5, 1001.25), 999.99);
  });
});

describe('lists of what has changed', () => {
  const COUNT = 40;
  /** Epoch seconds of the last thing that happened to a folder, as the server tells; and whether it has ended. */
  let folders: Map<string, { created: number; updated: number; ended: boolean }>;
  let queries: (number | undefined)[];
  let list: FolderList;
  let now: number;

  let refused: boolean;
  /** What happens on the server before it answers. */
  let meanwhile: () => void;
  const read: ListRead = async ({ updatedMin, offset = 0, limit = 0 }, wanted) => {
    queries.push(updatedMin);
    if (refused && updatedMin !== undefined) throw ozError('forbidden', {}, { status: 403 });
    meanwhile();
    const seen = [...folders]
      .filter(([, { updated }]) => updated >= (updatedMin ?? 0))
      .slice(offset, offset + limit);
    const json = ([id, { created, updated, ended }]: (typeof seen)[number]): object => ({
      folder_id: id,
      time_created: created,
      time_updated: updated,
      analyses: [{ analysis_id: id, resolution: ended ? 'DECLINED' : 'PROCESSING' }],
    });
    const ours = seen.filter(([id]) => wanted(id));
    return { folders: ours.map((one) => readFolder(json(one), (url) => url)), items: seen.length };
  };
  const add = (id: string, created: number): void =>
    void folders.set(id, { created, updated: created, ended: false });
  const end = (id: string, updated: number): void =>
    void folders.set(id, { created: 1000.5, updated, ended: true });
  const waitedFor = new Set<string>();
  /** Asks for what is still waited for; returns what has ended by the list, and how much it left open. */
  const ask = async (): Promise<{ ended: string[]; unchanged: number }> => {
    const wanted = new Map(
      [...folders].filter(([id]) => waitedFor.has(id)).map(([id, { created }]) => [id, created]),
    );
    const found = await list.find(wanted, new Set(), () => now, new AbortController().signal);
    const all = [...(found ?? [])];
    const ended = all.flatMap(([id, folder]) =>
      folder !== 'unchanged' && folder.analyses[0]?.resolution === 'DECLINED' ? [id] : [],
    );
    for (const id of ended) waitedFor.delete(id);
    return { ended, unchanged: all.filter(([, folder]) => folder === 'unchanged').length };
  };

  beforeEach(() => {
    folders = new Map();
    queries = [];
    refused = false;
    meanwhile = () => {};
    list = new FolderList(read);
    now = 0;
    for (let at = 0; at < COUNT; at += 1) add(`${at}`, 1000.5);
    waitedFor.clear();
    for (const id of folders.keys()) waitedFor.add(id);
  });

  /** Ten folders end, and show it or not. */
  const tenEnd = async (updated: number): Promise<void> => {
    await ask();
    for (let at = 0; at < 10; at += 1) end(`${at}`, updated);
    assert.equal((await ask()).ended.length, 10);
    assert.deepEqual(queries, [undefined, undefined]);
  };

  it('are asked for once ten results have shown in the time of their folder', async () => {
    await tenEnd(1002.5);
    end('20', 1003.5);
    assert.deepEqual(await ask(), { ended: ['20'], unchanged: 29 });
    assert.deepEqual(queries.slice(2), [1002.4]);
  });

  it('reach back to the creation of a folder that no list has had', async () => {
    await tenEnd(1002.5);
    add('new', 1001.5);
    waitedFor.add('new');
    await ask();
    assert.deepEqual(queries.slice(2), [1001.49]);
  });

  it('show also what ended on the first page of a whole list while its other pages were read', async () => {
    await tenEnd(1002.5);
    for (let at = 0; at < 1000; at += 1) {
      add(`late ${at}`, at === 0 ? 1003.5 : 1002.75);
      waitedFor.add(`late ${at}`);
    }
    now = 2000;
    meanwhile = () => {
      if (queries.length < 4) return;
      end('20', 1004);
      end('late 999', 1005);
    };
    assert.deepEqual((await ask()).ended, ['late 999']);
    assert.deepEqual((await ask()).ended, ['20']);
    assert.deepEqual(queries.slice(2), [undefined, undefined, 1003.4]);
  });

  it('do not replace the whole list for longer than two seconds', async () => {
    await tenEnd(1002.5);
    now = 1999;
    await ask();
    now = 2000;
    await ask();
    assert.deepEqual(queries.slice(2), [1002.4, undefined]);
  });

  it('replace it for longer where it takes long, as nothing else is seen meanwhile', async () => {
    meanwhile = () => (now += 200);
    await tenEnd(1002.5);
    meanwhile = () => {};
    const wholeAt = now - 200;
    now = wholeAt + 5099;
    await ask();
    now = wholeAt + 5100;
    await ask();
    assert.deepEqual(queries.slice(2), [1002.4, undefined]);
  });

  it('are never asked for where the end of analyses does not change the time of their folder', async () => {
    await tenEnd(1000.5);
    for (let at = 10; at < 30; at += 1) end(`${at}`, 1000.5);
    await ask();
    await ask();
    assert.ok(queries.every((updatedMin) => updatedMin === undefined));
  });

  it('are no longer asked for when a whole list has a result that they did not have', async () => {
    await tenEnd(1002.5);
    end('20', 1001.5);
    assert.deepEqual((await ask()).ended, []);
    now = 2000;
    assert.deepEqual((await ask()).ended, ['20']);
    await ask();
    assert.deepEqual(queries.slice(2), [1002.4, undefined, undefined]);
  });

  it('are asked for once only where the server refuses them, and whole lists go on', async () => {
    await tenEnd(1002.5);
    refused = true;
    end('20', 1003.5);
    assert.deepEqual(await ask(), { ended: ['20'], unchanged: 0 });
    for (const at of [21, 22]) end(`${at}`, 1003.5);
    assert.equal((await ask()).ended.length, 2);
    assert.deepEqual(queries.slice(2), [1002.4, undefined, undefined]);
    assert.equal(list.usable(1), true);
  });
});
