import assert from 'node:assert/strict';
import { errorOf, ozOf, paletteRig, PHOTO } from '../support/palette';
import { OzServer, type Answer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { unload, type Message, type Rig } from '../support/rig';
import { record } from '../../tools/launch/values';

/** Anew for each message, as nodes write into it. */
const ids = (): object => ({ collectionId: 'c1', personId: 'p1', imageId: 'i1' });
const ok = (json: unknown): Answer => ({ status: 200, json });

describe('oz-collection', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));
  const start = (properties: object = {}): Promise<Rig> =>
    paletteRig(server.url, [{ id: 'n1', type: 'oz-collection', ...properties }]);
  const run = async (properties: object, msg: Message): Promise<Message> => {
    const { send, out } = await start(properties);
    send({ topic: 'mine', ...msg });
    const sent = await out.next();
    assert.equal(sent['topic'], 'mine');
    return sent;
  };

  it('lists collections, in one message or one each', async () => {
    const page = ok([
      { alias: 'black', collection_id: 'c1' },
      { alias: 'grey', collection_id: 'c2' },
    ]);
    server.script(/GET \/api\/collections$/, page, 2);
    const { payload } = await run({}, { payload: 'replaced' });
    assert.deepEqual(payload, [
      { alias: 'black', collectionId: 'c1' },
      { alias: 'grey', collectionId: 'c2' },
    ]);
    await unload();
    const { send, out } = await start({ split: true });
    send({});
    assert.equal(record((await out.next()).payload)['alias'], 'black');
    assert.deepEqual(record((await out.next())['parts'])['count'], 2);
  });

  it('creates a collection in the only company there is, and puts its id where the next node reads it', async () => {
    server.script(/GET \/api\/companies/, ok({ items: [{ company_id: 'co', name: 'Test' }] }));
    server.script(/POST \/api\/collections$/, { status: 201, json: { collection_id: 'c9', alias: 'black' } });
    const msg = await run({ action: 'create' }, { payload: 'black' });
    assert.equal(ozOf(msg)['collectionId'], 'c9');
    assert.deepEqual(server.callsTo(/POST \/api\/collections$/)[0]?.json, {
      alias: 'black',
      company_id: 'co',
    });
  });

  it('adds a person with photos and metadata, then a photo more', async () => {
    server.script(/POST .*\/persons$/, { status: 201, json: { person_id: 'p9' } });
    const metadata = { person_info: { first_name: 'John' } };
    const person = await run(
      { action: 'addPerson', metadata: JSON.stringify(metadata), metadataType: 'json' },
      { payload: PHOTO, oz: ids() },
    );
    assert.equal(ozOf(person)['personId'], 'p9');
    const [call] = server.callsTo(/POST \/api\/collections\/c1\/persons$/);
    const { node_red_upload: mark, ...sent } = record(call?.payload['person:meta_data']);
    assert.deepEqual(sent, metadata);
    assert.equal(typeof mark, 'string');
    assert.deepEqual(Object.values(record(call?.payload['media:tags'])), [
      ['photo_selfie', 'orientation_portrait'],
    ]);
    assert.equal(call?.files.length, 1);
    await unload();
    server.script(/POST .*\/images$/, { status: 201, json: [{ person_image_id: 'i9' }] });
    const image = await run({ action: 'addImage' }, { payload: PHOTO, oz: ids() });
    assert.equal(ozOf(image)['imageId'], 'i9');
  });

  const plain: Record<string, [string, RegExp, Answer]> = {
    'lists persons': ['listPersons', /GET \/api\/collections\/c1\/persons$/, ok([{ person_id: 'p1' }])],
    'lists the images of a person': [
      'listImages',
      /GET \/api\/collections\/c1\/persons\/p1\/images$/,
      ok([{ person_image_id: 'i1' }]),
    ],
    'deletes a collection': ['delete', /DELETE \/api\/collections\/c1$/, { status: 204 }],
    'removes a person': ['removePerson', /DELETE \/api\/collections\/c1\/persons\/p1$/, { status: 204 }],
    'removes an image': [
      'removeImage',
      /DELETE \/api\/collections\/c1\/persons\/p1\/images\/i1$/,
      { status: 204 },
    ],
  };
  for (const [name, [action, where, answer]] of Object.entries(plain)) {
    it(name, async () => {
      server.script(where, answer);
      const msg = await run({ action }, { payload: 'before', oz: ids() });
      assert.equal(server.callsTo(where).length, 1);
      if (action.startsWith('list')) assert.equal((msg.payload as unknown[]).length, 1);
      else assert.equal(msg.payload, 'before');
    });
  }

  const bad: Record<string, [object, Message, string]> = {
    'no name': [{ action: 'create' }, {}, 'OZ_INPUT'],
    'no collection id': [{ action: 'delete' }, {}, 'OZ_INPUT'],
    'no person id': [{ action: 'removePerson' }, { oz: { collectionId: 'c1' } }, 'OZ_INPUT'],
    'no image id': [{ action: 'removeImage' }, { oz: { collectionId: 'c1', personId: 'p1' } }, 'OZ_INPUT'],
    'no photo': [{ action: 'addPerson' }, { oz: ids() }, 'OZ_MEDIA'],
    'an unknown collection': [{ action: 'listPersons' }, { oz: ids() }, 'OZ_NOT_FOUND'],
  };
  for (const [name, [properties, msg, code]] of Object.entries(bad)) {
    it(`${name}: ${code}`, async () => {
      const { send, caught } = await start(properties);
      send(msg);
      assert.equal(errorOf(await caught.next())['code'], code);
    });
  }
});
