import { ApiError } from '../errors';

/**
 * Limits the work for callers that did not sign in, so that they cannot fill the memory and the queue. More is refused
 * with 429.
 */
export class AnonymousWork {
  #running = 0;

  /** @param maxRunning calls at once */
  constructor(readonly maxRunning: number) {}

  /** Runs `work`; throws `throttling` when as much as is allowed runs already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.maxRunning) throw new ApiError('throttling');
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }
}
