/** Runs work a few pieces at a time, in the order in which they come. */
export class FewAtOnce {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#limit) this.#running += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
