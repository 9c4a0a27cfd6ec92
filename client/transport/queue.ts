import { abortError, onAbort } from '../abort';
import type { OzError } from '../errors/ozError';
import { Pace } from './pace';

/** `quick`: small reads and writes; `bulk`: uploads. */
export type Lane = 'quick' | 'bulk';

/** The right to send one request. It goes to whoever takes it first. */
export class Turn {
  #end: (() => void) | undefined;

  constructor(end: () => void) {
    this.#end = end;
  }

  /** Takes it; returns what ends it, or undefined when it is taken already. */
  take(): (() => void) | undefined {
    const end = this.#end;
    this.#end = undefined;
    return end;
  }
}

interface Waiting {
  start: () => void;
  end: (error: OzError) => void;
}

/**
 * Limits how many requests are under way at once, and how fast they follow each other. Each lane is first in, first
 * out; quick requests go before bulk ones, so that a result is not seen late because two hundred uploads wait in front
 * of the question for it. A request that the server refused to take goes before those that were not sent yet.
 */
export class RequestQueue {
  readonly pace = new Pace();
  #running = 0;
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #lanes: Record<Lane, { again: Set<Waiting>; first: Set<Waiting> }> = {
    quick: { again: new Set(), first: new Set() },
    bulk: { again: new Set(), first: new Set() },
  };

  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get running(): number {
    return this.#running;
  }

  get queued(): number {
    const { quick, bulk } = this.#lanes;
    return quick.again.size + quick.first.size + bulk.again.size + bulk.first.size;
  }

  /** Waits for a turn, which lasts until it is ended. An abort while it waits takes it out of the queue. */
  turn(lane: Lane, signal: AbortSignal, again: boolean): Promise<Turn> {
    return this.#wait(this.#lanes[lane][again ? 'again' : 'first'], signal);
  }

  /** Starts nothing new for this long: the server asked for it (`Retry-After`). */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, performance.now() + ms);
  }

  #wait(line: Set<Waiting>, signal: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError(signal));
        return;
      }
      const waiting: Waiting = {
        start: () => {
          release();
          this.#running += 1;
          this.pace.started(performance.now());
          resolve(new Turn(this.#end));
        },
        end: (error) => {
          release();
          line.delete(waiting);
          reject(error);
        },
      };
      const release = onAbort(signal, () => waiting.end(abortError(signal)));
      line.add(waiting);
      this.#next();
    });
  }

  readonly #end = (): void => {
    this.#running -= 1;
    this.#next();
  };

  #next(): void {
    const { quick, bulk } = this.#lanes;
    while (this.#running < this.#limit) {
      const line = [quick.again, quick.first, bulk.again, bulk.first].find(({ size }) => size > 0);
      const [first] = line ?? [];
      if (line === undefined || first === undefined) return;
      const now = performance.now();
      const waitMs = Math.max(this.#heldUntil - now, this.pace.waitMs(now));
      if (waitMs > 0) {
        this.#pause(waitMs);
        return;
      }
      line.delete(first);
      first.start();
    }
  }

  #pause(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#next();
    }, Math.ceil(ms));
  }

  /** Ends what waits with this error. */
  close(error: OzError): void {
    clearTimeout(this.#timer);
    for (const { again, first } of Object.values(this.#lanes))
      for (const waiting of [...again, ...first]) waiting.end(error);
  }
}
