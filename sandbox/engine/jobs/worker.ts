import { analyzeFile } from '../analyze';
import { loadFaceModels, type FaceModels } from '../face';
import { LIMITS } from '../limits';
import type { Decoder } from '../media/decoder/decoder';
import { pickDecoder } from '../media/decoder/pick';
import { EngineError } from '../types';
import type { ChildNote, Job, Outcome } from './messages';

let models: Promise<FaceModels> | undefined;

/** Works on one job; the pool calls this in a thread of its own, one job after the other. */
export default async function work(job: Job): Promise<Outcome> {
  const stop = new AbortController();
  const { port } = job;
  port.on('message', () => stop.abort(new EngineError('cancelled', 'The job was cancelled.')));
  const late = setTimeout(
    () => stop.abort(new EngineError('timeout', `The job took longer than ${LIMITS.jobMs / 1000} s.`)),
    LIMITS.jobMs,
  );
  try {
    models ??= loadFaceModels();
    const onChild = (pid: number, alive: boolean): void =>
      port.postMessage({ pid, alive } satisfies ChildNote);
    const decoder = (): Decoder => pickDecoder(job.decoder, process.env);
    const report = await analyzeFile(job, await models, { decoder, signal: stop.signal, onChild });
    return { report };
  } catch (error) {
    if (error instanceof EngineError) return { code: error.code, message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'internal', message: `The engine failed: ${message}` };
  } finally {
    clearTimeout(late);
    port.close();
  }
}
