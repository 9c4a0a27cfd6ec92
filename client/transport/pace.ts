/** Slowest pace: a server that accepts even less has other problems. */
const MIN_PER_SECOND = 0.2;
/** Above this, only the number of parallel requests limits us. */
const UNLIMITED_PER_SECOND = 500;
const DECREASE_FACTOR = 0.5;
/**
 * How much faster after each second in which nothing was refused: this many requests, or this share if that is more.
 */
const INCREASE_PER_SECOND = 1;
const INCREASE_SHARE = 0.1;
const WINDOW_MS = 1000;
/** A first refusal at a low rate says little about the limit; the pace starts here at least. */
const MIN_FIRST_PER_SECOND = 4;

/**
 * How fast requests may follow each other: without limit until the server refuses one because there are too many; then
 * half as fast as at that moment, and slowly faster again with each request that it accepts. Additive increase and
 * multiplicative decrease find the rate of an unknown limit, and share it among clients that do the same.
 *
 * All times are milliseconds of one monotonic clock.
 */
export class Pace {
  #perSecond = Infinity;
  #changedAt = -Infinity;
  #startedAt = -Infinity;
  #taken = 0;
  /** Starts within the last second. */
  #recent: number[] = [];

  /** Milliseconds until the next request may start. */
  waitMs(now: number): number {
    return Math.max(0, this.#startedAt + 1000 / this.#perSecond - now);
  }

  started(now: number): void {
    this.#startedAt = now;
    this.#recent.push(now);
    if (this.#recent.length > 2 * UNLIMITED_PER_SECOND) this.#forget(now);
  }

  /** The request that started at `startedAt` was refused. One that started before the last change says nothing new. */
  refused(startedAt: number, now: number): void {
    if (startedAt < this.#changedAt) return;
    this.#forget(now);
    const lately = Math.max(MIN_FIRST_PER_SECOND, this.#recent.length * (1000 / WINDOW_MS));
    this.#perSecond = Math.max(MIN_PER_SECOND, Math.min(this.#perSecond, lately) * DECREASE_FACTOR);
    this.#changedAt = now;
  }

  /** How many requests the server has taken so far. */
  get takenCount(): number {
    return this.#taken;
  }

  taken(): void {
    this.#taken += 1;
    if (this.#perSecond === Infinity) return;
    const more = Math.max(INCREASE_PER_SECOND, this.#perSecond * INCREASE_SHARE);
    this.#perSecond += more / this.#perSecond;
    if (this.#perSecond > UNLIMITED_PER_SECOND) this.#perSecond = Infinity;
  }

  #forget(now: number): void {
    this.#recent = this.#recent.filter((at) => at > now - WINDOW_MS);
  }
}
