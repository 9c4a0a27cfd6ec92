/** What is measured, in the order of the table, and the target for each. */

type Unit = 'ms' | 'requests' | 'kB' | 'MB' | 'MB/s' | 'jobs/s';

export interface Figure {
  title: string;
  unit: Unit;
  /** `ratio`: ours divided by the other's; `value`: ours alone. Without a target the row is for information. */
  target?: { of: 'ratio' | 'value'; atMost?: number; atLeast?: number };
  /** What stands in the column beside ours. */
  against: 'hand-wired' | 'curl -F' | '20 queued' | 'nothing';
}

const table = <Id extends string>(figures: Record<Id, Figure>): Record<Id, Figure> => figures;

export const FIGURES = table({
  manyLateMean: {
    title: 'lateness, mean, 200 jobs in flight',
    unit: 'ms',
    target: { of: 'ratio', atMost: 0.35 },
    against: 'hand-wired',
  },
  manyLateP95: { title: 'lateness, 95th percentile, same run', unit: 'ms', against: 'hand-wired' },
  manyRequests: {
    title: 'result requests a job, same run',
    unit: 'requests',
    target: { of: 'ratio', atMost: 0.25 },
    against: 'hand-wired',
  },
  spreadLateMean: {
    title: 'lateness, mean, 200 jobs that arrive within 2 s',
    unit: 'ms',
    target: { of: 'ratio', atMost: 0.35 },
    against: 'hand-wired',
  },
  spreadRequests: {
    title: 'result requests a job, same run',
    unit: 'requests',
    target: { of: 'ratio', atMost: 0.25 },
    against: 'hand-wired',
  },
  unfilteredLateMean: {
    title: 'lateness, mean, 200 jobs, server ignores the list filters',
    unit: 'ms',
    against: 'hand-wired',
  },
  unfilteredRequests: { title: 'result requests a job, same run', unit: 'requests', against: 'hand-wired' },
  forbiddenLateMean: {
    title: 'lateness, mean, 200 jobs, server forbids the list',
    unit: 'ms',
    against: 'hand-wired',
  },
  forbiddenRequests: { title: 'result requests a job, same run', unit: 'requests', against: 'hand-wired' },
  oneLateMean: {
    title: 'lateness, mean, one job at a time',
    unit: 'ms',
    target: { of: 'ratio', atMost: 0.6 },
    against: 'hand-wired',
  },
  oneRequests: {
    title: 'result requests a job, same run',
    unit: 'requests',
    target: { of: 'ratio', atMost: 1.5 },
    against: 'hand-wired',
  },
  hookLateMean: {
    title: 'lateness with a webhook, mean, 200 jobs in flight',
    unit: 'ms',
    target: { of: 'value', atMost: 30 },
    against: 'nothing',
  },
  hookRequests: {
    // A little more than one: until the first webhook has come, it is not known that they will.
    title: 'result requests a job with a webhook',
    unit: 'requests',
    target: { of: 'value', atMost: 1.1 },
    against: 'nothing',
  },
  scale200Late: { title: 'lateness, mean, 200 jobs at once', unit: 'ms', against: 'hand-wired' },
  scale200Requests: { title: 'result requests a job, same run', unit: 'requests', against: 'hand-wired' },
  scale200Cpu: { title: 'processor time a job, same run', unit: 'ms', against: 'hand-wired' },
  scale200Memory: { title: 'peak memory above idle a job, same run', unit: 'kB', against: 'hand-wired' },
  scale2000Late: {
    title: 'lateness, mean, 2,000 jobs at once',
    unit: 'ms',
    target: { of: 'ratio', atMost: 0.1 },
    against: 'hand-wired',
  },
  scale2000Requests: {
    title: 'result requests a job, same run',
    unit: 'requests',
    target: { of: 'ratio', atMost: 0.04 },
    against: 'hand-wired',
  },
  scale2000Cpu: { title: 'processor time a job, same run', unit: 'ms', against: 'hand-wired' },
  scale2000Memory: { title: 'peak memory above idle a job, same run', unit: 'kB', against: 'hand-wired' },
  scale2000Peak: {
    title: 'peak memory of Node-RED, same run',
    unit: 'MB',
    target: { of: 'value', atMost: 300 },
    against: 'hand-wired',
  },
  scale10000Late: { title: 'lateness, mean, 10,000 jobs at once', unit: 'ms', against: 'nothing' },
  scale10000Requests: { title: 'result requests a job, same run', unit: 'requests', against: 'nothing' },
  scale10000Cpu: { title: 'processor time a job, same run', unit: 'ms', against: 'nothing' },
  scale10000Memory: { title: 'peak memory above idle a job, same run', unit: 'kB', against: 'nothing' },
  memory300: {
    title: 'peak memory above idle, one 300 MB upload from disk',
    unit: 'MB',
    target: { of: 'value', atMost: 40 },
    against: 'hand-wired',
  },
  memory75: {
    title: 'the same, 75 MB',
    unit: 'MB',
    target: { of: 'value', atMost: 40 },
    against: 'hand-wired',
  },
  memory900: {
    title: 'the same, 900 MB',
    unit: 'MB',
    target: { of: 'value', atMost: 40 },
    against: 'nothing',
  },
  memoryQueue: {
    title: 'peak memory above idle, 200 uploads of 10 MB queued from disk',
    unit: 'MB',
    target: { of: 'ratio', atMost: 1.3 },
    against: '20 queued',
  },
  uploadSpeed: {
    title: 'upload of a 300 MB file on loopback',
    unit: 'MB/s',
    target: { of: 'ratio', atLeast: 0.5 },
    against: 'curl -F',
  },
  throughput: {
    title: 'jobs a second, server answering at once, 32 in flight',
    unit: 'jobs/s',
    target: { of: 'ratio', atLeast: 2 },
    against: 'hand-wired',
  },
  throughputAtOnce: {
    title: 'the same, beside a hand-wired flow that asks before it waits',
    unit: 'jobs/s',
    against: 'hand-wired',
  },
  cpu: {
    title: 'processor time a job, same run',
    unit: 'ms',
    target: { of: 'ratio', atMost: 0.75 },
    against: 'hand-wired',
  },
  loadTime: {
    title: 'load time of all nodes of the palette in Node-RED',
    unit: 'ms',
    target: { of: 'value', atMost: 60 },
    against: 'nothing',
  },
  installedSize: {
    title: 'installed size with dependencies',
    unit: 'MB',
    target: { of: 'value', atMost: 6 },
    against: 'nothing',
  },
});

export type FigureId = keyof typeof FIGURES;

/** One measurement of one figure. `other` is the hand-wired flow or curl, measured in the same run. */
export interface Sample {
  ours: number;
  other?: number;
}
