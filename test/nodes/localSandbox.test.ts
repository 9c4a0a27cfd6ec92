import { strict as assert } from 'node:assert';
import { connect } from 'node:net';
import { NodeRed } from '../../tools/launch/nodeRed';

/** Whether something listens where the sandbox does. */
const listening = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(7700, '127.0.0.1');
    socket
      .once('error', () => resolve(false))
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      });
  });

const SANDBOX = '/oz-auth/sandbox';

describe('the local sandbox, started from the editor', function () {
  this.timeout(120_000);

  it('listens when the answer comes, and ends with Node-RED', async () => {
    const nodeRed = await NodeRed.start();
    try {
      assert.deepEqual(await nodeRed.admin('GET', SANDBOX), { installed: true });
      assert.equal(await listening(), false, 'something else uses the port of the sandbox');
      const answers = await Promise.all([
        nodeRed.admin('POST', SANDBOX, {}),
        nodeRed.admin('POST', SANDBOX, {}),
      ]);
      assert.deepEqual(answers, [{ ok: true }, { ok: true }]);
      assert.equal(await listening(), true);
    } finally {
      await nodeRed.stop();
    }
    // A process that was told to end needs a moment for it; the test's own limit ends the wait.
    while (await listening()) await new Promise((resolve) => setImmediate(resolve));
  });

  it('is started by no form of another site, and by nobody who may only read', async () => {
    const settings = {
      adminAuth: { type: 'credentials', users: [], default: { permissions: 'read' } },
    };
    const nodeRed = await NodeRed.start({ settings });
    try {
      await assert.rejects(nodeRed.admin('GET', SANDBOX), /401/);
      await assert.rejects(nodeRed.admin('POST', SANDBOX, {}), /401/);
    } finally {
      await nodeRed.stop();
    }
    const open = await NodeRed.start();
    try {
      const form = { 'content-type': 'text/plain' };
      await assert.rejects(open.admin('POST', SANDBOX, {}, form), /415/);
      assert.equal(await listening(), false);
    } finally {
      await open.stop();
    }
  });
});
