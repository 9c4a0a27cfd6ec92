import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../client/watcher/clock';

interface Timer {
  at: number;
  action: () => void;
}

/** Time that passes only when told to. Everything that is due at one moment settles before the next moment comes. */
export class VirtualTime implements Clock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that nobody called off. */
  get pending(): number {
    return this.#timers.size;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Time passes without any timer firing, as for a process that is stopped. */
  stop(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass until nothing is planned any more, or until `limit`. */
  async run(limit: number): Promise<void> {
    for (;;) {
      await setImmediate();
      const next = [...this.#timers].reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined || next.at > limit) return;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
    }
  }
}
