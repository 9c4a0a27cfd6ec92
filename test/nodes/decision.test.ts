import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRed } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { chainFlow } from '../support/chainFlow';
import { OzServer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { CHAIN, errorOf, ozOf, paletteRig, statusOf, VIDEO } from '../support/palette';
import { unload, type FlowNode, type Rig } from '../support/rig';

const DECIDING = 'blue/ring/awaiting operator';

describe('waiting for the decision of a person', function () {
  let server: OzServer;
  serverForEachTest((started) => (server = started), {
    outcome: () => ({ resolution: 'OPERATOR_REQUIRED' }),
  });

  const start = (more: Partial<FlowNode> = {}): Promise<Rig> =>
    paletteRig(
      server.url,
      CHAIN.map((node) =>
        node.type === 'oz-result' ? { ...node, decision: true, outputs: 3, ...more } : node,
      ),
      { outputs: 3 },
    );
  /** As the operator does it in the vendor's Web UI; the verdict changes with it. */
  const decide = (resolution: 'SUCCESS' | 'DECLINED'): string => {
    const [folder] = server.folders.values();
    for (const analysis of folder?.analyses ?? []) analysis.outcome = { resolution };
    return folder?.id ?? '';
  };

  for (const [resolution, port] of [
    ['SUCCESS', 0],
    ['DECLINED', 1],
  ] as const) {
    it(`sends ${resolution} by output ${port + 1} once a webhook tells of it, and once only`, async () => {
      const { send, outputs, caught, statuses } = await start();
      send({ payload: VIDEO });
      await statuses.next((msg) => statusOf(msg) === DECIDING);
      send({ payload: { folder_id: decide(resolution) } }, 'n3');
      const msg = (await outputs[port]?.next()) ?? {};
      assert.equal(ozOf(msg)['resolution'], resolution);
      assert.deepEqual(
        outputs.map(({ messages }) => messages.length),
        [0, 1, 2].map((index) => (index === port ? 1 : 0)),
      );
      assert.equal(caught.messages.length, 0);
    });
  }

  it('tells the decision and its comment where the server names them beside the verdict', async () => {
    const { send, outputs, statuses } = await start();
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg) === DECIDING);
    const [folder] = server.folders.values();
    for (const analysis of folder?.analyses ?? []) {
      analysis.outcome = {
        resolution: 'OPERATOR_REQUIRED',
        decision: { resolution: 'DECLINED', comment: 'another person' },
      };
    }
    send({ payload: { folder_id: folder?.id } }, 'n3');
    const msg = (await outputs[1]?.next()) ?? {};
    const [analysis] = ozOf(msg)['analyses'] as Record<string, unknown>[];
    assert.deepEqual(analysis?.['decision'], { resolution: 'DECLINED', comment: 'another person' });
  });

  it('goes on after a deploy, of all nodes and of the server alone', async () => {
    const { send, outputs, caught, statuses, redeploy } = await start({ resume: true });
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg) === DECIDING);
    for (const [id, name] of [
      ['n3', 'changed'],
      ['s1', 'changed too'],
    ]) {
      const shown = statuses.messages.length;
      await redeploy('nodes', (node) => (node.id === id ? { ...node, name } : node));
      await statuses.next((msg) => statuses.messages.indexOf(msg) >= shown && statusOf(msg) === DECIDING);
    }
    send({ payload: { folder_id: decide('SUCCESS') } }, 'n3');
    const msg = (await outputs[0]?.next()) ?? {};
    assert.equal(ozOf(msg)['resolution'], 'SUCCESS');
    assert.equal(ozOf(msg)['resumed'], true);
    assert.equal(caught.messages.length, 0);
  });

  it('needs no longer than without where nobody is asked, and does not wait unless told to', async () => {
    const { send, outputs } = await start({ decision: false });
    send({ payload: VIDEO });
    assert.equal(ozOf((await outputs[2]?.next()) ?? {})['resolution'], 'OPERATOR_REQUIRED');
    await unload();
    const passing = await OzServer.start();
    try {
      const other = await paletteRig(passing.url, [
        CHAIN[0],
        CHAIN[1],
        { id: 'n3', type: 'oz-result', decision: true },
      ] as FlowNode[]);
      other.send({ payload: VIDEO });
      assert.equal(ozOf(await other.out.next())['resolution'], 'SUCCESS');
    } finally {
      await unload();
      await passing.stop();
    }
  });

  it('is cancelled by a reset', async () => {
    const { send, caught, statuses } = await start({ resume: true });
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg) === DECIDING);
    send({ reset: true }, 'n3');
    assert.equal(errorOf(await caught.next())['code'], 'OZ_CANCELLED');
  });
});

describe('waiting for the decision of a person across kill -9', function () {
  this.timeout(120_000);

  it('sends the decision that was made meanwhile', async () => {
    const server = await OzServer.start({ outcome: () => ({ resolution: 'OPERATOR_REQUIRED' }) });
    const userDir = await mkdtemp(join(tmpdir(), 'oz-decision-'));
    const flow = chainFlow(server.url, {
      start: { props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }], topic: 'mine' },
      n3: { decision: true, resume: true },
    });
    try {
      const first = await NodeRed.start({ userDir });
      try {
        await first.deploy(flow);
        const events = await first.events();
        await first.inject('start');
        await events.status(({ id, text }) => id === 'n3' && text === 'awaiting operator');
      } finally {
        await first.kill();
      }
      const second = await NodeRed.start({ userDir });
      try {
        const events = await second.events();
        const [folder] = server.folders.values();
        for (const analysis of folder?.analyses ?? []) analysis.outcome = { resolution: 'SUCCESS' };
        const { value } = await events.debugMessage(({ id }) => id === 'shown');
        const msg = record(value);
        assert.equal(msg['topic'], 'mine');
        assert.equal(record(msg['oz'])['resolution'], 'SUCCESS');
        assert.equal(record(msg['oz'])['resumed'], true);
      } finally {
        await second.stop();
      }
    } finally {
      await server.stop();
      await rm(userDir, { recursive: true, force: true });
    }
  });
});
