import { seeded, type Random } from '../../../tools/random';

/**
 * What goes wrong with a call: the connection breaks before or after the server did what it was asked, the answer stops
 * half-way, the server or its reverse proxy says 5xx (the last of them after the work was done), or nothing comes.
 */
export const CALL_FAILURES = ['reset', 'lost', 'half', '500', '502', '504', 'hang'] as const;
export type CallFailure = (typeof CALL_FAILURES)[number];

export interface FailuresConfig {
  /** Share of the calls, sign-ins included, that go wrong: 0 to 1. */
  share: number;
  /** All tokens become worthless each time after this many calls; 0: never. */
  revokeEvery: number;
}

/** Failures that strike after the server did what it was asked. */
export const DONE_BEFORE: ReadonlySet<CallFailure> = new Set(['lost', 'half', '504']);

/** Decides which calls go wrong, and how; counts them. */
export class FailingCalls {
  readonly struck: Record<CallFailure, number> = {
    reset: 0,
    lost: 0,
    half: 0,
    '500': 0,
    '502': 0,
    '504': 0,
    hang: 0,
  };
  calls = 0;
  revocations = 0;
  readonly #random: Random;
  readonly #config: FailuresConfig;

  constructor(config: FailuresConfig, seed: number) {
    this.#config = config;
    this.#random = seeded(`failures ${seed}`);
  }

  /** @param revoke makes all tokens worthless */
  next(revoke: () => void): CallFailure | undefined {
    this.calls += 1;
    const { share, revokeEvery } = this.#config;
    if (revokeEvery > 0 && this.calls % revokeEvery === 0) {
      this.revocations += 1;
      revoke();
    }
    if (this.#random() >= share) return undefined;
    const failure = CALL_FAILURES[Math.floor(this.#random() * CALL_FAILURES.length)] ?? 'reset';
    this.struck[failure] += 1;
    return failure;
  }
}
