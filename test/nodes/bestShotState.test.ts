import assert from 'node:assert/strict';
import type { Sandbox } from '../../tools/launch/sandbox';
import { startSandbox } from '../../tools/launch/sandbox';
import { sample } from '../support/samples';
import { OzServer } from '../support/ozServer';
import { CHAIN, ozOf, paletteRig, statusOf, VIDEO } from '../support/palette';
import { unload, type FlowNode, type Message, type Rig } from '../support/rig';

const withAnalyze = (more: Partial<FlowNode>): FlowNode[] =>
  CHAIN.map((node) => (node.type === 'oz-analyze' ? { ...node, ...more } : node));

describe('why there is no best shot', function () {
  let server: OzServer;
  let bestShot: boolean;
  beforeEach(async () => {
    bestShot = true;
    server = await OzServer.start({ outcome: () => ({ bestShot }) });
  });
  afterEach(async () => {
    await unload();
    await server.stop();
  });

  /** The message of one check, and the status that stays. */
  const check = async (
    chain: FlowNode[],
    bestShotGestures = '',
    msg: Message = { payload: VIDEO },
  ): Promise<[unknown, string]> => {
    const { send, out, statuses }: Rig = await paletteRig(server.url, chain, {
      server: { bestShotGestures },
    });
    send(msg);
    const state = ozOf(await out.next())['bestShotState'];
    const last = await statuses.next((one) => /^(green|yellow)/.test(statusOf(one)));
    return [state, statusOf(last).split('/')[2] ?? ''];
  };

  it('is nothing where there is one', async () => {
    assert.deepEqual(await check(CHAIN), ['given', 'passed · 0.01']);
  });

  it('is that none was ordered, with liveness or without', async () => {
    const expected = ['notOrdered', 'best shot off'];
    assert.deepEqual(await check(withAnalyze({ bestShot: false })), expected);
    await unload();
    assert.deepEqual(await check(withAnalyze({ liveness: false, biometry: true })), expected);
    await unload();
    assert.deepEqual(await check([{ id: 'n1', type: 'oz-check', bestShot: false }]), expected);
  });

  it('is nothing known where it was ordered and none came', async () => {
    bestShot = false;
    const expected = ['none', 'no best shot'];
    assert.deepEqual(await check(CHAIN), expected);
    await unload();
    assert.deepEqual(await check([{ id: 'n1', type: 'oz-check' }]), expected);
    await unload();
    assert.deepEqual(await check(CHAIN, 'smile, blank'), expected, 'this gesture is among those');
    await unload();
    const photo = { payload: VIDEO, oz: { tags: 'selfie-photo' } };
    assert.deepEqual(await check(CHAIN, 'smile', photo), expected, 'a photo has no gesture');
  });

  it('is the gesture where the server gives none for it', async () => {
    bestShot = false;
    const expected = ['notForGesture', 'no shot for gesture'];
    for (const gestures of ['smile', 'video_selfie_smile, LEFT']) {
      assert.deepEqual(await check(CHAIN, gestures), expected);
      await unload();
    }
    assert.deepEqual(await check([{ id: 'n1', type: 'oz-check' }], 'smile'), expected);
  });

  it('is left out while a check runs, and where nothing tells whether one was ordered', async () => {
    bestShot = false;
    const { send, out } = await paletteRig(server.url, CHAIN);
    send({ payload: VIDEO });
    const { folderId } = ozOf(await out.next());
    await unload();
    const later = await paletteRig(server.url, [{ id: 'n1', type: 'oz-result', source: 'payload' }]);
    later.send({ payload: folderId });
    assert.ok(!('bestShotState' in ozOf(await later.out.next())));
  });
});

describe('best shots for certain gestures only, as the sandbox has them', function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await startSandbox(0, ['--best-shot-gestures', 'smile']);
  });
  afterEach(() => unload());
  after(() => sandbox?.stop());

  for (const [gesture, state] of [
    ['blank', 'notForGesture'],
    ['smile', 'given'],
  ]) {
    it(`gesture ${gesture}: ${state}, also when the folder is read later`, async () => {
      const chain = [
        { id: 'n1', type: 'oz-check', gesture },
        { id: 'n2', type: 'oz-folder', action: 'get' },
      ];
      const { send, out } = await paletteRig(sandbox.url, chain, {
        server: { auth: 'sandbox', bestShotGestures: 'smile' },
        credentials: {},
      });
      send({ payload: await sample('astronaut-combined.mp4') });
      const msg = await out.next(undefined, 40_000);
      assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
      assert.equal(ozOf(msg)['bestShotState'], state);
      assert.equal(ozOf({ oz: msg.payload })['bestShotState'], state);
    });
  }
});
