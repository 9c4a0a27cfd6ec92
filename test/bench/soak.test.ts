import assert from 'node:assert/strict';
import { NodeRedUnderTest } from '../../bench/flows/nodeRedUnderTest';
import { paletteFlow } from '../../bench/flows/paletteFlow';
import { TimingServerProcess } from '../../bench/flows/server/serverProcess';
import { soak, SOAK_CHANNEL, SOAK_REQUEST_TIMEOUT_SECONDS } from '../../bench/flows/soak';

/** Enough for some thirty sessions' worth of calls and a hundred failures. */
const JOBS = 300;

describe('a short soak', function () {
  this.timeout(10 * 60_000);
  let server: TimingServerProcess;
  let nodeRed: NodeRedUnderTest;

  before(async () => {
    server = await TimingServerProcess.start();
    nodeRed = await NodeRedUnderTest.start();
    const auth = { timeout: SOAK_REQUEST_TIMEOUT_SECONDS, maxParallel: 32 };
    await nodeRed.deploy(paletteFlow({ channel: SOAK_CHANNEL, serverUrl: server.url, auth }));
  });
  after(async () => {
    await nodeRed.stop();
    server.stop();
  });

  it('brings every job out once, although a tenth of the calls fail and sessions are revoked', async () => {
    const report = await soak(nodeRed, server, { jobs: JOBS, every: JOBS, failureShare: 0.1 });
    const { lost, twice, mixedUp, unnamedFolders, failed } = report;
    assert.deepEqual(
      { lost, twice, mixedUp, unnamedFolders },
      { lost: [], twice: [], mixedUp: [], unnamedFolders: [] },
    );
    const errors = Object.values(failed).reduce((sum, count) => sum + count, 0);
    assert.ok(
      errors <= JOBS / 100,
      `at most one in a hundred ends in an error, not ${JSON.stringify(failed)}`,
    );
    assert.ok(report.struck > JOBS / 4, `${report.struck} failures struck`);
    assert.ok(report.revocations >= 2, `${report.revocations} revocations`);
  });
});
