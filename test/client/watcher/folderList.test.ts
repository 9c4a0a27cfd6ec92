import assert from 'node:assert/strict';
import { FolderList, type ListRead } from '../../../client/watcher/folderList';
import { readFolder } from '../../../client/wire/folder';

/** A list of so many folders: the first, the second and the last are ours. */
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
      const found = await list.find(wanted, () => 0, new AbortController().signal);
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
    await list.find(wanted, () => 0, new AbortController().signal);
    await list.find(wanted, () => 0, new AbortController().signal);
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
        () => 0,
        new AbortController().signal,
      );
      return min;
    };
    assert.equal(await oldest(1000, 1001, 1002), 999);
    assert.equal(await oldest(1000, 1000.5, 1001.25), 999.99);
  });
});
