import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { AnalysisType, JsonObject } from '../store/records';

/** Roles of docs/oz-api.md 1.7, under names that fit a command line. */
export const ROLES = ['client', 'client-admin', 'client-operator', 'service', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface AccountOptions {
  email: string;
  password: string;
  role: Role;
  /** Analyses this account may not start (the flags `can_start_analysis_*`). */
  denied?: readonly AnalysisType[];
}

/** The fields of an account that can change. */
export interface AccountChange {
  firstName?: string;
  middleName?: string;
  lastName?: string;
  /** False: cannot sign in. */
  active?: boolean;
  denied?: readonly AnalysisType[];
  metaData?: JsonObject | null;
}

export interface Account extends AccountChange, AccountOptions {
  userId: string;
  /** Null for the roles that belong to no company. */
  companyId: string | null;
}

/** The account everybody may know: it opens nothing but this sandbox. */
export const TEST_ACCOUNT = { email: 'sandbox@oz.localhost', password: 'oz-sandbox' } as const;

export interface Company {
  companyId: string;
  name: string;
  metaData: JsonObject | null;
}

/** The company that exists from the start, to which accounts belong unless they are created for another one. */
export const COMPANY: Company = {
  companyId: stableId('company', 'Oz sandbox'),
  name: 'Oz sandbox',
  metaData: null,
};

export class Accounts {
  readonly #byEmail = new Map<string, Account>();
  readonly #byId = new Map<string, Account>();
  readonly #companies = new Map<string, Company>([[COMPANY.companyId, COMPANY]]);

  constructor(accounts: readonly AccountOptions[]) {
    for (const options of accounts) this.#put(withIds(options));
  }

  /** In the order in which they came. */
  all(): Account[] {
    return [...this.#byId.values()];
  }

  /** A new account; undefined when the e-mail is taken. Administrators and operators belong to no company. */
  add(options: AccountOptions & AccountChange, companyId: string = COMPANY.companyId): Account | undefined {
    if (this.#byEmail.has(options.email.toLowerCase())) return undefined;
    return this.#put(withIds(options, companyId));
  }

  /** Companies that an account sees: administrators and operators all, others their own (docs/oz-api.md 1.7). */
  companiesFor({ role, companyId }: Account): Company[] {
    const all = [...this.#companies.values()];
    return role === 'admin' || role === 'operator' ? all : all.filter((one) => one.companyId === companyId);
  }

  company(companyId: string): Company | undefined {
    return this.#companies.get(companyId);
  }

  /** A new company; undefined when the name is taken. */
  addCompany(name: string, metaData: JsonObject | null): Company | undefined {
    const company = { companyId: stableId('company', name), name, metaData };
    if (this.#companies.has(company.companyId)) return undefined;
    this.#companies.set(company.companyId, company);
    return company;
  }

  /** False for one with users, and for the first one, to which the sandbox's data belong. */
  removeCompany(companyId: string): boolean {
    const used = this.all().some((account) => account.companyId === companyId);
    return !used && companyId !== COMPANY.companyId && this.#companies.delete(companyId);
  }

  change(userId: string, change: AccountChange): Account | undefined {
    const account = this.#byId.get(userId);
    return account && this.#put({ ...account, ...change });
  }

  byId(userId: string): Account | undefined {
    return this.#byId.get(userId);
  }

  /** The account with this e-mail (in any case) and exactly this password. */
  signIn(email: string, password: string): Account | undefined {
    const account = this.#byEmail.get(email.toLowerCase());
    const matches = timingSafeEqual(digest(password), digest(account?.password ?? randomUUID()));
    return account !== undefined && account.active !== false && matches ? account : undefined;
  }

  #put(account: Account): Account {
    this.#byEmail.set(account.email.toLowerCase(), account);
    this.#byId.set(account.userId, account);
    return account;
  }
}

function withIds(options: AccountOptions & AccountChange, companyId: string = COMPANY.companyId): Account {
  return {
    ...options,
    userId: stableId('user', options.email.toLowerCase()),
    companyId: options.role === 'admin' || options.role === 'operator' ? null : companyId,
  };
}

/**
 * Whether the account may create and change this user: an administrator may, within the own company (docs/oz-api.md
 * 1.7).
 */
export function mayManage(account: Account, user: { role: Role; companyId: string | null }): boolean {
  if (account.role === 'admin') return true;
  const above = user.role === 'admin' || user.role === 'operator';
  return account.role === 'client-admin' && !above && user.companyId === account.companyId;
}

/** Whether the account sees the folders and collections of others (docs/oz-api.md 1.7). */
export function mayRead(account: Account, owner: { userId?: string; companyId: string | null }): boolean {
  if (account.role === 'admin' || account.role === 'operator') return true;
  if (owner.userId !== undefined && (account.role === 'client' || account.role === 'service')) {
    return owner.userId === account.userId;
  }
  return owner.companyId === account.companyId;
}

/** A plain CLIENT cannot delete (docs/oz-api.md 1.7 and 2.8). */
export function mayDelete(account: Account): boolean {
  return account.role === 'admin' || account.role === 'client-admin';
}

/** An id that stays the same after a restart with `--data`. */
function stableId(kind: string, name: string): string {
  const hex = createHash('sha256').update(`${kind}\n${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
