import assert from 'node:assert/strict';
import type { OzClient } from '../../../client';
import { OzServer, type Answer } from '../../support/ozServer';
import { Bench, PHOTO, failure } from '../support/calls';

const photo = { data: PHOTO, tags: ['photo_selfie'] };
const json = (body: unknown, status = 200): Answer => ({ status, json: body });

describe('answers about collections, users and companies that are lost on the way', function () {
  const bench = new Bench();
  let server: OzServer;
  let client: OzClient;
  beforeEach(async () => {
    ({ server, client } = await bench.signedIn({ timeoutMs: 1000 }));
  });
  afterEach(() => bench.end());

  describe('in collections', () => {
    const MAKE = /POST \/api\/collections$/;
    const LISTED = /GET \/api\/collections$/;
    const ENROL = /POST .*\/persons$/;
    const now = (): number => Date.now() / 1000;
    const create = () => client.collections.create({ alias: 'blocked', companyId: 'co' });

    it('a collection that arrived is found by its name and time, one that did not is made again', async () => {
      server.script(MAKE, 'reset');
      const older = { collection_id: 'old', alias: 'other', time_created: now() - 3600 };
      server.script(LISTED, json([older, { collection_id: 'new', alias: 'blocked', time_created: now() }]));
      assert.equal((await create()).collectionId, 'new');
      assert.equal(server.callsTo(MAKE).length, 1);
      server.script(MAKE, 'reset');
      server.script(LISTED, json([older]), 4);
      server.script(MAKE, json({ collection_id: 'newer' }, 201));
      assert.equal((await create()).collectionId, 'newer');
    });

    it('an older collection of that name is not taken for the new one', async () => {
      server.script(MAKE, 'reset');
      server.script(LISTED, json([{ collection_id: 'old', alias: 'blocked', time_created: now() - 60 }]), 4);
      const error = await failure(create());
      assert.equal(error.code, 'OZ_UNREACHABLE');
      assert.equal(typeof error.cause.sentAt, 'number');
    });

    it('a person that arrived is found by its mark, one that did not is sent again', async () => {
      const sent = (): unknown => server.callsTo(ENROL).at(-1)?.payload['person:meta_data'];
      server.script(ENROL, 'reset');
      server.script(/GET .*\/persons$/, () =>
        json([
          { person_id: 'x', meta_data: {} },
          { person_id: 'p', meta_data: sent() },
        ]),
      );
      const person = await client.collections.addPerson('c', { media: [photo], metadata: { mine: 1 } });
      assert.deepEqual([person.personId, person.metadata], ['p', { mine: 1 }]);
      server.script(ENROL, 'reset');
      server.script(/GET .*\/persons$/, json([{ person_id: 'x', meta_data: null }]), 4);
      server.script(ENROL, json({ person_id: 'q' }, 201));
      assert.equal((await client.collections.addPerson('c', { media: [photo] })).personId, 'q');
    });

    it('nothing is concluded from the first page of more, or where metadata are hidden', async () => {
      for (const list of [
        { items: [{ person_id: 'x', meta_data: {} }], total_count: 9 },
        [{ person_id: 'x' }],
      ]) {
        server.script(ENROL, 'reset');
        server.script(/GET .*\/persons$/, json(list), 4);
        const error = await failure(client.collections.addPerson('c', { media: [photo] }));
        assert.deepEqual([error.code, error.cause.collectionId], ['OZ_UNREACHABLE', 'c']);
        assert.ok(error.cause.uploadId);
      }
    });

    it('a lost answer about an image says whose it may be, and when it was sent', async () => {
      server.script(/POST .*\/images$/, 'reset');
      const { code, cause } = await failure(client.collections.addImages('c', 'p', { media: [photo] }));
      assert.deepEqual([code, cause.collectionId, cause.personId], ['OZ_UNREACHABLE', 'c', 'p']);
      assert.equal(typeof cause.sentAt, 'number');
    });
  });

  describe('of users and companies', () => {
    const NEW = {
      email: 'New@example.com',
      password: 'x',
      firstName: 'N',
      lastName: 'U',
      role: 'client',
    } as const;
    const KINDS = [
      {
        make: async (of: OzClient) => (await of.accounts.createUser(NEW)).userId,
        sends: /POST \/api\/users$/,
        lists: /GET \/api\/users$/,
        made: (id: string, meta_data?: unknown) => ({ user_id: id, email: 'new@example.com', meta_data }),
        other: { user_id: 'x', email: 'other@example.com', meta_data: null },
      },
      {
        make: async (of: OzClient) => (await of.accounts.createCompany('Branch')).companyId,
        sends: /POST \/api\/companies$/,
        lists: /GET \/api\/companies$/,
        made: (id: string, meta_data?: unknown) => ({ company_id: id, name: 'Branch', meta_data }),
        other: { company_id: 'x', name: 'Branches', meta_data: null },
      },
    ];
    /** All at once, because looking takes its time. */
    const each = (test: (kind: (typeof KINDS)[number], of: OzServer, by: OzClient) => Promise<void>) =>
      Promise.all(
        KINDS.map(async (kind) => {
          const own = await bench.server();
          await test(kind, own, bench.client(own.url, { timeoutMs: 1000 }));
        }),
      );
    const mark = (of: OzServer, sends: RegExp): unknown => of.callsTo(sends).at(-1)?.json['meta_data'];

    it('one that arrived is found by its mark, one that did not is made again', async () => {
      await each(async ({ make, sends, lists, made, other }, of, by) => {
        of.script(sends, 'reset');
        of.script(lists, () =>
          json({ items: [made('old'), made('ours', mark(of, sends)), other], total_count: 3 }),
        );
        assert.equal(await make(by), 'ours');
        assert.equal(of.callsTo(sends).length, 1);
        of.script(sends, 'reset');
        of.script(lists, json([other]), 4);
        of.script(sends, json(made('newer'), 201));
        assert.equal(await make(by), 'newer');
      });
    });

    it('one that the first request made late is not refused as one that exists', async () => {
      const exists = json({ error_code: 13, error_message: 'Object already exist' }, 400);
      await each(async ({ make, sends, lists, made }, of, by) => {
        of.script(sends, 'reset');
        of.script(sends, exists);
        of.script(lists, json([]), 4);
        of.script(lists, () => json([made('late', mark(of, sends))]));
        assert.equal(await make(by), 'late');
        of.script(sends, exists);
        assert.equal((await failure(make(by))).code, 'OZ_REJECTED');
      });
    });

    it('one without the mark may be an older one, and is neither taken nor made twice', async () => {
      const unclear = (kind: (typeof KINDS)[number]): unknown[] => [
        [kind.made('old')],
        [kind.made('old', null)],
        { items: [kind.other], total_count: 500 },
        {},
      ];
      await Promise.all(
        [0, 1, 2, 3].map((at) =>
          each(async (kind, of, by) => {
            of.script(kind.sends, 'reset');
            of.script(kind.lists, json(unclear(kind)[at]), Infinity);
            const { code, cause } = await failure(kind.make(by));
            assert.equal(code, 'OZ_UNREACHABLE');
            assert.deepEqual({ node_red_upload: cause.uploadId }, mark(of, kind.sends));
            assert.equal(of.callsTo(kind.sends).length, 1);
          }),
        ),
      );
    });
  });
});
