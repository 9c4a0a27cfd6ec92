import { abortError, onAbort, type StopSignal } from '../abort';

/** `quick`: small reads and writes; `bulk`: uploads. */
export type Lane = 'quick' | 'bulk';

interface Waiting {
  start: () => void;
}

/**
 * Limits how many requests are under way at once. Each lane is first in, first out; quick requests go before bulk
 * ones, so that a result is not seen late because two hundred uploads wait in front of the question for it.
 */
export class RequestQueue {
  #running = 0;
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #lanes: Record<Lane, Set<Waiting>> = { quick: new Set(), bulk: new Set() };

  constructor(private readonly limit: number) {}

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    return this.#lanes.quick.size + this.#lanes.bulk.size;
  }

  /** Runs `work` when its turn comes. An abort while it waits takes it out of the queue. */
  async run<T>(lane: Lane, signal: StopSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(lane, signal);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  /** Starts nothing new for so long: the server asked for it (`Retry-After`). */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, Date.now() + ms);
  }

  #turn(lane: Lane, signal: StopSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError(signal));
        return;
      }
      const waiting: Waiting = {
        start: () => {
          release();
          this.#running += 1;
          resolve();
        },
      };
      const release = onAbort(signal, () => {
        this.#lanes[lane].delete(waiting);
        reject(abortError(signal));
      });
      this.#lanes[lane].add(waiting);
      this.#next();
    });
  }

  #next(): void {
    const held = this.#heldUntil - Date.now();
    if (held > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#next();
      }, held);
      return;
    }
    while (this.#running < this.limit) {
      const lane = this.#lanes.quick.size > 0 ? this.#lanes.quick : this.#lanes.bulk;
      const [first] = lane;
      if (first === undefined) return;
      lane.delete(first);
      first.start();
    }
  }

  /** Forgets the timer of a hold; what waits was aborted by its signals. */
  close(): void {
    clearTimeout(this.#timer);
  }
}
