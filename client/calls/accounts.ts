import type { Api } from '../api';
import type { AccountCalls, CallOptions } from '../contract';
import { ozError } from '../errors/errorMessages';
import { OzError } from '../errors/ozError';
import type { Company, User } from '../model';
import { pathSegment } from '../server';
import { readCompanies } from '../wire/collections';
import { isList } from '../wire/folder';
import { asObject, objects } from '../wire/shapes';
import { deactivation, newUserBody, readUser } from '../wire/users';

/** Users asked for at once. */
const PAGE = 100;
const ALREADY_EXISTS = 13;

/**
 * Users and companies (docs/oz-api.md 1.7, 4.5), for administrators. What is sent may hold a password, so no word of an
 * answer goes into an error.
 * @param ownEmail who signs in; undefined with a token
 */
export function accountCalls(api: Api, ownEmail: string | undefined): AccountCalls {
  const { host } = api.server;
  const USERS = 'manage-users';
  const COMPANIES = 'manage-companies';

  const userOf = (json: unknown): User => {
    const user = readUser(asObject(json));
    if (user.userId === '') throw ozError('wrongShape', { host, field: 'user_id' }, { stage: USERS });
    return user;
  };

  const users = async (options?: CallOptions): Promise<User[]> => {
    // By id: a server may know no pages, and then every page is the first.
    const found = new Map<string, User>();
    for (let offset = 0; ; offset += PAGE) {
      const query = { offset: String(offset), limit: String(PAGE) };
      const json = await api.json({ stage: USERS, path: 'users/', query, ...options });
      if (!isList(json)) throw ozError('wrongShape', { host, field: 'items' }, { stage: USERS });
      const page = objects(json).map(userOf);
      const before = found.size;
      for (const user of page) found.set(user.userId, user);
      if (page.length < PAGE || found.size === before) return [...found.values()];
    }
  };

  return {
    users,

    async whoAmI(options) {
      const all = await users(options);
      const [only] = all;
      const me =
        ownEmail === undefined
          ? all.length === 1
            ? only
            : undefined
          : all.find(({ email }) => email.toLowerCase() === ownEmail.toLowerCase());
      if (me !== undefined) return me;
      throw ozError('whoAmIUnknown', { host, count: all.length }, { stage: USERS });
    },

    async createUser(user, options) {
      if (user.email.trim() === '') throw ozError('userField', { field: 'email' });
      if (user.password === '') throw ozError('userField', { field: 'password' });
      try {
        const json = await api.json({
          stage: USERS,
          method: 'POST',
          path: 'users/',
          json: newUserBody(user),
          what: 'company',
          secret: true,
          ...options,
        });
        return userOf(json);
      } catch (error) {
        if (error instanceof OzError && error.cause.apiCode === ALREADY_EXISTS)
          throw ozError('userExists', {}, error.cause);
        throw error;
      }
    },

    async deactivateUser(userId, options) {
      const json = await api.json({
        stage: USERS,
        method: 'PATCH',
        path: `users/${pathSegment(userId, 'user')}/`,
        json: deactivation(),
        what: 'user',
        idempotent: true,
        ...options,
      });
      const user = userOf(json);
      // Nobody shall believe that a user is locked out who is not.
      if (user.active !== false) throw ozError('wrongShape', { host, field: 'is_active' }, { stage: USERS });
      return user;
    },

    async createCompany(name, options) {
      if (name.trim() === '') throw ozError('companyName');
      const json = await api.json({
        stage: COMPANIES,
        method: 'POST',
        path: 'companies/',
        json: { name },
        ...options,
      });
      const [made] = readCompanies([asObject(json)]);
      if (made === undefined || made.companyId === '')
        throw ozError('wrongShape', { host, field: 'company_id' }, { stage: COMPANIES });
      return { ...made, name: made.name === '' ? name : made.name } satisfies Company;
    },

    async deleteCompany(companyId, options) {
      const path = `companies/${pathSegment(companyId, 'company')}/`;
      await api.send({ stage: COMPANIES, method: 'DELETE', path, what: 'company', ...options });
    },
  };
}
