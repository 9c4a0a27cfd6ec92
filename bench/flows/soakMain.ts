import { parseArgs } from 'node:util';
import { fail, nodeRedOption, numberOption } from '../options';
import { NodeRedUnderTest } from './nodeRedUnderTest';
import { paletteFlow } from './paletteFlow';
import { TimingServerProcess } from './server/serverProcess';
import { soak, SOAK_CHANNEL, SOAK_REQUEST_TIMEOUT_SECONDS, type SoakReport } from './soak';

const HELP = `npm run soak -- [--jobs 20000] [--failures 10] [--every 1000] [--node-red 4|5]

Sends jobs (upload, analyses, result) through the palette's flow in a real Node-RED, against a server that fails a share
of all calls and revokes every session now and then. Each job must come out exactly once. Needs Linux.

  --jobs N       how many
  --failures N   per cent of the calls that go wrong
  --every N      jobs between two measurements of memory and descriptors
  --node-red     which Node-RED: 4 or 5; by default 4

"in use" is heap and buffers after a forced garbage collection; a leak would make it grow.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      jobs: { type: 'string', default: '20000' },
      failures: { type: 'string', default: '10' },
      every: { type: 'string', default: '1000' },
      'node-red': { type: 'string', default: '4' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const jobs = numberOption('jobs', values.jobs, { min: 1 });
  const every = Math.min(numberOption('every', values.every, { min: 1 }), jobs);
  const failureShare = numberOption('failures', values.failures, { min: 0, max: 100, whole: false }) / 100;
  const major = nodeRedOption(values['node-red']);
  const server = await TimingServerProcess.start();
  const nodeRed = await NodeRedUnderTest.start({ major });
  try {
    await nodeRed.deploy(
      paletteFlow({
        channel: SOAK_CHANNEL,
        serverUrl: server.url,
        auth: { timeout: SOAK_REQUEST_TIMEOUT_SECONDS, maxParallel: 32 },
      }),
    );
    console.log('  jobs   seconds  in use, MB  resident MB  descriptors');
    const report = await soak(
      nodeRed,
      server,
      { jobs, every, failureShare },
      ({ jobs: done, seconds, heldBytes, residentBytes, descriptors }) =>
        console.log(
          [
            String(done).padStart(6),
            seconds.toFixed(0).padStart(9),
            (heldBytes / 2 ** 20).toFixed(1).padStart(11),
            (residentBytes / 2 ** 20).toFixed(0).padStart(12),
            String(descriptors).padStart(12),
          ].join(' '),
        ),
    );
    console.log(summary(jobs, report));
    const { lost, twice, mixedUp, unnamedFolders } = report;
    if (lost.length + twice.length + mixedUp.length + unnamedFolders.length > 0) process.exitCode = 1;
  } finally {
    await nodeRed.stop();
    server.stop();
  }
}

function summary(jobs: number, report: SoakReport): string {
  const failed = Object.values(report.failed).reduce((sum, count) => sum + count, 0);
  const codes = Object.entries(report.failed).map(([code, count]) => `${code} ${count}`);
  return [
    '',
    `${jobs} jobs, ${report.calls} calls, ${report.struck} of them failed by the server, ${report.revocations} revocations of all sessions`,
    `lost ${report.lost.length}, twice ${report.twice.length}, mixed up ${report.mixedUp.length}`,
    `ended in an error ${failed}${codes.length === 0 ? '' : ` (${codes.join(', ')})`}`,
    `folders that no message names ${report.unnamedFolders.length}`,
    ...report.unnamedFolders.map((folder) => JSON.stringify(folder)),
  ].join('\n');
}

main().catch(fail);
