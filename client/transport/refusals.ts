/** How long a request that the server refuses to take is offered again, in request timeouts. */
const REFUSED_TIMEOUTS = 4;
/** Refusals of one request after which it is abandoned, if the server took no other request in between either. */
const MAX_UNBROKEN_REFUSALS = 5;

/** How often the server refused to take one request because there were too many. */
export class Refusals {
  #count = 0;
  #unbroken = 0;
  #takenThen = 0;
  #firstAt = 0;

  get count(): number {
    return this.#count;
  }

  /** @param takenCount how many requests the server has taken so far */
  add(takenCount: number, now: number): void {
    this.#unbroken = takenCount === this.#takenThen ? this.#unbroken + 1 : 1;
    this.#takenThen = takenCount;
    if (this.#count === 0) this.#firstAt = now;
    this.#count += 1;
  }

  /** Whether it is worth offering the request again. */
  hopeful(timeoutMs: number, now: number): boolean {
    return this.#unbroken < MAX_UNBROKEN_REFUSALS && now - this.#firstAt < REFUSED_TIMEOUTS * timeoutMs;
  }
}
