import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import {
  EngineError,
  type AnalyzeOptions,
  type Engine,
  type EngineOptions,
  type MediaInput,
  type MediaReport,
} from '../types';
import { CANCEL, type ChildNote, type Job, type Outcome } from './messages';

/** How long a worker may take to give up a cancelled job before it is ended, in milliseconds. */
const GRACE_MS = 2000;

/**
 * Creates an engine: worker threads that start with the first job, take jobs in order and keep their models
 * loaded. One at a time by default: decoding already keeps a second core busy, and memory stays low.
 */
export function createEngine({ workers = 1, decoder = 'auto' }: EngineOptions = {}): Engine {
  const pool = new Piscina<Job, Outcome>({
    filename: join(__dirname, 'worker.js'),
    minThreads: 0,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    idleTimeout: Infinity,
    atomics: 'disabled',
  });
  return {
    analyze: (input, options = {}) =>
      withFile(input, (path) =>
        run(pool, { path, name: input.name, explain: options.explain ?? false, decoder }, options),
      ),
    async close() {
      await pool.destroy();
    },
  };
}

/** Queues a job and follows it to its end. */
async function run(
  pool: Piscina<Job, Outcome>,
  job: Omit<Job, 'port'>,
  { signal }: AnalyzeOptions,
): Promise<MediaReport> {
  const throwIfCancelled = (): void => {
    if (signal?.aborted === true) throw new EngineError('cancelled', 'The job was cancelled.');
  };
  throwIfCancelled();
  const { port1: mine, port2: theirs } = new MessageChannel();
  const children = new Set<number>();
  mine.on('message', ({ pid, alive }: ChildNote) => (alive ? children.add(pid) : children.delete(pid)));
  const end = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    mine.postMessage(CANCEL, []);
    grace = setTimeout(() => end.abort(), GRACE_MS);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const outcome = await pool.run({ ...job, port: theirs }, { transferList: [theirs], signal: end.signal });
    throwIfCancelled();
    if ('report' in outcome) return outcome.report;
    throw new EngineError(outcome.code, outcome.message);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throwIfCancelled();
    throw new EngineError(
      'internal',
      'The worker of this job ended unexpectedly. Other jobs are not affected.',
    );
  } finally {
    signal?.removeEventListener('abort', cancel);
    clearTimeout(grace);
    for (const pid of children) endProcess(pid);
    mine.close();
  }
}

/** Ends a decoder whose worker is gone. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Gives the media as a file for as long as the job takes: decoders need to jump in it. */
async function withFile<T>(input: MediaInput, use: (path: string) => Promise<T>): Promise<T> {
  if ('path' in input) return use(input.path);
  const folder = await mkdtemp(join(tmpdir(), 'oz-sandbox-'));
  try {
    const path = join(folder, 'media');
    await writeFile(path, input.data);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
