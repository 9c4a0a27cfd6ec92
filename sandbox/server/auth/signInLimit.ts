/** Wrong passwords before the first wait. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1000;
const MAX_WAIT_MS = 60_000;
/** Failures are forgotten when none follows for this long. */
const FORGET_MS = 15 * 60_000;
/** How many accounts and addresses are remembered; the oldest are forgotten first. */
const MAX_REMEMBERED = 10_000;

interface Failures {
  count: number;
  lastAt: number;
}

/**
 * Slows down guessing of passwords: after some failures for an account or from an address, the next attempt has to wait,
 * twice as long after each. A success ends the wait of both.
 */
export class SignInLimit {
  readonly #failures = new Map<string, Failures>();

  /** Milliseconds until the next attempt is allowed for these, 0 for at once. */
  waitMs(email: string, address: string): number {
    return Math.max(0, ...keys(email, address).map((key) => this.#waitOf(key)));
  }

  failed(email: string, address: string): void {
    for (const key of keys(email, address)) {
      const count = this.#known(key)?.count ?? 0;
      this.#failures.delete(key);
      this.#failures.set(key, { count: count + 1, lastAt: Date.now() });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MAX_REMEMBERED) return;
      this.#failures.delete(key);
    }
  }

  succeeded(email: string, address: string): void {
    for (const key of keys(email, address)) this.#failures.delete(key);
  }

  #waitOf(key: string): number {
    const known = this.#known(key);
    if (known === undefined || known.count < FREE_FAILURES) return 0;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (known.count - FREE_FAILURES), MAX_WAIT_MS);
    return known.lastAt + wait - Date.now();
  }

  #known(key: string): Failures | undefined {
    const known = this.#failures.get(key);
    return known !== undefined && Date.now() - known.lastAt < FORGET_MS ? known : undefined;
  }
}

const keys = (email: string, address: string): string[] => [
  `account ${email.toLowerCase().slice(0, 200)}`,
  `address ${address}`,
];
