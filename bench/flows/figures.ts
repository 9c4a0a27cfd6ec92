/** What is measured, in the order of the table, and the target for each. */

type Unit = 'ms' | 'requests' | 'kB' | 'MB' | 'MB/s' | 'jobs/s';

interface Target {
  /** `ratio`: the palette's figure divided by the other one; `value`: the palette's alone. */
  of: 'ratio' | 'value';
  atMost?: number;
  atLeast?: number;
}

export interface Figure {
  title: string;
  unit: Unit;
  /** Without a target the row is for information. */
  target?: Target;
  /** What stands in the column beside the palette's. */
  against: 'hand-wired' | 'curl -F' | '20 queued' | 'nothing';
}

const figure = (
  title: string,
  unit: Unit,
  against: Figure['against'] = 'hand-wired',
  target?: Target,
): Figure => ({ title, unit, against, ...(target && { target }) });

const ratioAtMost = (atMost: number): Target => ({ of: 'ratio', atMost });
const ratioAtLeast = (atLeast: number): Target => ({ of: 'ratio', atLeast });
const atMost = (most: number): Target => ({ of: 'value', atMost: most });

/** Mean time from the end of an analysis to its message leaving the flow. */
const lateness = (when: string, target?: Target): Figure =>
  figure(`lateness, mean, ${when}`, 'ms', 'hand-wired', target);

const requestsSameRun = (target?: Target): Figure =>
  figure('result requests a job, same run', 'requests', 'hand-wired', target);

type ScaleRow<Jobs extends number> = `scale${Jobs}${'Late' | 'Requests' | 'Cpu' | 'Memory'}`;

/** What a job costs when this many come at once. */
const scale = <Jobs extends number>(
  jobs: Jobs,
  against: Figure['against'],
  targets: { late?: Target; requests?: Target } = {},
): Record<ScaleRow<Jobs>, Figure> => {
  const title = `lateness, mean, ${jobs.toLocaleString('en-US')} jobs at once`;
  return {
    [`scale${jobs}Late`]: figure(title, 'ms', against, targets.late),
    [`scale${jobs}Requests`]: figure(
      'result requests a job, same run',
      'requests',
      against,
      targets.requests,
    ),
    [`scale${jobs}Cpu`]: figure('processor time a job, same run', 'ms', against),
    [`scale${jobs}Memory`]: figure('peak memory above idle a job, same run', 'kB', against),
  } as Record<ScaleRow<Jobs>, Figure>;
};

const table = <Id extends string>(figures: Record<Id, Figure>): Record<Id, Figure> => figures;

export const FIGURES = table({
  manyLateMean: lateness('200 jobs in flight', ratioAtMost(0.35)),
  manyLateP95: figure('lateness, 95th percentile, same run', 'ms'),
  manyRequests: requestsSameRun(ratioAtMost(0.25)),
  spreadLateMean: lateness('200 jobs that arrive within 2 s', ratioAtMost(0.35)),
  spreadRequests: requestsSameRun(ratioAtMost(0.25)),
  unfilteredLateMean: lateness('200 jobs, server ignores the list filters'),
  unfilteredRequests: requestsSameRun(),
  forbiddenLateMean: lateness('200 jobs, server forbids the list'),
  forbiddenRequests: requestsSameRun(),
  oneLateMean: lateness('one job at a time', ratioAtMost(0.6)),
  oneRequests: requestsSameRun(ratioAtMost(1.5)),
  hookLateMean: figure('lateness with a webhook, mean, 200 jobs in flight', 'ms', 'nothing', atMost(30)),
  // A little more than one: webhooks are not relied on before the first one has come.
  hookRequests: figure('result requests a job with a webhook', 'requests', 'nothing', atMost(1.1)),
  ...scale(200, 'hand-wired'),
  ...scale(2000, 'hand-wired', { late: ratioAtMost(0.1), requests: ratioAtMost(0.04) }),
  scale2000Peak: figure('peak memory of Node-RED, same run', 'MB', 'hand-wired', atMost(300)),
  ...scale(10_000, 'nothing'),
  memory300: figure('peak memory above idle, one 300 MB upload from disk', 'MB', 'hand-wired', atMost(40)),
  memory75: figure('the same, 75 MB', 'MB', 'hand-wired', atMost(40)),
  memory900: figure('the same, 900 MB', 'MB', 'nothing', atMost(40)),
  memoryQueue: figure(
    'peak memory above idle, 200 uploads of 10 MB queued from disk',
    'MB',
    '20 queued',
    ratioAtMost(1.3),
  ),
  uploadSpeed: figure('upload of a 300 MB file on loopback', 'MB/s', 'curl -F', ratioAtLeast(0.5)),
  throughput: figure(
    'jobs a second, server answering at once, 32 in flight',
    'jobs/s',
    'hand-wired',
    ratioAtLeast(2),
  ),
  throughputAtOnce: figure('the same, beside a hand-wired flow that asks before it waits', 'jobs/s'),
  cpu: figure('processor time a job, same run', 'ms', 'hand-wired', ratioAtMost(0.75)),
  loadTime: figure('load time of all nodes of the palette in Node-RED', 'ms', 'nothing', atMost(60)),
  installedSize: figure('installed size with dependencies', 'MB', 'nothing', atMost(6)),
});

export type FigureId = keyof typeof FIGURES;

/** One measurement of one figure. `other` is the hand-wired flow or curl, measured in the same run. */
export interface Sample {
  palette: number;
  other?: number;
}

/** Adds a measurement to the table. */
export type Note = (id: FigureId, sample: Sample) => void;
