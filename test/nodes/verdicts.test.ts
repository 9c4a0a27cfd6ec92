import assert from 'node:assert/strict';
import { CHAIN, errorOf, ozOf, paletteRig, statusOf, VIDEO } from '../support/palette';
import { OzServer, type Outcome } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { unload, type FlowNode, type Rig } from '../support/rig';

describe('verdicts are output, errors go to Catch', () => {
  let server: OzServer;
  let outcome: Outcome | undefined;
  serverForEachTest((started) => (server = started), { outcome: () => outcome });

  const start = (extra: Partial<FlowNode> = {}): Promise<Rig> =>
    paletteRig(
      server.url,
      CHAIN.map((node) => (node.type === 'oz-result' ? { ...node, ...extra } : node)),
      { outputs: Number(extra['outputs'] ?? 1) },
    );

  const ports = { SUCCESS: 0, DECLINED: 1, OPERATOR_REQUIRED: 2 } as const;
  for (const [resolution, port] of Object.entries(ports)) {
    it(`sends ${resolution} by output ${port + 1} of three`, async () => {
      outcome = { resolution: resolution as keyof typeof ports };
      const { send, outputs, completed, caught } = await start({ outputs: 3 });
      send({ payload: VIDEO });
      const msg = await outputs[port]?.next();
      assert.equal(ozOf(msg ?? {})['resolution'], resolution);
      await completed.next(({ oz }) => oz !== undefined);
      assert.deepEqual(
        outputs.map(({ messages }) => messages.length),
        [0, 1, 2].map((index) => (index === port ? 1 : 0)),
      );
      assert.equal(caught.messages.length, 0);
    });
  }

  it('goes on without a best shot: payload null, no bestShotUrl', async () => {
    outcome = { bestShot: false };
    for (const emit of ['bestShotUrl', 'bestShotImage']) {
      const { send, out, caught } = await start({ emit });
      send({ payload: VIDEO });
      const msg = await out.next();
      assert.equal(msg.payload, null);
      assert.equal('bestShotUrl' in ozOf(msg), false);
      assert.deepEqual(ozOf(msg)['bestShots'], []);
      assert.equal(caught.messages.length, 0);
      await unload();
    }
  });

  it('makes an error of a failed analysis, with its id, and keeps what is known', async () => {
    outcome = { resolution: 'FAILED', errorMessage: 'no frames' };
    const { send, out, caught, completed, statuses } = await start();
    send({ payload: VIDEO, topic: 'mine' });
    const msg = await caught.next();
    const { code, cause } = errorOf(msg);
    assert.equal(code, 'OZ_ANALYSIS_FAILED');
    const [folder] = server.folders.values();
    assert.equal((cause as Record<string, unknown>)['analysisId'], folder?.analyses[0]?.id);
    assert.equal((cause as Record<string, unknown>)['folderId'], folder?.id);
    assert.equal(msg['topic'], 'mine');
    assert.equal(ozOf(msg)['resolution'], 'FAILED');
    await statuses.next((one) => statusOf(one) === 'red/ring/analysis failed');
    assert.equal(out.messages.length, 0);
    assert.equal(completed.messages.length, 2, 'upload and analyze completed, result did not');
  });

  it('gives up when the time is over, with the seconds in the cause', async () => {
    outcome = undefined;
    const { send, caught, out, statuses } = await start({ timeout: 1 });
    send({ payload: VIDEO });
    const msg = await caught.next();
    assert.equal(errorOf(msg)['code'], 'OZ_WAIT_TIMEOUT');
    assert.equal(typeof ozOf(msg)['folderId'], 'string', 'the ids are there to look it up later');
    await statuses.next((one) => statusOf(one) === 'red/ring/waited too long');
    assert.equal(out.messages.length, 0);
  });

  it('or emits what there is, by the third output, as PROCESSING', async () => {
    outcome = undefined;
    const { send, outputs, caught } = await start({ timeout: '1', onTimeout: 'emit', outputs: 3 });
    send({ payload: VIDEO });
    const msg = await outputs[2]?.next();
    assert.equal(ozOf(msg ?? {})['resolution'], 'PROCESSING');
    assert.equal(msg?.payload, null);
    assert.equal(caught.messages.length, 0);
  });

  it('takes the wait time from the message first', async () => {
    outcome = undefined;
    const { send, caught } = await start({ timeout: 300 });
    send({ payload: VIDEO, timeout: 1 });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_WAIT_TIMEOUT');
  });

  it('counts in the status when several messages wait, and shows the seconds', async () => {
    outcome = undefined;
    const { send, out, statuses } = await start();
    for (let count = 0; count < 3; count += 1) send({ payload: VIDEO });
    await statuses.next((one) => /^blue\/ring\/waiting [1-9]\d* s \(3\)$/.test(statusOf(one)));
    for (const id of server.folders.keys()) server.finish(id);
    for (let count = 0; count < 3; count += 1) await out.next();
    await statuses.next((one) => statusOf(one).startsWith('green/dot/passed'));
  });

  it('waits for the analyses it is told, from a folder id or analysis ids anywhere', async () => {
    outcome = {};
    const chain = await start();
    chain.send({ payload: VIDEO });
    const { folderId, analyses } = ozOf(await chain.out.next());
    const [analysis] = analyses as Record<string, unknown>[];
    await unload();
    const { send, out } = await paletteRig(server.url, [
      { id: 'n1', type: 'oz-result', source: 'payload', sourceType: 'msg' },
    ]);
    for (const payload of [folderId, [analysis?.['analysisId']], { folderId, analyses }]) {
      send({ payload });
      assert.equal(ozOf(await out.next())['resolution'], 'SUCCESS');
    }
  });
});
