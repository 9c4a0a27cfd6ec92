import assert from 'node:assert/strict';
import { record } from '../../tools/launch/values';
import { helper } from '../support/helper';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { CHAIN, paletteRig, SERVER, VIDEO } from '../support/palette';
import { type FlowNode, type Rig } from '../support/rig';

const SAVED = '__PWRD__';
const COLLECTIONS = [
  { collection_id: 'c-1', alias: 'blacklist' },
  { collection_id: 'c-2', alias: 'staff' },
];

describe('the list of collections to choose from', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));

  /** The server node as the editor holds it when its own dialog was never opened. */
  const asked = (changes: object = {}): object => ({
    id: SERVER,
    url: server.url,
    auth: 'password',
    email: SAVED,
    password: SAVED,
    token: SAVED,
    tls: '',
    proxy: '',
    timeout: 30,
    ...changes,
  });
  const ask = async (body: object): Promise<Record<string, unknown>> =>
    record((await helper.request().post('/oz-auth/collections').send(body).expect(200)).body);
  const deploy = (): Promise<Rig> => paletteRig(server.url, [{ id: 'n1', type: 'oz-analyze' }]);

  for (const [shape, json] of [
    ['an array', COLLECTIONS],
    ['a page', { items: COLLECTIONS, offset: 0, limit: 100, total_count: 2 }],
  ] as const) {
    it(`has names and ids, by the stored sign-in, where the server answers with ${shape}`, async () => {
      await deploy();
      server.script(/GET .*collections/, { status: 200, json });
      assert.deepEqual(await ask(asked()), {
        ok: true,
        collections: [
          { id: 'c-1', name: 'blacklist' },
          { id: 'c-2', name: 'staff' },
        ],
      });
    });
  }

  it('is fetched by what was typed and not deployed yet', async () => {
    await deploy();
    server.script(/GET .*collections/, { status: 200, json: [] });
    assert.deepEqual(await ask(asked({ id: 'new', ...ACCOUNT })), { ok: true, collections: [] });
  });

  it('says why there is none, and leads no stored secret elsewhere', async () => {
    await deploy();
    server.script(/GET .*collections/, { status: 403, json: { error_code: 9, error_message: 'no' } });
    assert.equal((await ask(asked()))['code'], 'OZ_FORBIDDEN');
    const other = await OzServer.start();
    try {
      const answer = await ask(asked({ url: other.url }));
      assert.equal(answer['ok'], false);
      assert.ok(!JSON.stringify(answer).includes(ACCOUNT.password));
      assert.equal(other.calls.length, 0);
    } finally {
      await other.stop();
    }
  });
});

describe('the chosen collection', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));

  const paramsWith = async (more: Partial<FlowNode>, msg: object = {}): Promise<unknown> => {
    const chain = CHAIN.map((node) =>
      node.type === 'oz-analyze' ? { ...node, liveness: false, collection: true, ...more } : node,
    );
    const { send } = await paletteRig(server.url, chain);
    send({ payload: VIDEO, ...msg });
    const { json } = await server.call(/POST .*analyses/);
    const [analysis] = json['analyses'] as Record<string, unknown>[];
    return analysis?.['params'];
  };

  it('goes with the parameters, and before one that they name', async () => {
    const collectionParams = '{ "decision_threshold": 0.9, "collection_id": "c-1" }';
    assert.deepEqual(await paramsWith({ collectionId: 'c-2', collectionParams }), {
      decision_threshold: 0.9,
      collection_id: 'c-2',
    });
  });

  it('may come with the message', async () => {
    const msg = { oz: { options: { collectionId: 'c-2' } } };
    assert.deepEqual(await paramsWith({}, msg), { collection_id: 'c-2' });
  });

  it('is left out where none is chosen', async () => {
    assert.equal(await paramsWith({}), undefined);
  });
});
