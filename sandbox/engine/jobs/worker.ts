import { setFlagsFromString } from 'node:v8';
import { receiveMessageOnPort, threadId } from 'node:worker_threads';
import { analyzeFile } from '../analyze';
import { loadFaceModels } from '../face';
import { LIMITS } from '../limits';
import type { Decoder } from '../media/decoder/decoder';
import { pickDecoder } from '../media/decoder/pick';
import { EngineError } from '../types';
import { cancelledError, lateError } from './errors';
import type { Job, Note, Outcome } from './messages';

// The quick first compiler of V8 would keep a second copy of the models' runtime in memory: 50 MB.
setFlagsFromString('--no-liftoff');

// Loaded before the first job comes. A model that cannot be loaded fails every job.
const models = loadFaceModels();
models.catch(() => undefined);

/** Works on one job; the pool calls this in a thread of its own, one job after the other. */
export default async function work(job: Job): Promise<Outcome> {
  const stop = new AbortController();
  const { port } = job;
  const tell = (note: Note): void => port.postMessage(note);
  // Cancelled while it waited.
  if (receiveMessageOnPort(port)) stop.abort(cancelledError());
  port.on('message', () => stop.abort(cancelledError()));
  const timer = setTimeout(() => stop.abort(lateError()), LIMITS.jobMs);
  tell({ thread: threadId });
  try {
    stop.signal.throwIfAborted();
    const report = await analyzeFile(job, await models, {
      decoder: (): Decoder => pickDecoder(job.decoder, process.env),
      signal: stop.signal,
      onChild: (pid, alive) => tell({ pid, alive }),
    });
    return { report };
  } catch (error) {
    if (error instanceof EngineError) return { code: error.code, message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'internal', message: `The engine failed: ${message}` };
  } finally {
    clearTimeout(timer);
    port.close();
  }
}
