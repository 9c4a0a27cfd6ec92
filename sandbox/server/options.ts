import type { AccountOptions, Role } from './auth/accounts';
import type { Engine, EngineOptions } from '../engine/types';

/** Wire spellings and defaults of the API's generations (docs/oz-api.md 3.3). */
export const PROFILES = ['both', '5.x', '6.x'] as const;
export type Profile = (typeof PROFILES)[number];

export interface SandboxOptions {
  /** 0: any free port. */
  port?: number;
  /** An address that is not a loopback address makes the sandbox reachable for others: pass it only on purpose. */
  host?: string;
  /** Keeps the state in this directory through a restart; without it everything is gone at the end. */
  data?: string;
  profile?: Profile;
  /** Life time of a token in seconds, sliding. */
  tokenTtlSeconds?: number;
  /** Role of the test account. */
  role?: Role;
  /** Accounts beside the test account. */
  accounts?: readonly AccountOptions[];
  /** Waiting times before the repetitions of a webhook that was not accepted, in milliseconds. */
  webhookRetryMs?: readonly number[];
  /** Options of the engine that is started, or the engine itself. */
  engine?: EngineOptions | Engine;
}

export const DEFAULT_PORT = 7700;
export const DEFAULT_HOST = '127.0.0.1';

export interface ResolvedOptions {
  port: number;
  host: string;
  data: string | null;
  profile: Profile;
  tokenTtlSeconds: number;
  role: Role;
  accounts: readonly AccountOptions[];
  webhookRetryMs: readonly number[];
}

export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  return {
    port: options.port ?? DEFAULT_PORT,
    host: options.host ?? DEFAULT_HOST,
    data: options.data ?? null,
    profile: options.profile ?? 'both',
    // OZ_SESSION_TTL of an installation as it is delivered (docs/oz-api.md 1.3).
    tokenTtlSeconds: options.tokenTtlSeconds ?? 15 * 60,
    role: options.role ?? 'client-admin',
    accounts: options.accounts ?? [],
    webhookRetryMs: options.webhookRetryMs ?? [1000, 5000, 15_000],
  };
}

/** Whether nobody but programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
