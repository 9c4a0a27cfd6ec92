import {
  alternately,
  deploy,
  bothFlows,
  lateness,
  runJobs,
  type FlowName,
  type JobRun,
  type Outcome,
} from '../comparison';
import type { Note, Sample } from '../figures';
import type { NodeRedMajor } from '../../../tools/launch/versions';
import { NodeRedUnderTest } from '../nodeRedUnderTest';
import { paletteFlow } from '../paletteFlow';
import type { TimingServerConfig } from '../server/config';
import type { TimingServerProcess } from '../server/serverProcess';
import { mean, quantile } from 'simple-statistics';

const MEDIA_BYTES = 300_000;
const SPELLINGS = ['both', '5.x', '6.x'] as const;
const MANY: JobRun = { jobs: 200, inFlight: 200, bytes: MEDIA_BYTES };

interface WaitingOptions {
  major: NodeRedMajor;
  rounds: number;
  /** Jobs of the row "one at a time". */
  singleJobs: number;
  /** Also the jobs that arrive one after another. */
  spread: boolean;
}

/** How late results are seen and how often the server is asked: many jobs, one job, unfriendly servers, a webhook. */
export async function measureWaiting(
  server: TimingServerProcess,
  options: WaitingOptions,
  note: Note,
): Promise<void> {
  const nodeRed = await NodeRedUnderTest.start({ major: options.major });
  /** Deployed again, so that nothing learned in an earlier run helps. */
  const fresh = async (
    flow: FlowName,
    jobRun: JobRun,
    config: Partial<TimingServerConfig>,
  ): Promise<Outcome> => {
    await deploy(nodeRed, server, bothFlows(server.url));
    return runJobs(nodeRed, server, flow, { ...jobRun, config });
  };
  try {
    for (let round = 0; round < options.rounds; round++) {
      // Other times, verdicts and spellings in every round, the same ones for both flows.
      const varied = { seed: 1000 + round, spelling: SPELLINGS[round % SPELLINGS.length] ?? 'both' };
      const run = (jobRun: JobRun, config: Partial<TimingServerConfig> = {}) =>
        alternately(round, (flow) => fresh(flow, jobRun, { ...config, ...varied }));

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

      if (options.spread) {
        const spread = await run({ ...MANY, everyMs: 10 });
        note('spreadLateMean', compare(spread, lateMean));
        note('spreadRequests', compare(spread, requests));
      }

      // The hand-wired flow never asks for the list, so its figures are those of the run above.
      for (const [list, late, asked] of [
        ['ignores-filters', 'unfilteredLateMean', 'unfilteredRequests'],
        ['forbidden', 'forbiddenLateMean', 'forbiddenRequests'],
      ] as const) {
        const palette = await fresh('palette', MANY, { ...varied, list });
        note(late, compare({ handWired: many.handWired, palette }, lateMean));
        note(asked, compare({ handWired: many.handWired, palette }, requests));
      }

      await measureWebhook(nodeRed, server, round, note);
    }
  } finally {
    await nodeRed.stop();
  }
}

async function measureWebhook(
  nodeRed: NodeRedUnderTest,
  server: TimingServerProcess,
  round: number,
  note: Note,
): Promise<void> {
  const path = '/bench-hook';
  const webhook = { path, url: nodeRed.url + path };
  await deploy(nodeRed, server, paletteFlow({ channel: 'palette', serverUrl: server.url, webhook }));
  const palette = await runJobs(nodeRed, server, 'palette', { ...MANY, config: { seed: 1000 + round } });
  note('hookLateMean', { palette: lateMean(palette) });
  note('hookRequests', { palette: requests(palette) });
}

function compare(
  outcomes: { handWired: Outcome; palette: Outcome },
  of: (outcome: Outcome) => number,
): Sample {
  return { palette: of(outcomes.palette), other: of(outcomes.handWired) };
}

function lateMean({ jobs }: Outcome): number {
  return mean(lateness(jobs));
}

function requests({ report, jobs }: Outcome): number {
  return report.resultRequests / jobs.length;
}
