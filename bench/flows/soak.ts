import type { NodeRedUnderTest } from './nodeRedUnderTest';
import type { OutRecord } from './protocol';
import { CALL_FAILURES } from './server/failingCalls';
import { DEFAULT_CONFIG, type ServerReport } from './server/config';
import type { TimingServerProcess } from './server/serverProcess';

interface SoakOptions {
  jobs: number;
  /** Jobs between two looks at memory and descriptors. */
  every: number;
  /** Share of the calls that go wrong. */
  failureShare: number;
}

/** The totals after each stretch of jobs. */
interface SoakMark {
  jobs: number;
  /** What the process still holds after a garbage collection: heap and buffers. */
  heldBytes: number;
  residentBytes: number;
  descriptors: number;
  seconds: number;
}

export interface SoakReport {
  marks: SoakMark[];
  /** Jobs that never came out, and jobs that came out more than once. */
  lost: number[];
  twice: number[];
  /** Jobs that ended with another job's folder or verdict. */
  mixedUp: number[];
  /** Errors by code. */
  failed: Record<string, number>;
  /** Folders on the server that no message and no error names, and how their jobs ended. */
  unnamedFolders: { job: number; uploadId?: string | undefined; end: string }[];
  calls: number;
  struck: number;
  revocations: number;
}

const IN_FLIGHT = 128;
const MEDIA_BYTES = 50_000;
const REVOKE_EVERY_CALLS = 400;
export const SOAK_CHANNEL = 'palette';
/** Maximum time of each attempt of a request, so that a call that hangs does not hold up the run. */
export const SOAK_REQUEST_TIMEOUT_SECONDS = 3;

/** Sends jobs through the deployed palette flow against a server that fails now and then, and accounts for each. */
export async function soak(
  nodeRed: NodeRedUnderTest,
  server: TimingServerProcess,
  { jobs, every, failureShare }: SoakOptions,
  note: (mark: SoakMark) => void = () => {},
): Promise<SoakReport> {
  const report: SoakReport = {
    marks: [],
    lost: [],
    twice: [],
    mixedUp: [],
    failed: {},
    unnamedFolders: [],
    calls: 0,
    struck: 0,
    revocations: 0,
  };
  const startedAt = performance.now();
  // Of all stretches: a server that is late may make the folder of an upload in the next one.
  const named = new Set<string | undefined>();
  for (let first = 0; first < jobs; first += every) {
    const count = Math.min(every, jobs - first);
    await server.configure({
      ...DEFAULT_CONFIG,
      seed: DEFAULT_CONFIG.seed + first,
      olderFolders: 0,
      times: { minMs: 200, maxMs: 1000 },
      failures: { share: failureShare, revokeEvery: REVOKE_EVERY_CALLS },
    });
    const { records } = await nodeRed.run({
      channel: SOAK_CHANNEL,
      jobs: count,
      first,
      inFlight: IN_FLIGHT,
      media: { bytes: MEDIA_BYTES },
      everyMs: 0,
      timeoutMs: 120_000 + 1000 * count,
    });
    for (const { folderId, uploadId } of records) named.add(folderId).add(uploadId);
    account(report, { first, count }, records, named, await server.report());
    const seconds = (performance.now() - startedAt) / 1000;
    const heldBytes = await nodeRed.heldBytes();
    const mark = { jobs: first + count, heldBytes, ...(await nodeRed.resources()), seconds };
    report.marks.push(mark);
    note(mark);
  }
  return report;
}

function account(
  report: SoakReport,
  { first, count }: { first: number; count: number },
  records: readonly OutRecord[],
  named: ReadonlySet<string | undefined>,
  served: ServerReport,
): void {
  const outs = new Map<number, OutRecord[]>();
  for (const record of records) outs.set(record.job, [...(outs.get(record.job) ?? []), record]);
  const folders = new Map(served.jobs.map((folder) => [folder.folderId, folder]));
  for (let job = first; job < first + count; job += 1) {
    const [out, ...more] = outs.get(job) ?? [];
    if (out === undefined) report.lost.push(job);
    else if (more.length > 0) report.twice.push(job);
    else if (out.code !== undefined) report.failed[out.code] = (report.failed[out.code] ?? 0) + 1;
    else {
      const folder = folders.get(out.folderId ?? '');
      if (folder?.job !== job || folder.resolution !== out.resolution) report.mixedUp.push(job);
    }
  }
  for (const { job, folderId, uploadId } of served.jobs) {
    if (named.has(folderId) || (uploadId !== undefined && named.has(uploadId))) continue;
    const ends = outs.get(job)?.map(({ code, resolution }) => String(code ?? resolution)) ?? [];
    report.unnamedFolders.push({ job, uploadId, end: ends.join(', ') });
  }
  report.calls += served.calls;
  report.struck += CALL_FAILURES.reduce((sum, failure) => sum + served.struck[failure], 0);
  report.revocations += served.revocations;
}
