import { strict as assert } from 'node:assert';
import { NodeRed } from '../../tools/launch/nodeRed';
import { sandboxListens, turnAtSandboxPort } from '../support/sandboxPort';

const SANDBOX = '/oz-auth/sandbox';

describe('the local sandbox, started from the editor', function () {
  this.timeout(120_000);
  before(turnAtSandboxPort());

  it('listens when the answer comes, and ends with Node-RED', async () => {
    const nodeRed = await NodeRed.start();
    try {
      assert.deepEqual(await nodeRed.admin('GET', SANDBOX), { installed: true });
      assert.equal(await sandboxListens(), false, 'something else uses the port of the sandbox');
      const answers = await Promise.all([
        nodeRed.admin('POST', SANDBOX, {}),
        nodeRed.admin('POST', SANDBOX, {}),
      ]);
      assert.deepEqual(answers, [{ ok: true }, { ok: true }]);
      assert.equal(await sandboxListens(), true);
    } finally {
      await nodeRed.stop();
    }
    // A process that was told to end needs a moment for it; the test's own limit ends the wait.
    while (await sandboxListens()) await new Promise((resolve) => setImmediate(resolve));
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
      assert.equal(await sandboxListens(), false);
    } finally {
      await open.stop();
    }
  });
});
