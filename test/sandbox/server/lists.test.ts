import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { ApiError } from '@ozflow/oz-sandbox/server/errors';
import { listFilter } from '@ozflow/oz-sandbox/server/list/filters';
import type { Field } from '@ozflow/oz-sandbox/server/list/filters';
import { jsonFilter } from '@ozflow/oz-sandbox/server/list/jsonFilter';
import { page } from '@ozflow/oz-sandbox/server/list/paging';
import { sorted } from '@ozflow/oz-sandbox/server/list/sorting';
import { parseTime } from '@ozflow/oz-sandbox/server/list/time';
import type { Api } from './support/api';
import { assertError, sandboxWith, video } from './support/api';

interface Item {
  id: string;
  time: number;
  meta: { [key: string]: string | number } | null;
}

const FIELDS: Record<string, Field<Item>> = {
  id: { kind: 'words', values: ({ id }) => [id] },
  state: { kind: 'words', values: ({ id }) => [id === 'a' ? 'GOOD' : null], allowed: ['GOOD', 'BAD'] },
  time: { kind: 'time', value: ({ time }) => time },
  meta_data: { kind: 'json', value: ({ meta }) => meta },
};
const ORDER = { fields: { time: ({ time }: Item) => time }, key: ({ id }: Item) => id };
const ITEMS: Item[] = [
  { id: 'a', time: 10, meta: { n: 1, t: 'x' } },
  { id: 'b', time: 20, meta: { n: 2 } },
  { id: 'c', time: 30, meta: null },
];

const ids = (query: Record<string, unknown>): string =>
  ITEMS.filter(listFilter(query, FIELDS))
    .map(({ id }) => id)
    .join('');

const refused = (action: () => unknown, reason = 'invalidValue'): void => {
  assert.throws(action, (error) => error instanceof ApiError && error.reason === reason);
};

const anyQuery = fc.dictionary(
  fc.constantFrom(
    'id',
    'time.min',
    'time.max',
    'time',
    'meta_data',
    'state',
    'sorting',
    'limit',
    'offset',
    'x',
    '__proto__',
    'id.exclude',
    'total_omit',
  ),
  fc.oneof(
    fc.string(),
    fc.constantFrom('a,b', 'null', 'now', '-1', 'n==1', 'time{asc}'),
    fc.array(fc.string()),
  ),
);

describe('sandbox: list grammar', () => {
  it('filters by words: one of, none of, null, in any case', () => {
    assert.equal(ids({}), 'abc');
    assert.equal(ids({ id: 'A,c' }), 'ac');
    assert.equal(ids({ id: ['a', 'b'] }), 'ab');
    assert.equal(ids({ 'id.exclude': 'a,b' }), 'c');
    assert.equal(ids({ state: 'good' }), 'a');
    assert.equal(ids({ state: 'null' }), 'bc');
    assert.equal(ids({ unknown: 'x' }), 'abc');
    refused(() => ids({ state: 'UGLY' }));
    refused(() => ids({ 'id.min': 'a' }));
  });

  it('filters by time', () => {
    assert.equal(ids({ 'time.min': '20' }), 'bc');
    assert.equal(ids({ 'time.max': '20' }), 'ab');
    assert.equal(ids({ 'time.min': '11', 'time.max': '29.5' }), 'b');
    assert.equal(ids({ time: '10,30' }), 'ac');
    assert.equal(ids({ 'time.exclude': '10' }), 'bc');
    refused(() => ids({ 'time.min': 'soon' }));
    refused(() => ids({ 'time.min': '1,2' }));
  });

  it('reads every way to write a time', () => {
    assert.equal(parseTime('1790000000.5'), 1790000000.5);
    assert.equal(parseTime('1790000000500'), 1790000000.5);
    assert.equal(parseTime('1790000000500000'), 1790000000.5);
    assert.equal(parseTime('2026-09-21T14:13:20Z'), Date.UTC(2026, 8, 21, 14, 13, 20) / 1000);
    assert.equal(parseTime('2026-09-21T14:13:20 02:00'), Date.UTC(2026, 8, 21, 12, 13, 20) / 1000);
    assert.equal(parseTime('2026-09-21'), Date.UTC(2026, 8, 21) / 1000);
    assert.ok(Math.abs((parseTime('now') ?? 0) - Date.now() / 1000) < 5);
    assert.equal((parseTime('today') ?? 1) % 86_400, 0);
    for (const text of ['', 'x', '12:00', '2026-13-45', '1e9', '0x10'])
      assert.equal(parseTime(text), undefined, text);
  });

  it('filters by metadata', () => {
    assert.equal(ids({ meta_data: 'n==1' }), 'a');
    assert.equal(ids({ meta_data: 'n!=1' }), 'bc');
    assert.equal(ids({ meta_data: 'n>=1,n<2' }), 'a');
    assert.equal(ids({ meta_data: 't==x,n==1' }), 'a');
    assert.equal(ids({ meta_data: 't>w' }), 'a');
    refused(() => ids({ meta_data: 'n=1' }));
    refused(() => ids({ meta_data: '==1' }));
    refused(() => ids({ meta_data: '' }));
  });

  it('walks paths of objects and arrays, and no further', () => {
    const data = { person: { names: ['Ann', 'Lee'], age: 30 }, tags: [[{ deep: true }]], nothing: null };
    for (const [text, expected] of [
      ['person.names.1==Lee', true],
      ['person.names.2==Lee', false],
      ['person.age>29.5', true],
      ['tags.0.0.deep==true', true],
      ['person.names.length==2', false],
      ['person.constructor!=x', true],
      ['nothing==null', true],
      ['missing==null', false],
      ['person.names==["Ann","Lee"]', false],
      ['person.age>abc', false],
    ] as const) {
      assert.equal(jsonFilter(text)?.(data) ?? false, expected, text);
    }
  });

  it('finds by metadata what was written there (property)', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_ -]{1,12}$/).map((text) => text.trim() || 'x');
    const key = fc.stringMatching(/^[a-z_]{1,8}$/);
    fc.assert(
      fc.property(key, word, word, (name, value, other) => {
        const test = jsonFilter(`${name}==${value}`);
        assert.equal(test?.({ [name]: value }), true);
        assert.equal(test?.({ [name]: other }), value === other);
        assert.equal(jsonFilter(`${name}!=${value}`)?.({ [name]: other }), value !== other);
      }),
    );
  });

  it('orders numbers as numbers (property)', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
        fc.integer(),
        (a, b) => {
          const test = (operator: string) => jsonFilter(`n${operator}${b}`)?.({ n: a });
          assert.equal(test('<'), a < b);
          assert.equal(test('<='), a <= b);
          assert.equal(test('>'), a > b);
          assert.equal(test('>='), a >= b);
        },
      ),
    );
  });

  it('sorts: newest first, by name and direction, equals by key', () => {
    const list = [...ITEMS, { id: 'd', time: 20, meta: null }];
    const order = (query: object) =>
      sorted(list, { sorting: 'time', ...query }, ORDER)
        .map(({ id }) => id)
        .join('');
    assert.equal(order({}), 'cdba');
    assert.equal(order({ sorting: 'time{asc}' }), 'adbc');
    assert.equal(order({ sorting: 'time{desc}' }), 'cdba');
    refused(() => order({ sorting: 'size{asc}' }));
    refused(() => order({ sorting: 'time{up}' }));
    refused(() => order({ sorting: 'constructor' }));
    refused(() => order({ sorting: '' }));
  });

  it('pages: all pages together are the list, whatever the limit (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (list, limit) => {
          const seen: number[] = [];
          for (let offset = 0; offset < list.length; offset += limit) {
            const { items, total } = page(list, { offset: String(offset), limit: String(limit) });
            assert.ok(items.length <= limit);
            assert.equal(total, list.length);
            seen.push(...items);
          }
          assert.deepEqual(seen, list);
        },
      ),
    );
  });

  it('knows the limits of paging, word for word', () => {
    const list = Array.from({ length: 200 }, (_value, index) => index);
    assert.equal(page(list, {}).items.length, 100);
    assert.equal(page(list, { limit: '-1' }).items.length, 200);
    assert.equal(page(list, { total_omit: 'YES' }).total, null);
    for (const [query, message] of [
      [{ offset: '-1' }, 'Invalid offset value for pagination'],
      [{ limit: '-2' }, 'Invalid limit value for pagination'],
      [{ limit: '5001' }, 'Invalid limit value for pagination - exceed max available'],
    ] as const) {
      assert.throws(() => page(list, query), { message });
    }
    refused(() => page(list, { limit: 'ten' }), 'invalidType');
    refused(() => page(list, { total_omit: 'maybe' }), 'invalidType');
  });

  it('answers any query with a list or a documented error (property)', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        try {
          page(sorted(ITEMS.filter(listFilter(query, FIELDS)), { sorting: 'time', ...query }, ORDER), query);
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('sandbox: lists over the wire', () => {
  let sandbox: Sandbox;
  let api: Api;
  const folders: string[] = [];

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
    for (const n of [1, 2, 3]) {
      const folder = await api.folder([video({ face: 'ann' })], {
        'folder:meta_data': { transaction_id: `t${n}`, n },
      });
      folders.push(String(folder['folder_id']));
    }
    const [analysis] = await api.order(folders[1], { type: 'quality' });
    await api.decided(analysis);
  });
  after(() => sandbox.close());

  const found = async (query: string): Promise<string[]> => {
    const answer = await api.get(`/api/folders/?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return [...(answer.body['items'] ?? [])].map((folder) => String(folder['folder_id']));
  };

  it('finds a folder by its metadata, as the documentation does it', async () => {
    const hourAgo = Date.now() / 1000 - 3600;
    const query = `meta_data=transaction_id==t2&with_analyses=true&time_created.min=${hourAgo}`;
    assert.deepEqual(await found(query), [folders[1]]);
    assert.deepEqual(await found(`meta_data=transaction_id==t2&time_created.min=${Date.now() + 5000}`), []);
    assert.deepEqual((await found('meta_data=n>=2')).toSorted(), folders.slice(1).toSorted());
  });

  it('filters by status, in the words of both tables', async () => {
    assert.deepEqual(await found('resolution_status=FINISHED'), [folders[1]]);
    assert.deepEqual(await found('resolution_status=success'), [folders[1]]);
    assert.equal((await found('resolution_status=INITIAL,PROCESSING')).length, 2);
    assertError(await api.get('/api/folders/?resolution_status=GREAT'), 400, 4);
  });

  it('sorts and pages', async () => {
    assert.deepEqual(await found('sorting=time_created{asc}'), folders);
    assert.deepEqual(await found('sorting=time_created%7Basc%7D&offset=1&limit=1'), [folders[1]]);
    assert.deepEqual(await found(`folder_id=${folders[0]},${folders[2]}&sorting=time_created{desc}`), [
      folders[2],
      folders[0],
    ]);
    assert.equal((await api.get('/api/folders/?total_omit=1')).body['total_count'], null);
  });

  it('filters the analyses of a folder', async () => {
    const path = `/api/folders/${folders[1]}/analyses/`;
    const id = String((await api.get(path)).body[0]?.['analysis_id']);
    for (const [query, length] of [
      ['type=QUALITY', 1],
      ['type=biometry,documents', 0],
      ['type.exclude=QUALITY', 0],
      ['state=FINISHED', 1],
      ['state=SUCCESS', 1],
      ['state=DECLINED', 0],
      ['state.exclude=PROCESSING', 1],
      [`analyse_id=${id}`, 1],
      [`analyse_id.exclude=${id}`, 0],
    ] as const) {
      assert.equal((await api.get(`${path}?${query}`)).body.length, length, query);
    }
  });
});
