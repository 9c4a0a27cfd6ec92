import { ApiError } from '../errors';

/**
 * A limit on work for callers that did not sign in, so that they cannot fill memory and queue: what exceeds it is
 * refused with 429.
 */
export class UnsignedWork {
  #running = 0;

  constructor(readonly most: number) {}

  /** Runs `work`; throws `throttling` when as much as allowed is running. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.most) throw new ApiError('throttling');
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
    }
  }
}
