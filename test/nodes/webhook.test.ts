import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
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

  it('that comes again after a deploy adds nothing either, whatever kind of deploy', async () => {
    const folderId = await startWait('flow');
    server.finish(folderId);
    hook(bodyOf(server, folderId));
    const key = ozOf(await flow.out.next())['checkKey'];
    assert.match(String(key), new RegExp(`^${folderId}:[0-9a-f]{16}$`));
    for (const type of ['nodes', 'full'] as const) {
      await flow.redeploy(type, (node) => (node.id === 'n3' ? { ...node, name: `for ${type}` } : node));
      hook(bodyOf(server, folderId));
      await completedOf('webhook');
      assert.equal(flow.out.messages.length, 1);
    }
  });

  it('has the same key as the message of the flow, so that duplicates can be told apart anywhere', async () => {
    const folderId = await startWait('flow');
    server.finish(folderId);
    const key = ozOf(await flow.out.next())['checkKey'];
    await unload();
    flow = await paletteRig(
      server.url,
      CHAIN.map((node) => (node.id === 'n3' ? { ...node, id: 'n9' } : node)),
    );
    flow.send({ payload: bodyOf(server, folderId) }, 'n9');
    assert.equal(ozOf(await flow.out.next())['checkKey'], key);
  });

  describe('over http in', () => {
    /** What core's `http in` puts into a message, as far as answers go. */
    const request = (): {
      msg: { res: unknown };
      answered: Promise<number>;
      /** The next time that somebody looks whether it is answered. */
      look: () => Promise<unknown>;
      open: { sendStatus: (status: number) => void };
    } => {
      const events = new EventEmitter();
      const answered = once(events, 'answered').then(([status]) => Number(status));
      let sent = false;
      const open = {
        get headersSent(): boolean {
          events.emit('look');
          return sent;
        },
        sendStatus(status: number): void {
          assert.equal(sent, false, 'answered twice');
          sent = true;
          events.emit('answered', status);
        },
      };
      return { msg: { res: { _res: open } }, answered, look: () => once(events, 'look'), open };
    };

    it('is answered at once while its analyses run, and its message has no response left', async () => {
      const folderId = await startWait('flow');
      flow.send({ reset: true }, 'n3');
      await flow.caught.next();
      const { msg, answered } = request();
      flow.send({ payload: bodyOf(server, folderId), topic: 'webhook', ...msg }, 'n3');
      assert.equal(await answered, 200);
      server.finish(folderId);
      const sent = await flow.out.next();
      assert.equal('res' in sent, false);
    });

    it('is answered where another message carries the verdict on, and where it comes again', async () => {
      const folderId = await startWait('flow');
      const first = request();
      flow.send({ payload: bodyOf(server, folderId), topic: 'webhook', ...first.msg }, 'n3');
      assert.equal(await first.answered, 200);
      server.finish(folderId);
      await flow.out.next();
      const again = request();
      flow.send({ payload: bodyOf(server, folderId), topic: 'webhook', ...again.msg }, 'n3');
      assert.equal(await again.answered, 200);
    });

    it('is left to an http response node beside it', async () => {
      const folderId = await startWait('flow');
      const { msg, answered, look, open } = request();
      const taken = look();
      flow.send({ payload: bodyOf(server, folderId), topic: 'webhook', ...msg }, 'n3');
      await taken;
      open.sendStatus(204);
      // It would answer now.
      await look();
      assert.equal(await answered, 204);
      await completedOf('webhook');
    });

    it('does not take the answer from a caller who waits for the result of this very message', async () => {
      const folderId = await startWait('flow');
      flow.send({ reset: true }, 'n3');
      await flow.caught.next();
      server.finish(folderId);
      hook(bodyOf(server, folderId));
      await flow.out.next();
      const { msg } = request();
      flow.send({ topic: 'caller', oz: { folderId }, ...msg }, 'n3');
      const sent = await flow.out.next();
      assert.equal(sent['topic'], 'caller');
      assert.equal('res' in sent, true);
    });
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
