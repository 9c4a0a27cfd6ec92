/** Longest time that making a connection may take. */
const CONNECT_MS = 10_000;

/** A timer this late did not fire because the process was stopped or busy. What arrived meanwhile is still to be read. */
const LATE_MS = 200;
/** How long reading that may take. */
const READ_MS = 1000;

/** A time limit of a request, by the key of its error. */
interface Limit {
  key: 'timeoutConnect' | 'timeoutIdle' | 'timeoutTotal';
  ms: number;
}

/**
 * The three clocks of one request: to connect, to make progress, and in all. One timer serves all three and checks
 * the time when it fires, which it does for hardly any request.
 */
export class Clocks {
  #startedAt = performance.now();
  #progressAt = this.#startedAt;
  #quiet: Limit;
  #expired: Limit | undefined;
  #timer: NodeJS.Timeout | undefined;

  readonly #idleMs: number;
  readonly #totalMs: number;
  readonly #onExpired: () => void;

  /** @param onExpired called once when a limit has passed; `expired` says which */
  constructor(idleMs: number, totalMs: number, onExpired: () => void) {
    this.#idleMs = idleMs;
    this.#totalMs = totalMs;
    this.#onExpired = onExpired;
    this.#quiet = { key: 'timeoutConnect', ms: Math.min(idleMs, CONNECT_MS) };
    this.#wait(this.#quiet.ms);
  }

  get expired(): Limit | undefined {
    return this.#expired;
  }

  /** The connection is made: from now on only progress counts. */
  connected(): void {
    this.#quiet = { key: 'timeoutIdle', ms: this.#idleMs };
    this.progress();
  }

  progress(): void {
    this.#progressAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    const dueAt = performance.now() + ms;
    this.#timer = setTimeout(() => this.#look(performance.now() - dueAt), ms);
  }

  #look(lateMs: number): void {
    const now = performance.now();
    if (lateMs >= LATE_MS) {
      this.#startedAt += lateMs;
      this.#progressAt = Math.min(now, this.#progressAt + lateMs);
      this.#timer = setTimeout(() => this.#look(0), READ_MS);
      return;
    }
    const total = this.#startedAt + this.#totalMs - now;
    const quiet = this.#progressAt + this.#quiet.ms - now;
    // A timer may fire a fraction of a millisecond early.
    if (total >= 1 && quiet >= 1) return this.#wait(Math.min(total, quiet));
    this.#expired = total < 1 ? { key: 'timeoutTotal', ms: this.#totalMs } : this.#quiet;
    this.#onExpired();
  }
}
