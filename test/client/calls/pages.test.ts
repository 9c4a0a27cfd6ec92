import assert from 'node:assert/strict';
import type { OzClient } from '../../../client';
import type { Call } from '../../support/ozCall';
import { Bench, failure } from '../support/calls';

const LISTS: Record<string, { path: RegExp; id: string; list: (client: OzClient) => Promise<unknown[]> }> = {
  collections: {
    path: /GET .*\/collections$/,
    id: 'collection_id',
    list: (client) => client.collections.list(),
  },
  persons: {
    path: /GET .*\/persons$/,
    id: 'person_id',
    list: (client) => client.collections.persons('c'),
  },
  images: {
    path: /GET .*\/images$/,
    id: 'person_image_id',
    list: (client) => client.collections.images('c', 'p'),
  },
  companies: {
    path: /GET .*\/companies$/,
    id: 'company_id',
    list: (client) => client.collections.companies(),
  },
  users: { path: /GET .*\/users$/, id: 'user_id', list: (client) => client.accounts.users() },
};

describe('lists that come in pages', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  for (const [name, { path, id, list }] of Object.entries(LISTS)) {
    /** What comes from a server that gives at most `most` entries at once. */
    const listed = async (answer: (offset: number, limit: number) => unknown): Promise<unknown[]> => {
      const { server, client } = await bench.signedIn();
      const page = ({ query }: Call): unknown =>
        answer(Number(query.get('offset') ?? 0), Number(query.get('limit') ?? 100));
      server.script(path, (call) => ({ status: 200, json: page(call) }), Infinity);
      return list(client);
    };
    const entries = Array.from({ length: 250 }, (_, at) => ({ [id]: `id-${at}`, company_id: `id-${at}` }));

    it(`${name}: all of them, by the server's own pages`, async () => {
      for (const [most, counts] of [
        [100, true],
        [100, false],
        [40, true],
      ] as const) {
        const all = await listed((offset, limit) => ({
          items: entries.slice(offset, offset + Math.min(limit, most)),
          ...(counts && { total_count: entries.length }),
        }));
        assert.equal(all.length, entries.length, `${most} ${counts}`);
      }
    });

    it(`${name}: once, from a server that knows no pages`, async () => {
      assert.equal((await listed(() => entries)).length, entries.length);
      assert.equal((await listed(() => ({ items: entries, total_count: 999 }))).length, entries.length);
    });
  }

  it('a list without an end is given up', async () => {
    const { server, client } = await bench.signedIn();
    let made = 0;
    const items = () => Array.from({ length: 20_000 }, () => ({ user_id: `id-${(made += 1)}` }));
    server.script(/GET .*\/users$/, () => ({ status: 200, json: { items: items() } }), Infinity);
    assert.equal((await failure(client.accounts.users())).code, 'OZ_RESPONSE');
  });
});
