import { MessageChannel } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { EngineError, type MediaReport } from '../types';
import { cancelledError, lateError } from './errors';
import type { Job, Outcome } from './messages';
import { RunningJob } from './runningJob';

/**
 * Worker threads that take jobs in order. A job that is cancelled or late is given up by its worker, or its worker
 * is ended; a worker that ends is replaced, fails only its own job and leaves no child process behind.
 */
export class JobPool {
  readonly #threads: Piscina<Job, Outcome>;
  #closed = false;

  /** @param worker Path of the script each thread runs; exports a function from `Job` to `Outcome`. */
  constructor(worker: string, workers: number) {
    this.#threads = new Piscina<Job, Outcome>({
      filename: worker,
      // Fewer would not be replaced after a crash while jobs wait.
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
      stricterFIFO: true,
      atomics: 'disabled',
      // Frames do not live in this heap, and little else does.
      resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 192 },
    });
  }

  /**
   * Queues a job and follows it to its end.
   *
   * @throws EngineError the job's own, `cancelled`, `timeout`, or `internal` when its worker died.
   */
  async run(job: Omit<Job, 'port'>, signal?: AbortSignal): Promise<MediaReport> {
    this.#throwIfOver(signal);
    const { port1: mine, port2: theirs } = new MessageChannel();
    const running = new RunningJob(mine, (thread) => this.#endThread(thread));
    const cancel = (): void => running.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      // Not Piscina's own signal: with it, waiting jobs lose their order.
      const work = this.#threads.run({ ...job, port: theirs }, { transferList: [theirs] });
      const outcome = await Promise.race([work, running.leftQueue]);
      this.#throwIfOver(signal);
      if (outcome === undefined) throw cancelledError();
      if ('report' in outcome) return outcome.report;
      throw new EngineError(outcome.code, outcome.message);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      this.#throwIfOver(signal);
      if (running.late) throw lateError();
      const message = 'The worker of this job ended unexpectedly. Other jobs are not affected.';
      throw new EngineError('internal', message);
    } finally {
      signal?.removeEventListener('abort', cancel);
      running.over();
    }
  }

  /** Ends all workers and with them their jobs, which fail as `cancelled`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#threads.destroy();
  }

  #endThread(id: number): void {
    void this.#threads.threads.find(({ threadId }) => threadId === id)?.terminate();
  }

  #throwIfOver(signal: AbortSignal | undefined): void {
    if (this.#closed) throw new EngineError('cancelled', 'The engine was closed.');
    if (signal?.aborted === true) throw cancelledError();
  }
}
