import { mean } from 'simple-statistics';
import type { NodeRedMajor } from '../../../tools/launch/versions';
import { alternately, deploy, lateness, runJobs, type FlowName, type JobRun } from '../comparison';
import type { FigureId, Note } from '../figures';
import { handWiredFlow } from '../handWired';
import { NodeRedUnderTest } from '../nodeRedUnderTest';
import { paletteFlow } from '../paletteFlow';
import type { TimingServerProcess } from '../server/serverProcess';

const MB = 1_000_000;
const TIMEOUT_MS = 300_000;
/** Small, so that the jobs are waiting and not uploading for most of the time. */
const MEDIA_BYTES = 20_000;

interface Cost {
  lateMs: number;
  requestsEach: number;
  cpuMsEach: number;
  kBEach: number;
  peakMB: number;
}

const PARTS = {
  Late: 'lateMs',
  Requests: 'requestsEach',
  Cpu: 'cpuMsEach',
  Memory: 'kBEach',
} as const satisfies Record<string, keyof Cost>;

/** What a job costs when hundreds and thousands of them come at once. */
export async function measureScale(
  server: TimingServerProcess,
  options: { major: NodeRedMajor; rounds: number },
  note: Note,
): Promise<void> {
  for (let round = 0; round < options.rounds; round++) {
    for (const jobs of [200, 2000] as const) {
      const { handWired, palette } = await alternately(round, (flow) =>
        cost(server, options.major, flow, jobs, round),
      );
      for (const [part, value] of partsOf(jobs))
        note(part, { palette: palette[value], other: handWired[value] });
      if (jobs === 2000) note('scale2000Peak', { palette: palette.peakMB, other: handWired.peakMB });
    }
    const palette = await cost(server, options.major, 'palette', 10_000, round);
    for (const [part, value] of partsOf(10_000)) note(part, { palette: palette[value] });
  }
}

const partsOf = (jobs: 200 | 2000 | 10_000): [FigureId, keyof Cost][] => [
  [`scale${jobs}Late`, PARTS.Late],
  [`scale${jobs}Requests`, PARTS.Requests],
  [`scale${jobs}Cpu`, PARTS.Cpu],
  [`scale${jobs}Memory`, PARTS.Memory],
];

/** In its own Node-RED, because memory that was once taken is not given back. */
async function cost(
  server: TimingServerProcess,
  major: NodeRedMajor,
  flow: FlowName,
  jobs: number,
  round: number,
): Promise<Cost> {
  const nodeRed = await NodeRedUnderTest.start({ major });
  try {
    const make = flow === 'handWired' ? handWiredFlow : paletteFlow;
    await deploy(nodeRed, server, make({ channel: flow, serverUrl: server.url }));
    const config = { seed: 1000 + round };
    const run: JobRun = { jobs, inFlight: jobs, bytes: MEDIA_BYTES, timeoutMs: TIMEOUT_MS, config };
    const done: { outcome?: Awaited<ReturnType<typeof runJobs>> } = {};
    const { idleBytes, peakBytes } = await nodeRed.memoryDuring(async () => {
      done.outcome = await runJobs(nodeRed, server, flow, run);
    });
    if (done.outcome === undefined) throw new Error('The run has no outcome.');
    const { answer, report } = done.outcome;
    return {
      lateMs: mean(lateness(done.outcome.jobs)),
      requestsEach: report.resultRequests / jobs,
      cpuMsEach: answer.cpuMs / jobs,
      kBEach: (peakBytes - idleBytes) / jobs / 1000,
      peakMB: peakBytes / MB,
    };
  } finally {
    await nodeRed.stop();
  }
}
