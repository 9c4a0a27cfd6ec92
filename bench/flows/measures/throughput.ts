import { alternately, bothFlows, deploy, runJobs, type Outcome } from '../comparison';
import type { NodeRedMajor } from '../../../tools/launch/versions';
import type { Note } from '../figures';
import { NodeRedUnderTest } from '../nodeRedUnderTest';
import type { TimingServerProcess } from '../server/serverProcess';

const WARM_UP_JOBS = 300;

/** The hand-wired flow polls each second and so does no more than 32 jobs in that time; fewer are enough to see it. */
const POLLED_JOBS = 96;

/**
 * Jobs a second and processor time a job when the server finishes at once. Beside the hand-wired flow of all other
 * figures, which waits a second before it asks, stands one that asks first: that comparison is about work done, not
 * about a timer, and processor time is compared with it only.
 */
export async function measureThroughput(
  server: TimingServerProcess,
  options: { major: NodeRedMajor; rounds: number; jobs: number },
  note: Note,
): Promise<void> {
  const nodeRed = await NodeRedUnderTest.start({ major: options.major });
  const run = { inFlight: 32, bytes: 300_000, config: { times: { minMs: 0, maxMs: 0 } } } as const;
  const polled = { ...run, jobs: POLLED_JOBS };
  try {
    for (let round = 0; round < options.rounds; round++) {
      await deploy(nodeRed, server, bothFlows(server.url, { askFirst: true }));
      // Both warm: the figure is about a flow that runs all day.
      await alternately(round, (flow) => runJobs(nodeRed, server, flow, { ...run, jobs: WARM_UP_JOBS }));
      const { handWired, palette } = await alternately(round, (flow) =>
        runJobs(nodeRed, server, flow, { ...run, jobs: options.jobs }),
      );
      note('throughputAtOnce', { palette: jobsASecond(palette), other: jobsASecond(handWired) });
      note('cpu', { palette: cpuAJob(palette), other: cpuAJob(handWired) });

      await deploy(nodeRed, server, bothFlows(server.url));
      const polling = await runJobs(nodeRed, server, 'handWired', polled);
      note('throughput', { palette: jobsASecond(palette), other: jobsASecond(polling) });
    }
  } finally {
    await nodeRed.stop();
  }
}

function jobsASecond({ answer, jobs }: Outcome): number {
  return (jobs.length / answer.wallMs) * 1000;
}

function cpuAJob({ answer, jobs }: Outcome): number {
  return answer.cpuMs / jobs.length;
}
