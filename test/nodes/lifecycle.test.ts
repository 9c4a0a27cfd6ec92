import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { onAbort } from '../../client/abort';
import { ozError } from '../../client';
import type { Job } from '../../nodes/shared/job';
import { handleInput } from '../../nodes/shared/lifecycle';
import { ozOf } from '../../nodes/shared/message';
import { StatusLine } from '../../nodes/shared/statusLine';
import { takeReset } from '../../nodes/shared/reset';
import { helper } from '../support/helper';
import { LoopTime } from '../support/loopTime';
import { rig, unload, type Rig } from '../support/rig';

/** A node whose work each test writes itself. */
const probe =
  (work: (job: Job) => Promise<void>) =>
  (RED: NodeAPI): void => {
    RED.nodes.registerType('probe', function (this: Node, def: NodeDef) {
      RED.nodes.createNode(this, def);
      handleInput(RED, this, new StatusLine(RED, this, () => undefined), work, takeReset);
    });
  };

const start = (work: (job: Job) => Promise<void>): Promise<Rig> =>
  rig({ types: [probe(work)], chain: [{ id: 'n1', type: 'probe' }] });

/** A field that throws when it is read. */
const bite: PropertyDescriptor = {
  enumerable: true,
  get() {
    throw new RangeError('bitten');
  },
};
/** An object that throws when it is copied. */
const trap = (): object => ({ trap: Object.defineProperty({}, 'bite', bite) });

const errorOf = (msg: Record<string, unknown>): Record<string, unknown> => {
  assert.ok(typeof msg['error'] === 'object' && msg['error'] !== null, 'a Catch message has an error');
  return { ...msg['error'] };
};

describe('the way of a message through a node', () => {
  afterEach(unload);

  it('hands on the very message that came, with what others put there, and completes once', async () => {
    const req = { socket: {} };
    const { send, out, caught, completed } = await start(async ({ msg, send: emit }) => {
      msg.payload = 'done';
      emit(msg);
    });
    const msg = { _msgid: 'one', topic: 'mine', payload: 'raw', req };
    send(msg);
    const sent = await out.next();
    await completed.next();
    assert.equal(sent, msg, 'not a copy');
    assert.equal(sent['req'], req);
    assert.equal(sent['topic'], 'mine');
    assert.equal(completed.messages.length, 1);
    assert.equal(caught.messages.length, 0);
  });

  const failures: Record<string, (job: Job) => Promise<void>> = {
    'a synchronous throw': () => {
      throw ozError('waitTimeout', { seconds: 3 }, { stage: 'wait', secondsWaited: 3 });
    },
    'a rejection': () =>
      Promise.reject(ozError('waitTimeout', { seconds: 3 }, { stage: 'wait', secondsWaited: 3 })),
    'a rejection after a while': async () => {
      await new Promise(setImmediate);
      throw ozError('waitTimeout', { seconds: 3 }, { stage: 'wait', secondsWaited: 3 });
    },
  };
  for (const [name, work] of Object.entries(failures)) {
    it(`turns ${name} into one error at Catch, with code and cause, and no completion`, async () => {
      const { send, out, caught, completed, statuses } = await start(work);
      send({ payload: 'kept', topic: 'mine', oz: { folderId: 'f1' } });
      const msg = await caught.next();
      const error = errorOf(msg);
      assert.equal(error['code'], 'OZ_WAIT_TIMEOUT');
      assert.deepEqual(error['cause'], { stage: 'wait', secondsWaited: 3 });
      assert.equal(error['message'], ozError('waitTimeout', { seconds: 3 }).message, 'the bare sentence');
      assert.equal(msg['payload'], 'kept');
      assert.deepEqual(msg['oz'], { folderId: 'f1' });
      const { status } = await statuses.next();
      assert.deepEqual(status, {
        fill: 'red',
        shape: 'ring',
        text: 'waited too long',
        source: source(status),
      });
      assert.equal(caught.messages.length, 1);
      assert.equal(completed.messages.length, 0);
      assert.equal(out.messages.length, 0);
    });
  }

  it('says of an error that is not ours only what kind it is', async () => {
    const { send, caught } = await start(() => Promise.reject(new TypeError('secret-in-a-message')));
    send({ payload: 1 });
    const error = errorOf(await caught.next());
    assert.equal(error['code'], 'OZ_RESPONSE');
    assert.match(String(error['message']), /TypeError/);
    assert.doesNotMatch(JSON.stringify(error), /secret-in-a-message/);
  });

  it('tells how to find what was uploaded before anything unexpected happened', async () => {
    const { send, caught } = await start(({ uploading }) => {
      uploading({ uploadId: 'a-mark' });
      return Promise.reject(new TypeError('not ours'));
    });
    send({ payload: 1 });
    assert.deepEqual(errorOf(await caught.next())['cause'], { uploadId: 'a-mark' });
  });

  it('survives a rejection with nothing at all', async () => {
    // eslint-disable-next-line prefer-promise-reject-errors
    const { send, caught } = await start(() => Promise.reject());
    send({ payload: 1 });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_RESPONSE');
  });

  it('survives a message that Node-RED cannot copy for Catch, and closes', async () => {
    const { send, completed } = await start(({ msg }) =>
      msg.payload === 'fine' ? Promise.resolve() : Promise.reject(ozError('cancelled')),
    );
    send({ payload: 1, ...trap() });
    send({ payload: 'fine' });
    await completed.next();
    await helper.getNode('n1').close(false);
  });

  it('gives each its own results when one object is sent twice', async () => {
    let count = 0;
    const { send, out } = await start(async ({ msg, send: emit }) => {
      const folderId = `f${(count += 1)}`;
      ozOf(msg).folderId = folderId;
      await new Promise(setImmediate);
      emit(msg);
    });
    const msg = { topic: 'mine', oz: { mine: 1 } };
    send(msg);
    send(msg);
    const both = [await out.next(), await out.next()].map(({ topic, oz }) => [topic, oz]);
    assert.deepEqual(both, [
      ['mine', { mine: 1, folderId: 'f1' }],
      ['mine', { mine: 1, folderId: 'f2' }],
    ]);
  });

  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const unreadable: [name: string, msg: () => Record<string, unknown>][] = [
    ['a field that is read first', () => Object.defineProperty({}, 'reset', bite)],
    ['an object that does not tell its fields', () => ({ other: revoked() })],
  ];
  for (const [name, msg] of unreadable) {
    it(`survives ${name} and throws, and tells Catch`, async () => {
      const { send, caught } = await start(() => Promise.reject(ozError('cancelled')));
      send(Object.assign(msg(), { topic: 'mine' }));
      const failed = await caught.next();
      assert.match(String(errorOf(failed)['code']), /^OZ_/);
      assert.equal(failed['topic'], 'mine');
    });
  }

  it('leaves an error of whoever completes a message to Node-RED, and does not take it for one of its own', async () => {
    const { send, caught, statuses } = await start(() => Promise.resolve());
    let copies = 0;
    // Node-RED copies the message for the Complete node, which fails here, and once more for Catch.
    const get = (): number => {
      copies += 1;
      if (copies === 1) throw new RangeError('bitten');
      return copies;
    };
    send({ reset: true, other: Object.defineProperty({}, 'bite', { ...bite, get }) });
    const error = errorOf(await caught.next());
    assert.match(String(error['message']), /bitten/);
    assert.equal(error['code'], undefined);
    assert.equal(statuses.messages.length, 0);
  });

  it('tells Catch of an error when neither the log nor the status takes anything', async () => {
    const { send, caught, completed } = await start(({ msg }) =>
      msg.payload === 'fine' ? Promise.resolve() : Promise.reject(new TypeError('not ours')),
    );
    const node = helper.getNode('n1');
    const refuse = (): never => {
      throw new Error('EPIPE');
    };
    Object.assign(node, { debug: refuse, warn: refuse, status: refuse });
    send({ payload: 1 });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_RESPONSE');
    send({ payload: 'fine' });
    await completed.next();
    Object.assign(node, { status: () => {} });
  });

  it('sends nothing once the work has ended', async () => {
    const late: Job[] = [];
    const { send, out, completed } = await start(async (job) => {
      late.push(job);
      job.send(job.msg);
    });
    send({ payload: 1 });
    await completed.next();
    late[0]?.send({ payload: 'ghost' });
    late[0]?.stage('waiting');
    send({ payload: 2 });
    await completed.next();
    assert.deepEqual(
      out.messages.map(({ payload }) => payload),
      [1, 2],
    );
  });

  it('aborts what is under way when the node closes, within a second even when the work never ends', async () => {
    const jobs: Job[] = [];
    const { send, out, caught, completed } = await start((job) => {
      jobs.push(job);
      job.stage('waiting');
      return new Promise(() => {});
    });
    send({ payload: 1 });
    send({ payload: 2 });
    const time = new LoopTime();
    await helper.getNode('n1').close(false);
    const ms = time.end();
    assert.ok(ms < 1000, `closing took ${ms} ms`);
    assert.deepEqual(
      jobs.map(({ signal }) => signal.aborted),
      [true, true],
    );
    const codes = [await caught.next(), await caught.next()].map((msg) => errorOf(msg)['code']);
    assert.deepEqual(codes, ['OZ_CANCELLED', 'OZ_CANCELLED']);
    jobs[0]?.send({ payload: 'ghost' });
    assert.equal(out.messages.length, 0);
    assert.equal(completed.messages.length, 0);
  });

  it('clears its status when it closes', async () => {
    const { send, statuses } = await start((job) => {
      job.stage('waiting');
      return new Promise(() => {});
    });
    send({ payload: 1 });
    await statuses.next(({ status }) => textOf(status) === 'waiting 0 s');
    await helper.getNode('n1').close(false);
    await statuses.next(({ status }) => textOf(status) === undefined);
  });

  it('neither completes nor fails a message that goes on after the restart', async () => {
    const { send, caught, completed } = await start((job) => {
      job.keptForRestart(true);
      return new Promise(() => {});
    });
    send({ payload: 1 });
    await helper.getNode('n1').close(false);
    await new Promise(setImmediate);
    assert.equal(caught.messages.length, 0);
    assert.equal(completed.messages.length, 0);
  });

  it('gives a message that was on its way when a deploy closed the node to the one in its place', async () => {
    const { send, out, redeploy } = await start(async (job) => job.send(job.msg));
    const old = helper.getNode('n1');
    const change = redeploy('nodes', (node) => (node.id === 'n1' ? { ...node, name: 'changed' } : node));
    await new Promise<void>((resolve) => old.on('close', () => resolve()));
    old.receive({ topic: 'while it closes' });
    await change;
    await out.next(({ topic }) => topic === 'while it closes');
    old.receive({ topic: 'afterwards' });
    await out.next(({ topic }) => topic === 'afterwards');
    send({ topic: 'last' });
    await out.next(({ topic }) => topic === 'last');
    assert.equal(out.messages.length, 3);
  });

  it('cancels on msg.reset, all or those of one folder, and ends the resetting message', async () => {
    const { send, out, caught, completed } = await start(
      ({ signal }) => new Promise((_resolve, reject) => onAbort(signal, () => reject(ozError('cancelled')))),
    );
    for (const folderId of ['f1', 'f2', 'f3']) send({ oz: { folderId } });
    send({ reset: 'f2' });
    const first = await caught.next();
    assert.deepEqual(first['oz'], { folderId: 'f2' });
    assert.equal(errorOf(first)['code'], 'OZ_CANCELLED');
    send({ reset: true });
    const others = [await caught.next(), await caught.next()].map(({ oz }) => oz);
    assert.deepEqual(others, [{ folderId: 'f1' }, { folderId: 'f3' }]);
    await completed.next(({ reset }) => reset === true);
    assert.equal(out.messages.length, 0);
  });
});

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
const textOf = (status: unknown): unknown => fields(status)['text'];
/** The status node adds who it is about. */
const source = (status: unknown): unknown => fields(status)['source'];
