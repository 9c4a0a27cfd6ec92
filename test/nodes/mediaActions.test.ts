import assert from 'node:assert/strict';
import { createClient, type OzClient } from '../../client';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';
import { errorOf, paletteRig } from '../support/palette';
import { unload, type FlowNode, type Rig } from '../support/rig';
import { sample } from '../support/samples';

const SANDBOX = { auth: 'sandbox' };

/** Actions that read and change what is on the server, tried on the sandbox, which knows nothing of our client. */
describe('actions on media, persons and metadata', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let client: OzClient;
  let folderId: string;
  let mediaIds: string[];
  before(async () => {
    sandbox = await startSandbox();
    client = createClient({ url: sandbox.url, signIn: { kind: 'sandbox' } });
  });
  beforeEach(async () => {
    const photo = { data: await sample('astronaut.png'), tags: ['photo_selfie'] };
    const folder = await client.folders.create({ media: [photo, photo] });
    folderId = folder.folderId;
    mediaIds = folder.media.map(({ mediaId }) => mediaId);
  });
  afterEach(unload);
  after(async () => {
    await client?.close();
    await sandbox?.stop();
  });
  const start = (node: Omit<FlowNode, 'id'>): Promise<Rig> =>
    paletteRig(sandbox.url, [{ id: 'n1', ...node } as FlowNode], { server: SANDBOX });

  it('lists the media of a folder with their previews, one message each if wanted', async () => {
    const all = await start({ type: 'oz-folder', action: 'listMedia' });
    all.send({ oz: { folderId } });
    const { payload } = await all.out.next();
    assert.ok(Array.isArray(payload));
    assert.deepEqual(
      payload.map((media) => String(record(media)['mediaId'])).toSorted(),
      mediaIds.toSorted(),
    );
    assert.match(String(record(payload[0])['previewUrl']), /^http/);
    await unload();

    const each = await start({ type: 'oz-folder', action: 'listMedia', split: true });
    each.send({ oz: { folderId } });
    const first = await each.out.next();
    assert.equal(record(first['parts'])['count'], 2);
    assert.equal(typeof record(first.payload)['mediaId'], 'string');
  });

  it('changes the tags of a media file', async () => {
    const { send, out } = await start({
      type: 'oz-folder',
      action: 'setTags',
      targetId: 'mediaId',
      targetIdType: 'msg',
    });
    send({ mediaId: mediaIds[0], payload: 'photo_id, photo_id_front' });
    assert.deepEqual(record((await out.next()).payload)['tags'], ['photo_id', 'photo_id_front']);
    const media = await client.media.list(folderId);
    assert.deepEqual(media.find(({ mediaId }) => mediaId === mediaIds[0])?.tags, [
      'photo_id',
      'photo_id_front',
    ]);
  });

  it('deletes one media file and leaves the others', async () => {
    const { send, out } = await start({
      type: 'oz-folder',
      action: 'deleteMedia',
      targetId: 'mediaId',
      targetIdType: 'msg',
    });
    send({ mediaId: mediaIds[1], topic: 'mine' });
    assert.equal((await out.next())['topic'], 'mine');
    assert.deepEqual(
      (await client.media.list(folderId)).map(({ mediaId }) => mediaId),
      [mediaIds[0]],
    );
  });

  it('says which id is missing, and which tags are none', async () => {
    const { send, caught } = await start({
      type: 'oz-folder',
      action: 'setTags',
      targetId: 'mediaId',
      targetIdType: 'msg',
    });
    send({ payload: ['photo_selfie'] });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_INPUT');
    send({ mediaId: mediaIds[0], payload: [1] });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_INPUT');
  });

  it('reads a person, and reads, changes and deletes metadata of persons and collections', async () => {
    const { collectionId } = await client.collections.create({ alias: 'known' });
    const { personId } = await client.collections.addPerson(collectionId, {
      media: [{ data: await sample('astronaut.png'), tags: ['photo_selfie'] }],
      metadata: { name: 'first' },
    });
    const ids = { oz: { collectionId, personId } };
    const answer = async (properties: object, msg: Record<string, unknown>): Promise<unknown> => {
      const { send, out } = await start({ type: 'oz-collection', ...properties });
      send(msg);
      const { payload } = await out.next();
      await unload();
      return payload;
    };
    const person = record(await answer({ action: 'getPerson' }, ids));
    assert.equal(person['personId'], personId);
    assert.deepEqual(person['metadata'], { name: 'first' });
    const change = { action: 'changeMetadata', metadata: 'payload', metadataType: 'msg' };
    await answer(change, { ...ids, payload: { name: 'second' } });
    assert.deepEqual(await answer({ action: 'readMetadata' }, ids), { name: 'second' });
    const add = { action: 'addMetadata', target: 'collection', metadata: '{"source":"list"}' };
    await answer(add, ids);
    assert.deepEqual(await answer({ action: 'readMetadata', target: 'collection' }, ids), { source: 'list' });
    await answer({ action: 'deleteMetadata', target: 'collection' }, ids);
    assert.deepEqual(await answer({ action: 'readMetadata', target: 'collection' }, ids), {});
    await client.collections.delete(collectionId);
  });

  it('starts each analysis with its own media and parameters', async () => {
    const { send, out } = await start({
      type: 'oz-analyze',
      biometry: true,
      sourceMedia: 'all',
      sourceMediaType: 'msg',
      livenessMedia: 'first',
      livenessMediaType: 'msg',
      livenessParams: '{"threshold_spoofing":0.4}',
      biometryParams: '{"threshold_max":0.9}',
    });
    send({ oz: { folderId }, all: mediaIds, first: mediaIds[0] });
    await out.next();
    const { raw } = await client.folders.get(folderId);
    const analyses = (raw['analyses'] as unknown[]).map(record);
    const of = (type: string) => record(analyses.find((one) => String(one['type']).toUpperCase() === type));
    assert.deepEqual(record(of('QUALITY')['params']), { extract_best_shot: true, threshold_spoofing: 0.4 });
    assert.deepEqual(record(of('BIOMETRY')['params']), { threshold_max: 0.9 });
    const sources = (type: string): unknown[] =>
      (of(type)['source_media'] as unknown[]).map((one) =>
        typeof one === 'string' ? one : record(one)['media_id'],
      );
    assert.deepEqual(sources('QUALITY'), [mediaIds[0]]);
    assert.deepEqual(sources('BIOMETRY').map(String).toSorted(), mediaIds.toSorted());
  });

  it('leaves photos of documents out of liveness when the message knows them', async () => {
    const photo = { data: await sample('astronaut.png') };
    const folder = await client.folders.create({
      media: [
        { ...photo, tags: ['photo_id', 'photo_id_front'] },
        { ...photo, tags: ['photo_selfie'] },
      ],
    });
    const { folderId: id, media } = folder;
    const { send, out } = await start({ type: 'oz-analyze', biometry: true });
    send({ oz: { folderId: id, media } });
    await out.next();
    const { raw } = await client.folders.get(id);
    const sources = (raw['analyses'] as unknown[]).map((one) => [
      String(record(one)['type']).toUpperCase(),
      (record(one)['source_media'] as unknown[]).length,
    ]);
    assert.deepEqual(Object.fromEntries(sources), { QUALITY: 1, BIOMETRY: 2 });
  });

  it('refuses parameters that are no object', async () => {
    const { send, caught } = await start({
      type: 'oz-analyze',
      livenessParams: 'p',
      livenessParamsType: 'msg',
    });
    send({ oz: { folderId }, p: [1] });
    const { code, message } = errorOf(await caught.next());
    assert.equal(code, 'OZ_INPUT');
    assert.match(String(message), /must be an object/);
  });

  it('passes on what the Web SDK tells about a capture', async () => {
    const { send, out } = await start({
      type: 'oz-upload',
      tags: 'selfie-photo',
      additionalInfo: 'info',
      additionalInfoType: 'msg',
    });
    send({ payload: await sample('astronaut.png'), info: { camera: 'front' } });
    const { oz } = await out.next();
    const { raw } = await client.folders.get(String(record(oz)['folderId']));
    assert.match(JSON.stringify(raw), /"camera":"front"/);
  });
});
