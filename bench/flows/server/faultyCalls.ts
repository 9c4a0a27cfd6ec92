import { seeded, type Random } from '../../../tools/random';

/**
 * What goes wrong with a call: the connection breaks before or after the server did what it was asked, the answer stops
 * half-way, the server or its reverse proxy says 5xx (the last of them after the work was done), or nothing comes.
 */
export const CALL_FAULTS = ['reset', 'lost', 'half', '500', '502', '504', 'hang'] as const;
export type CallFault = (typeof CALL_FAULTS)[number];

export interface FaultsConfig {
  /** Share of the calls, sign-ins included, that go wrong: 0 to 1. */
  share: number;
  /** All tokens are worthless after so many calls, again and again; 0: never. */
  revokeEvery: number;
}

/** Faults that strike after the server did what it was asked. */
export const DONE_BEFORE: ReadonlySet<CallFault> = new Set(['lost', 'half', '504']);

/** Decides which calls go wrong, and how; counts them. */
export class FaultyCalls {
  readonly struck: Record<CallFault, number> = {
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
  readonly #config: FaultsConfig;

  constructor(config: FaultsConfig, seed: number) {
    this.#config = config;
    this.#random = seeded(`faults ${seed}`);
  }

  /** @param revoke makes all tokens worthless */
  next(revoke: () => void): CallFault | undefined {
    this.calls += 1;
    const { share, revokeEvery } = this.#config;
    if (revokeEvery > 0 && this.calls % revokeEvery === 0) {
      this.revocations += 1;
      revoke();
    }
    if (this.#random() >= share) return undefined;
    const fault = CALL_FAULTS[Math.floor(this.#random() * CALL_FAULTS.length)] ?? 'reset';
    this.struck[fault] += 1;
    return fault;
  }
}
