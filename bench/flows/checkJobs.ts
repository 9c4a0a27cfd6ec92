import type { OutRecord } from './protocol';
import type { ServedJob, ServerReport } from './server/config';

/** One job as the server and the flow saw it. */
export interface DeliveredJob {
  served: ServedJob;
  out: OutRecord;
}

/**
 * Pairs what the server did with what the flow delivered, and throws unless every job came out exactly once, without
 * an error, with its own verdict and its own best shot, after the server had finished it and with every byte uploaded.
 * A fast flow that is wrong has no figures.
 */
export function deliveredJobs(
  flow: string,
  expected: { first: number; jobs: number; bytes: number },
  records: readonly OutRecord[],
  report: Pick<ServerReport, 'jobs'>,
): DeliveredJob[] {
  const served = new Map(report.jobs.map((job) => [job.job, job]));
  const problems: string[] = [];
  const found: DeliveredJob[] = [];
  if (report.jobs.length !== expected.jobs) problems.push(`the server has ${report.jobs.length} folders`);
  for (let job = expected.first; job < expected.first + expected.jobs; job++) {
    const outs = records.filter((record) => record.job === job);
    const [out] = outs;
    const there = served.get(job);
    if (out === undefined || there === undefined || outs.length > 1) {
      problems.push(`job ${job} came out ${outs.length} times, ${there ? 'was' : 'was not'} on the server`);
      continue;
    }
    const problem = wrong(out, there, expected.bytes);
    if (problem !== undefined) problems.push(`job ${job}: ${problem}`);
    found.push({ served: there, out });
  }
  if (problems.length > 0) {
    throw new Error(
      `${flow}, ${expected.jobs} jobs: ${problems.slice(0, 5).join('; ')} (${problems.length} problems)`,
    );
  }
  return found;
}

function wrong(out: OutRecord, served: ServedJob, bytes: number): string | undefined {
  if (out.error !== undefined) return out.error;
  if (out.resolution !== served.resolution)
    return `verdict ${String(out.resolution)}, not ${served.resolution}`;
  if (typeof out.payload !== 'string' || !out.payload.includes(served.folderId)) {
    return `best shot ${String(out.payload)}`;
  }
  if (out.outAt < served.finishedAt) return 'out before it was finished';
  if (served.uploadedBytes < bytes) return `only ${served.uploadedBytes} bytes uploaded`;
  return undefined;
}
