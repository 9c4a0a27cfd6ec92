import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { deploy, runJobs } from '../../bench/flows/comparison';
import { NodeRedUnderTest } from '../../bench/flows/nodeRedUnderTest';
import { paletteFlow } from '../../bench/flows/paletteFlow';
import { TimingServerProcess } from '../../bench/flows/server/serverProcess';

const JOBS = 5000;
const PARALLEL = 8;

describe('5,000 messages at once', function () {
  this.timeout(5 * 60_000);
  let server: TimingServerProcess;
  let nodeRed: NodeRedUnderTest;

  before(async () => {
    server = await TimingServerProcess.start();
    nodeRed = await NodeRedUnderTest.start();
    const auth = { maxParallel: PARALLEL };
    await deploy(nodeRed, server, paletteFlow({ channel: 'palette', serverUrl: server.url, auth }));
  });
  after(async () => {
    await nodeRed.stop();
    server.stop();
  });

  it('come out once each, keep to the parallel requests, and the editor is answered meanwhile', async () => {
    const state = { running: true };
    const run = runJobs(nodeRed, server, 'palette', {
      jobs: JOBS,
      inFlight: JOBS,
      bytes: 2000,
      timeoutMs: 240_000,
    }).finally(() => {
      state.running = false;
    });
    let answers = 0;
    while (state.running) {
      assert.equal(await statusOf(`${nodeRed.url}/flows`), 200);
      if (state.running) answers += 1;
    }
    const { jobs, report } = await run;
    assert.equal(jobs.length, JOBS);
    assert.ok(report.mostAtOnce <= PARALLEL, `${report.mostAtOnce} requests at once`);
    assert.ok(answers > 10, `${answers} answers`);
  });
});

/** On a connection of its own, as Node-RED may end an idle one at any time. */
async function statusOf(url: string): Promise<number | undefined> {
  const request = get(url, { agent: false });
  const [answer]: IncomingMessage[] = await once(request, 'response');
  answer?.resume();
  return answer?.statusCode;
}
