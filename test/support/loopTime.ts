const TICK_MS = 10;

/**
 * Measures waiting. A pause of the event loop counts as two ticks at most, however long it was: on a busy machine the process
 * stands still at times, which says nothing about what it waits for.
 */
export class LoopTime {
  #ms = 0;
  #last = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#ms += Math.min(now - this.#last, 2 * TICK_MS);
    this.#last = now;
  }, TICK_MS);

  /** Ends the measurement; the milliseconds so far. */
  end(): number {
    clearInterval(this.#timer);
    return Math.round(this.#ms);
  }
}
