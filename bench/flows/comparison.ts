import { handWiredFlow } from './handWired';
import { deliveredJobs, type DeliveredJob } from './checkJobs';
import type { NodeRedUnderTest } from './nodeRedUnderTest';
import { paletteFlow } from './paletteFlow';
import type { RunAnswer, RunRequest } from './protocol';
import { DEFAULT_CONFIG, type ServerReport, type TimingServerConfig } from './server/config';
import type { TimingServerProcess } from './server/serverProcess';
import type { FlowNode } from '../../tools/launch/nodeRed';

export type FlowName = 'handWired' | 'palette';

export interface Outcome {
  answer: RunAnswer;
  report: ServerReport;
  jobs: DeliveredJob[];
}

export interface JobRun {
  jobs: number;
  inFlight: number;
  bytes: number;
  everyMs?: number;
  timeoutMs?: number;
  config?: Partial<TimingServerConfig>;
}

const TIMEOUT_MS = 120_000;

/** Both flows of a comparison, as they stand beside each other in one Node-RED. */
export function bothFlows(
  serverUrl: string,
  options: {
    askFirst?: boolean;
    fromDisk?: boolean;
    uploadOnly?: boolean;
    auth?: Record<string, unknown>;
  } = {},
): FlowNode[] {
  return [
    ...handWiredFlow({ channel: 'handWired', serverUrl, ...options }),
    ...paletteFlow({ channel: 'palette', serverUrl, ...options }),
  ];
}

/** Deploys and waits until the hand-wired flow, if there is one, has signed in; the palette signs in by itself. */
export async function deploy(
  nodeRed: NodeRedUnderTest,
  server: TimingServerProcess,
  flows: FlowNode[],
): Promise<void> {
  await server.configure(DEFAULT_CONFIG);
  await nodeRed.deploy(flows);
  if (!flows.some((node) => node.id === 'handWired-sign-in')) return;
  for (let tries = 0; (await server.report()).signIns === 0; tries++) {
    if (tries > 100) throw new Error('The hand-wired flow did not sign in.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Sends jobs with buffers through one of the flows against a fresh account, and checks every one of them. */
export async function runJobs(
  nodeRed: NodeRedUnderTest,
  server: TimingServerProcess,
  flow: FlowName,
  run: JobRun,
): Promise<Outcome> {
  await server.configure({ ...DEFAULT_CONFIG, ...run.config });
  const request: RunRequest = {
    channel: flow,
    jobs: run.jobs,
    first: 0,
    inFlight: run.inFlight,
    media: { bytes: run.bytes },
    everyMs: run.everyMs ?? 0,
    timeoutMs: run.timeoutMs ?? TIMEOUT_MS,
  };
  const answer = await nodeRed.run(request);
  const report = await server.report();
  return { answer, report, jobs: deliveredJobs(flow, { first: 0, ...run }, answer.records, report) };
}

/** Milliseconds between the end of each analysis on the server and its message leaving the flow. */
export function lateness(jobs: readonly DeliveredJob[]): number[] {
  return jobs.map(({ served, out }) => out.outAt - served.finishedAt);
}

/** Runs `measure` for both flows, the first one changing from run to run so that neither always finds it warm. */
export async function alternately<T>(
  round: number,
  measure: (flow: FlowName) => Promise<T>,
): Promise<Record<FlowName, T>> {
  if (round % 2 === 0) {
    const handWired = await measure('handWired');
    return { handWired, palette: await measure('palette') };
  }
  const palette = await measure('palette');
  return { handWired: await measure('handWired'), palette };
}
