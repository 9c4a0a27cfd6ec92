import { alternately, bothFlows, deploy, runJobs, type Outcome } from '../bench';
import type { NodeRedMajor } from '../../../test/support/versions';
import { NodeRedUnderTest } from '../nodeRedUnderTest';
import type { TimingServerHandle } from '../server/handle';
import type { Note } from './waiting';

const WARM_UP_JOBS = 100;

/**
 * Jobs a second and processor time a job when the server finishes at once. The hand-wired flow asks at once here
 * instead of waiting a second first: the comparison is about work done, not about its timer.
 */
export async function measureThroughput(
  server: TimingServerHandle,
  options: { major: NodeRedMajor; rounds: number; jobs: number },
  note: Note,
): Promise<void> {
  const nodeRed = await NodeRedUnderTest.start({ major: options.major });
  const run = { inFlight: 32, bytes: 300_000, config: { times: { kind: 'at-once' } } } as const;
  try {
    await deploy(nodeRed, server, bothFlows(server.url, { askFirst: true }));
    await alternately(0, (flow) => runJobs(nodeRed, server, flow, { ...run, jobs: WARM_UP_JOBS }));
    for (let round = 0; round < options.rounds; round++) {
      const { hand, ours } = await alternately(round, (flow) =>
        runJobs(nodeRed, server, flow, { ...run, jobs: options.jobs }),
      );
      note('throughput', { ours: jobsASecond(ours), other: jobsASecond(hand) });
      note('cpu', { ours: cpuAJob(ours), other: cpuAJob(hand) });
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
