import { setFlagsFromString } from 'node:v8';
import { receiveMessageOnPort, threadId } from 'node:worker_threads';
import { analyzeFile } from '../analyze';
import { loadFaceModels } from '../face';
import { LIMITS } from '../limits';
import { findDecoders } from '../media/decoder/pick';
import { Standby } from '../media/decoder/standby';
import { EngineError } from '../types';
import { cancelledError, lateError } from './errors';
import type { Job, Note, Outcome } from './messages';

// The models' runtime is large, and most of its code runs only once, while it loads: that is compiled quickly, and
// never again. Compiling it thoroughly takes 1.5 s and 25 MB. V8 14 (Node 25 and later) ends the process when these
// flags change while it runs, so there the memory is spent.
const flagsMayChange = Number.parseInt(process.versions.v8, 10) < 14;
if (flagsMayChange) {
  setFlagsFromString('--no-wasm-dynamic-tiering');
  setFlagsFromString('--no-wasm-tier-up');
}
// Loaded before the first job comes. A model that cannot be loaded fails every job.
const models = loadFaceModels().finally(() => {
  // What runs from now on is compiled thoroughly at once: a quick version would be kept beside it, 50 MB.
  if (flagsMayChange) setFlagsFromString('--no-liftoff');
});
models.catch(() => undefined);

/** Idle time before a decoder is started for the next job: a job that is already waiting starts its own at once. */
const IDLE_MS = 50;
const standby = new Standby();
let idle: NodeJS.Timeout | undefined;

/** Works on one job; the pool calls this in its own thread, one job after the other. */
export default async function work(job: Job): Promise<Outcome> {
  clearTimeout(idle);
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
      decoders: () => findDecoders(job.decoder, process.env),
      standby,
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
    // If it cannot be started ahead, the job that needs it will fail.
    idle = setTimeout(() => void standby.prepare().catch(() => undefined), IDLE_MS);
  }
}
