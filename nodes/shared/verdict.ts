import { ozError, type CheckResult, type OzClient } from '../../client';
import type { Job } from './job';
import { ozOf, summary } from './message';
import type { BestShotState } from './oz';
import type { Options } from './options';
import type { RAW, RESULT } from './properties/groups';
import type { Config } from './settings';

type Emit = (typeof RESULT)['emit']['choices'][number];

/** How a node waits for a result, and what it sends. */
interface ResultOptions {
  limits: { timeoutMs: number; onTimeout: 'error' | 'emit' };
  emit: Emit;
  raw: boolean;
}

export function resultOptions(options: Options<typeof RESULT & typeof RAW>): ResultOptions {
  return {
    limits: {
      timeoutMs: options.timeout * 1000,
      onTimeout: options.onTimeout,
    },
    emit: options.emit,
    raw: options.raw,
  };
}

/** 1, or 3: passed, declined, needs review. Anything else counts as 1: the editor draws no other number. */
export const outputsOf = (config: Config): 1 | 3 => (Number(config['outputs']) === 3 ? 3 : 1);

/** What is sent, to which output, and what the status shows. */
interface Emission {
  emit: Emit;
  outputs: 1 | 3;
  /** False where the server makes no best shots at all, so that the lack of one is nothing to show. */
  bestShotPossible: boolean;
}

/**
 * Sets `msg.payload` as the dialog says and sends the message by the output of its verdict. A failed analysis is an error,
 * not a verdict: OZ_ANALYSIS_FAILED, with what is known left in `msg.oz`.
 */
export async function emitResult(
  job: Job,
  client: OzClient,
  result: CheckResult,
  { emit, outputs, bestShotPossible }: Emission,
): Promise<void> {
  const failed = result.analyses.find((analysis) => analysis.resolution === 'FAILED');
  if (failed !== undefined) {
    const { code, message } = failed.error ?? {};
    throw ozError(
      'analysisFailed',
      { analysis: failed.analysisId },
      {
        stage: 'wait',
        analysisId: failed.analysisId,
        folderId: result.folderId,
        ...(code === undefined ? {} : { apiCode: code }),
        ...(message === undefined ? {} : { apiMessage: message.slice(0, 200) }),
      },
    );
  }
  job.msg.payload = await payloadOf(job, client, result, emit);
  const scores = result.liveness.map(({ spoofing }) => spoofing);
  job.showVerdict({
    resolution: result.resolution,
    ...(scores.length > 0 && { spoofing: Math.max(...scores) }),
    ...(bestShotPossible &&
      emit !== 'result' && { bestShot: ozOf(job.msg).bestShotState ?? missing(result) }),
  });
  sendByOutput(job, portOf(result.resolution), outputs);
}

/** The state by the result alone, where the reason for a missing best shot is not known. */
const missing = ({ bestShots }: CheckResult): BestShotState => (bestShots.length > 0 ? 'given' : 'none');

/** Sends to the only output, or to one of three (counted from 0). */
export function sendByOutput(job: Job, port: number, outputs: 1 | 3): void {
  if (outputs === 1) job.send(job.msg);
  else job.send(Array.from({ length: outputs }, (_, index) => (index === port ? job.msg : null)));
}

/** `null` when there is no best shot, so that a switch node can tell it from one. */
async function payloadOf(job: Job, client: OzClient, result: CheckResult, emit: Emit): Promise<unknown> {
  const { bestShotState, bestShots = [] } = ozOf(job.msg);
  if (emit === 'result')
    return { ...summary(result), ...(bestShotState === undefined ? {} : { bestShotState }) };
  const [bestShot] = bestShots;
  if (bestShot === undefined) return null;
  if (emit === 'bestShotUrl') return bestShot.url;
  job.stage('downloading');
  const { data, contentType } = await client.download(bestShot.url, { signal: job.signal });
  bestShot.contentType = contentType;
  return data;
}

/** PROCESSING (the wait ended first) needs review as well. */
function portOf(resolution: CheckResult['resolution']): number {
  if (resolution === 'SUCCESS') return 0;
  return resolution === 'DECLINED' ? 1 : 2;
}
