import type { AccountOptions, Role } from './auth/accounts';
import { TEST_ACCOUNT } from './auth/accounts';
import type { Engine, EngineOptions } from '../engine/types';
import type { Profile } from './profiles';
import { GESTURES, gestureTag } from './wire/tags';

export interface SandboxOptions {
  /** 0: any free port. */
  port?: number;
  /** Any address other than a loopback one makes the sandbox reachable for others, and needs an `account`. */
  host?: string;
  /** An account of your own in place of the test account, which everybody knows. */
  account?: { email: string; password: string };
  /** Keeps the state in this directory through a restart; without it everything is gone at the end. */
  data?: string;
  profile?: Profile;
  /** Life time of a token in seconds, sliding. */
  tokenTtlSeconds?: number;
  /** Role of the test account, or of `account`. */
  role?: Role;
  /** More accounts. */
  accounts?: readonly AccountOptions[];
  /** Waiting times before the repetitions of a webhook that was not accepted, in milliseconds. */
  webhookRetryMs?: readonly number[];
  /** Best shots come only for videos of these gestures, as some installations have it: `blank`, `left` and so on. */
  bestShotGestures?: readonly string[];
  /** Options of the engine that is started, or the engine itself. */
  engine?: EngineOptions | Engine;
}

export const DEFAULT_PORT = 7700;
export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PROFILE: Profile = 'both';
export const DEFAULT_ROLE: Role = 'client-admin';
/** OZ_SESSION_TTL of an installation as it is delivered (docs/oz-api.md 1.3). */
export const DEFAULT_TOKEN_TTL_SECONDS = 15 * 60;

export interface ResolvedOptions {
  port: number;
  host: string;
  data: string | null;
  profile: Profile;
  tokenTtlSeconds: number;
  /** Whether `accounts` holds the test account. */
  hasTestAccount: boolean;
  accounts: readonly AccountOptions[];
  webhookRetryMs: readonly number[];
  /** As tags; null: of all gestures. */
  bestShotGestures: readonly string[] | null;
}

/** Shorter ones are guessed in no time once others can reach the sandbox. */
const MIN_PASSWORD_LENGTH = 12;

/** The options cannot be used as they are; the message says which and what to do. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** The options with their defaults. Throws OptionsError. */
export function resolveOptions(options: SandboxOptions): ResolvedOptions {
  const host = options.host ?? DEFAULT_HOST;
  const accounts = [
    { ...(options.account ?? TEST_ACCOUNT), role: options.role ?? DEFAULT_ROLE },
    ...(options.accounts ?? []),
  ];
  if (options.data === '')
    throw new OptionsError('The directory of --data has no name. Name one, or leave --data out.');
  if (!isLoopback(host)) checkAccounts(host, options.account !== undefined, accounts);
  return {
    port: options.port ?? DEFAULT_PORT,
    host,
    data: options.data ?? null,
    profile: options.profile ?? DEFAULT_PROFILE,
    tokenTtlSeconds: options.tokenTtlSeconds ?? DEFAULT_TOKEN_TTL_SECONDS,
    hasTestAccount: options.account === undefined,
    accounts,
    webhookRetryMs: options.webhookRetryMs ?? [1000, 5000, 15_000],
    bestShotGestures: options.bestShotGestures?.map(requiredGesture) ?? null,
  };
}

/** Whoever can reach the sandbox must not know how to sign in. */
function checkAccounts(host: string, own: boolean, accounts: readonly AccountOptions[]): void {
  if (!own) {
    throw new OptionsError(
      `On ${host} other machines can reach the sandbox, and everybody knows the password of its test account. Set an account of your own in the environment variables OZ_SANDBOX_EMAIL and OZ_SANDBOX_PASSWORD, or stay on ${DEFAULT_HOST}.`,
    );
  }
  const weak = accounts.find(({ password }) => password.length < MIN_PASSWORD_LENGTH);
  if (weak !== undefined) {
    throw new OptionsError(
      `On ${host} other machines can reach the sandbox: the password of ${weak.email} needs at least ${MIN_PASSWORD_LENGTH} characters.`,
    );
  }
}

function requiredGesture(name: string): string {
  const tag = gestureTag(name);
  if (tag !== undefined) return tag;
  throw new OptionsError(`There is no gesture ${name}; expected ${GESTURES.join(', ')}`);
}

/** Whether nobody but programs on this machine can reach the address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether a name or address in a URL can only mean this machine. */
export function isLocalName(hostname: string): boolean {
  const name = hostname.replace(/^\[|\]$/g, '');
  return isLoopback(name) || name === '' || name.endsWith('.localhost');
}
