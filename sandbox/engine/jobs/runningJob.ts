import type { MessagePort } from 'node:worker_threads';
import { LIMITS } from '../limits';
import { CANCEL, type Note } from './messages';

/** How long a worker may take to give up a job before it is terminated. */
const GRACE_MS = 2000;

/** What the pool knows of a job that a worker has or will have. */
export class RunningJob {
  /** Ran so long that its worker was ended. */
  late = false;
  /** Settles when the job was cancelled before a worker took it; the worker will drop it. */
  readonly leftQueue: Promise<void>;
  #leave: () => void = () => {};
  #thread: number | undefined;
  readonly #children = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;

  readonly #port: MessagePort;
  readonly #endThread: (thread: number) => void;

  constructor(port: MessagePort, endThread: (thread: number) => void) {
    this.#port = port;
    this.#endThread = endThread;
    this.leftQueue = new Promise((resolve) => (this.#leave = resolve));
    port.on('message', (note: Note) => this.#take(note));
    // By the worker, which has finished with the job, or because the worker is gone.
    port.once('close', () => this.#release());
  }

  cancel(): void {
    this.#cancelled = true;
    this.#port.postMessage(CANCEL, []);
    if (this.#thread === undefined) return this.#leave();
    this.#endThreadIn(GRACE_MS);
  }

  /** To be called when the outcome is known, or nobody waits for it any more. */
  over(): void {
    // Closing drops what was sent but not read yet. A waiting job has to read that it was cancelled; and of one that ends
    // soon, the outcome may come before what the worker told at its start, because they take different ports.
    if (this.#thread === undefined) return this.#port.unref();
    this.#release();
    this.#port.close();
  }

  #release(): void {
    clearTimeout(this.#timer);
    for (const pid of this.#children) endProcess(pid);
  }

  #take(note: Note): void {
    if ('thread' in note) {
      this.#thread = note.thread;
      // The worker watches its time itself, unless it is stuck.
      this.#endThreadIn(this.#cancelled ? GRACE_MS : LIMITS.jobMs + GRACE_MS);
    } else if (note.alive) this.#children.add(note.pid);
    else this.#children.delete(note.pid);
  }

  #endThreadIn(ms: number): void {
    const thread = this.#thread;
    if (thread === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.late = true;
      this.#endThread(thread);
    }, ms);
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
