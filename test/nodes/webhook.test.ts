import assert from 'node:assert/strict';
import { CHAIN, errorOf, ozOf, paletteRig, statusOf, VIDEO } from '../support/palette';
import { OzServer } from '../support/ozServer';
import { unload, type Message, type Rig } from '../support/rig';

/** A webhook's body as the server may send it: the folder with its analyses. Its verdicts are lies here. */
const bodyOf = (server: OzServer, folderId: string): Record<string, unknown> => ({
  folder_id: folderId,
  resolution_status: 'FINISHED',
  analyses: server.folders
    .get(folderId)
    ?.analyses.map(({ id }) => ({ analysis_id: id, folder_id: folderId, resolution_status: 'DECLINED' })),
});

describe('a webhook and a wait', () => {
  let server: OzServer;
  let flow: Rig;
  beforeEach(async () => {
    server = await OzServer.start({ outcome: () => undefined });
    flow = await paletteRig(server.url, CHAIN, { outputs: 3 });
  });
  afterEach(async () => {
    await unload();
    await server.stop();
  });

  /** Sends a video through and resolves with its folder's id once it is waited for. */
  const startWait = async (topic: string): Promise<string> => {
    flow.send({ payload: VIDEO, topic });
    await flow.statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    return [...server.folders.keys()].at(-1) ?? '';
  };
  const hook = (payload: unknown): void => flow.send({ payload, topic: 'webhook' }, 'n3');
  const completedOf = (topic: string): Promise<Message> =>
    flow.completed.next((msg) => msg['topic'] === topic);

  it('makes the waiting message go on at once, and is silent itself', async () => {
    const folderId = await startWait('flow');
    server.finish(folderId, { resolution: 'SUCCESS' });
    const reads = server.callsTo(/GET/).length;
    hook(bodyOf(server, folderId));
    const msg = await flow.out.next(undefined, 1000);
    assert.equal(msg['topic'], 'flow');
    assert.equal(ozOf(msg)['resolution'], 'SUCCESS', 'the verdict of the API, not of the body');
    assert.equal(server.callsTo(/GET/).length, reads + 1, 'one verifying read');
    await completedOf('webhook');
    hook(bodyOf(server, folderId));
    await completedOf('webhook');
    assert.equal(flow.out.messages.length, 1, 'a webhook that comes late or twice adds nothing');
  });

  it('carries the verdict on by itself where nobody waits, read over the API', async () => {
    const folderId = await startWait('flow');
    flow.send({ reset: true }, 'n3');
    assert.equal(errorOf(await flow.caught.next())['code'], 'OZ_CANCELLED');
    server.finish(folderId, { resolution: 'SUCCESS' });
    hook(JSON.stringify({ folder: bodyOf(server, folderId) }));
    const msg = await flow.out.next();
    assert.equal(msg['topic'], 'webhook');
    assert.equal(ozOf(msg)['folderId'], folderId);
    assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
    assert.equal(typeof msg.payload, 'string');
  });

  it('that comes early waits, and gives way to the message of the flow', async () => {
    const folderId = await startWait('flow');
    flow.send({ reset: true }, 'n3');
    await flow.caught.next();
    hook(bodyOf(server, folderId));
    await flow.statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    flow.send({ topic: 'again', oz: { folderId } }, 'n3');
    await completedOf('webhook');
    server.finish(folderId);
    hook(bodyOf(server, folderId));
    const msg = await flow.out.next();
    assert.equal(msg['topic'], 'again');
    assert.equal(flow.out.messages.length, 1);
  });

  it('that was faster takes the place of one message of the flow, not of the next', async () => {
    const folderId = await startWait('flow');
    flow.send({ reset: true }, 'n3');
    await flow.caught.next();
    server.finish(folderId);
    hook(bodyOf(server, folderId));
    await flow.out.next();
    flow.send({ topic: 'late', oz: { folderId } }, 'n3');
    await completedOf('late');
    assert.equal(flow.out.messages.length, 1);
    flow.send({ topic: 'asked on purpose', oz: { folderId } }, 'n3');
    assert.equal((await flow.out.next())['topic'], 'asked on purpose');
  });

  it('about new analyses of a folder is a new verdict', async () => {
    const folderId = await startWait('flow');
    server.finish(folderId);
    hook(bodyOf(server, folderId));
    await flow.out.next();
    const body = { folder_id: folderId, analyses: [{ analysis_id: '22222222-2222-4222-8222-222222222222' }] };
    hook(body);
    assert.equal((await flow.out.next())['topic'], 'webhook');
  });

  it('about an unknown folder is an error, not a verdict', async () => {
    hook({ folder_id: '11111111-1111-4111-8111-111111111111', resolution_status: 'SUCCESS' });
    assert.equal(errorOf(await flow.caught.next())['code'], 'OZ_NOT_FOUND');
    assert.equal(flow.out.messages.length, 0);
  });

  it('is asked twice when the flow asks twice', async () => {
    const folderId = await startWait('flow');
    flow.send({ topic: 'second', oz: { folderId } }, 'n3');
    await flow.statuses.next((msg) => statusOf(msg).endsWith('(2)'));
    server.finish(folderId);
    hook(bodyOf(server, folderId));
    const topics = [await flow.out.next(), await flow.out.next()].map(({ topic }) => String(topic));
    assert.deepEqual(topics.sort(), ['flow', 'second']);
  });
});
