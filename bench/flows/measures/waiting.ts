import { alternately, deploy, bothFlows, lateness, runJobs, type JobRun, type Outcome } from '../bench';
import type { FigureId, Sample } from '../figures';
import { NodeRedUnderTest } from '../nodeRedUnderTest';
import { paletteFlow } from '../paletteFlow';
import type { TimingServerConfig } from '../server/config';
import type { TimingServerHandle } from '../server/handle';
import { mean, quantile } from '../statistics';

const MEDIA_BYTES = 300_000;
const MANY: JobRun = { jobs: 200, inFlight: 200, bytes: MEDIA_BYTES };

export type Note = (id: FigureId, sample: Sample) => void;

export interface WaitingOptions {
  rounds: number;
  /** Jobs of the row "one at a time". */
  singleJobs: number;
  /** Also the long-tailed times, which take a while. */
  longTail: boolean;
}

/** How late results are seen and how often the server is asked: many jobs, one job, unfriendly servers, a webhook. */
export async function measureWaiting(
  server: TimingServerHandle,
  options: WaitingOptions,
  note: Note,
): Promise<void> {
  const nodeRed = await NodeRedUnderTest.start();
  try {
    for (let round = 0; round < options.rounds; round++) {
      await deploy(nodeRed, server, bothFlows(server.url));
      const run = (jobRun: JobRun, config: Partial<TimingServerConfig> = {}) =>
        alternately(round, (flow) =>
          runJobs(nodeRed, server, flow, { ...jobRun, config: { ...config, seed: 1000 + round } }),
        );

      const one = await run({ jobs: options.singleJobs, inFlight: 1, bytes: MEDIA_BYTES });
      note('oneLateMean', compare(one, lateMean));
      note('oneRequests', compare(one, requests));

      const many = await run(MANY);
      note('manyLateMean', compare(many, lateMean));
      note(
        'manyLateP95',
        compare(many, ({ jobs }) => quantile(lateness(jobs), 0.95)),
      );
      note('manyRequests', compare(many, requests));

      if (options.longTail) {
        const tail = await run(MANY, { times: { kind: 'log-normal', medianMs: 2500, sigma: 0.7 } });
        note('tailLateMean', compare(tail, lateMean));
        note('tailRequests', compare(tail, requests));
      }

      // The hand-wired flow never asks for the list, so its figures are those of the run above.
      for (const [list, late, asked] of [
        ['ignores-filters', 'unfilteredLateMean', 'unfilteredRequests'],
        ['forbidden', 'forbiddenLateMean', 'forbiddenRequests'],
      ] as const) {
        await deploy(nodeRed, server, bothFlows(server.url));
        const config = { list, seed: 1000 + round };
        const ours = await runJobs(nodeRed, server, 'ours', { ...MANY, config });
        note(late, compare({ hand: many.hand, ours }, lateMean));
        note(asked, compare({ hand: many.hand, ours }, requests));
      }

      await measureWebhook(nodeRed, server, round, note);
    }
  } finally {
    await nodeRed.stop();
  }
}

async function measureWebhook(
  nodeRed: NodeRedUnderTest,
  server: TimingServerHandle,
  round: number,
  note: Note,
): Promise<void> {
  const path = '/bench-hook';
  const webhook = { path, url: nodeRed.url + path };
  await deploy(nodeRed, server, paletteFlow({ channel: 'ours', serverUrl: server.url, webhook }));
  const ours = await runJobs(nodeRed, server, 'ours', { ...MANY, config: { seed: 1000 + round } });
  note('hookLateMean', { ours: lateMean(ours) });
  note('hookRequests', { ours: requests(ours) });
}

function compare(outcomes: { hand: Outcome; ours: Outcome }, of: (outcome: Outcome) => number): Sample {
  return { ours: of(outcomes.ours), other: of(outcomes.hand) };
}

function lateMean({ jobs }: Outcome): number {
  return mean(lateness(jobs));
}

function requests({ report, jobs }: Outcome): number {
  return report.resultRequests / jobs.length;
}
