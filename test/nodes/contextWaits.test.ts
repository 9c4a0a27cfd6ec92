import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { stub, useFakeTimers } from 'sinon';
import { ContextWaits } from '../../nodes/oz-result/contextWaits';
import { LEASE_MS, thisProcess } from '../../nodes/oz-result/processIdentity';
import { record } from '../../tools/launch/values';
import { helper } from '../support/helper';
import { rig, unload } from '../support/rig';

const keeper = (RED: NodeAPI): void => {
  RED.nodes.registerType('keeper', function (this: Node, def: NodeDef) {
    RED.nodes.createNode(this, def);
  });
};

type Wait = NonNullable<Parameters<ContextWaits['put']>[1]>;

const wait = (folderId: string): Wait => ({
  msg: { topic: folderId },
  target: { folderId },
  origin: 'flow',
  deadline: 4e12,
});

describe('waits in a context store that several instances share', () => {
  let node: Node;
  beforeEach(async () => {
    await rig({ types: [keeper], chain: [{ id: 'n1', type: 'keeper' }] });
    node = helper.getNode('n1');
  });
  afterEach(unload);

  /** What another instance with the same store has written into it. */
  const written = (owner: { host?: string; pid?: number; renewedAt?: number }): void => {
    const run = { host: thisProcess.host, pid: process.ppid, run: 'other', renewedAt: Date.now(), ...owner };
    node.context().set('waiting', { theirs: { wait: wait('f1'), run: 'other' } });
    node.context().set('runs', { other: run });
  };
  const found = (): Promise<Record<string, unknown>> => new ContextWaits(node, undefined).all();

  async function gonePid(): Promise<number> {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'close');
    return child.pid ?? 0;
  }

  it('are there until they are over', async () => {
    const waits = new ContextWaits(node, undefined);
    await waits.put('a', wait('f1'));
    await waits.put('b', wait('f2'));
    assert.deepEqual(await waits.all(), { a: wait('f1'), b: wait('f2') });
    await waits.put('a', undefined);
    assert.deepEqual(await waits.all(), { b: wait('f2') });
  });

  it('stay with an instance that runs, here or on another machine', async () => {
    written({});
    assert.deepEqual(await found(), {});
    written({ host: 'elsewhere', pid: 1, renewedAt: Date.now() - LEASE_MS / 2 });
    assert.deepEqual(await found(), {});
  });

  it('go to another one when theirs is gone from this machine, and to one only', async () => {
    written({ pid: await gonePid() });
    assert.deepEqual(await found(), { theirs: wait('f1') });
    const { waiting, runs } = { waiting: node.context().get('waiting'), runs: node.context().get('runs') };
    assert.deepEqual(waiting, { theirs: { wait: wait('f1'), run: thisProcess.run } });
    assert.deepEqual(runs, {});
  });

  it('go to another one when an instance elsewhere has not shown itself for its lease', async () => {
    const clock = stub(performance, 'now');
    try {
      // Also when this machine's clock was set back since.
      for (const late of [LEASE_MS + 1000, -86_400_000]) {
        clock.returns(0);
        written({ host: 'elsewhere', pid: 1, renewedAt: Date.now() - late });
        assert.deepEqual(await found(), {});
        clock.returns(LEASE_MS / 2);
        assert.deepEqual(await found(), { theirs: wait('f1') });
      }
    } finally {
      clock.restore();
    }
  });

  it('stay with an instance that only seems late, as after this machine slept', async () => {
    const clock = stub(performance, 'now').returns(0);
    try {
      for (const [late, at] of [
        [LEASE_MS * 10, 0],
        [0, LEASE_MS / 2],
        [LEASE_MS * 20, LEASE_MS],
        [-LEASE_MS * 20, (3 * LEASE_MS) / 2],
      ] as const) {
        clock.returns(at);
        written({ renewedAt: Date.now() - late });
        assert.deepEqual(await found(), {});
      }
    } finally {
      clock.restore();
    }
  });

  it('are given up when the store never answers', async () => {
    const silent = { get: () => undefined, set: () => undefined };
    const context = stub(node, 'context').returns(silent as never);
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const waits = new ContextWaits(node, 'far');
      const both = Promise.allSettled([waits.put('a', wait('f1')), waits.all()]);
      await clock.tickAsync(10_000);
      for (const one of await both) {
        assert.equal(one.status, 'rejected');
        assert.equal(record(one.reason)['code'], 'ETIMEDOUT');
      }
    } finally {
      clock.restore();
      context.restore();
    }
  });

  it('are not given up when the process was stopped, and the store answered meanwhile', async () => {
    const answers: ((error: null) => void)[] = [];
    const late = { get: () => undefined, set: (...args: unknown[]) => answers.push(args[3] as never) };
    const context = stub(node, 'context').returns(late as never);
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'performance'] });
    try {
      const put = new ContextWaits(node, 'far').put('a', wait('f1'));
      for (let asked = 1; asked <= 2; asked += 1) {
        clock.jump(120_000);
        answers.shift()?.(null);
        await clock.tickAsync(0);
      }
      await put;
    } finally {
      clock.restore();
      context.restore();
    }
  });

  it('are found although something else stands in the store', async () => {
    node.context().set('waiting', {
      broken: 'text',
      half: { run: 'other' },
      theirs: { wait: wait('f1'), run: 'nobody' },
    });
    node.context().set('runs', { nobody: 7 });
    assert.deepEqual(await found(), { theirs: wait('f1') });
  });
});
