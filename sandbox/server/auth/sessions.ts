import { createHash, randomBytes } from 'node:crypto';
import { ApiError, missingField } from '../errors';
import type { SessionRecord } from '../store/records';
import type { Store } from '../store/store';
import type { Account, Accounts } from './accounts';

/** Service tokens live five years (docs/oz-api.md 1.3). */
const SERVICE_TTL_SECONDS = 5 * 365 * 24 * 3600;

/** A session is remembered this long after its end, so that its token is answered "expired" and not "unknown". */
const REMEMBER_SECONDS = 24 * 3600;

export interface TokenPair {
  accessToken: string;
  expireToken: string;
  /** Epoch seconds. */
  expireDate: number;
}

/**
 * Signed-in sessions with sliding expiry (docs/oz-api.md 1.2 to 1.4). They live in memory and are written to the store when
 * they begin and whenever they slid by a tenth of their life time, so that reading folders does not write to disk.
 */
export class Sessions {
  readonly #live = new Map<string, SessionRecord>();
  readonly #written = new Map<string, number>();

  constructor(
    readonly accounts: Accounts,
    readonly store: Store,
    readonly ttlSeconds: number,
  ) {
    for (const session of store.all('sessions')) this.#live.set(session.accessDigest, { ...session });
  }

  /** A new session; throws `credentialsInvalid`. */
  signIn(email: string, password: string): TokenPair {
    const account = this.accounts.signIn(email, password);
    if (account === undefined) throw new ApiError('credentialsInvalid');
    this.#forgetOld();
    return this.#begin(account);
  }

  /** The account behind an access token; slides the session. Throws the 401 errors of docs/oz-api.md 1.8. */
  authenticate(token: string | undefined): Account {
    const { session, account } = this.#find(token);
    if (session.expireDate <= now()) throw new ApiError('authExpired');
    this.#retireReplaced(session);
    this.#slide(session, account);
    return account;
  }

  /**
   * A new pair for the session with this `expireToken`; the access token may be expired. The old pair goes with the
   * first use of the new one. Throws the three documented errors (docs/oz-api.md 1.4).
   */
  refresh(token: string | undefined, expireToken: unknown): TokenPair {
    const caller = this.#find(token);
    if (expireToken === undefined || expireToken === null) throw missingField('expire_token');
    if (typeof expireToken !== 'string') throw new ApiError('invalidType', { key_path: 'expire_token' });
    const wanted = digest(expireToken);
    const session = [...this.#live.values()].find(({ expireDigest }) => expireDigest === wanted);
    if (session === undefined) throw new ApiError('authInvalid', null, 'Session not found');
    if (session.userId !== caller.account.userId) {
      throw new ApiError('authForbidden', null, 'You have not access to refresh this session');
    }
    this.#retireReplaced(session);
    return this.#begin(caller.account, session.accessDigest);
  }

  /** Ends a session at once: the injected failure `401-once` does so. */
  revoke(token: string | undefined): void {
    if (token !== undefined) this.#remove(digest(token));
  }

  /** Ends all sessions of a user who may no longer sign in. */
  revokeAllOf(userId: string): void {
    for (const { accessDigest } of [...this.#live.values()].filter((session) => session.userId === userId)) {
      this.#remove(accessDigest);
    }
  }

  #begin(account: Account, replaces?: string): TokenPair {
    const accessToken = randomBytes(64).toString('hex');
    const expireToken = randomBytes(64).toString('hex');
    const session: SessionRecord = {
      accessDigest: digest(accessToken),
      expireDigest: digest(expireToken),
      userId: account.userId,
      expireDate: now() + this.#ttlOf(account),
      ...(replaces === undefined ? {} : { replaces }),
    };
    this.#live.set(session.accessDigest, session);
    this.#write(session);
    return { accessToken, expireToken, expireDate: session.expireDate };
  }

  #find(token: string | undefined): { session: SessionRecord; account: Account } {
    if (token === undefined || token === '') throw new ApiError('authNotProvided');
    const session = this.#live.get(digest(token));
    const account = session && this.accounts.byId(session.userId);
    if (session === undefined || account === undefined) throw new ApiError('authInvalid');
    return { session, account };
  }

  #retireReplaced(session: SessionRecord): void {
    if (session.replaces === undefined) return;
    this.#remove(session.replaces);
    delete session.replaces;
    this.#write(session);
  }

  #slide(session: SessionRecord, account: Account): void {
    session.expireDate = now() + this.#ttlOf(account);
    const moved = session.expireDate - (this.#written.get(session.accessDigest) ?? 0);
    if (moved > this.#ttlOf(account) / 10) this.#write(session);
  }

  #write(session: SessionRecord): void {
    this.#written.set(session.accessDigest, session.expireDate);
    this.store.put('sessions', session.accessDigest, { ...session });
  }

  #remove(accessDigest: string): void {
    this.#live.delete(accessDigest);
    this.#written.delete(accessDigest);
    this.store.remove('sessions', accessDigest);
  }

  #forgetOld(): void {
    const limit = now() - REMEMBER_SECONDS;
    for (const session of this.#live.values()) {
      if (session.expireDate < limit) this.#remove(session.accessDigest);
    }
  }

  #ttlOf(account: Account): number {
    return account.role === 'service' ? SERVICE_TTL_SECONDS : this.ttlSeconds;
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function now(): number {
  return Date.now() / 1000;
}
