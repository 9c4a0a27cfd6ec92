import type { Api } from '../api';
import type { AccountCalls, CallOptions } from '../contract';
import { ozError } from '../errors/errorMessages';
import { OzError } from '../errors/ozError';
import type { Company, Json, User } from '../model';
import { pathSegment } from '../server';
import { readCompanies } from '../wire/collections';
import { asObject, isAnother, objects } from '../wire/shapes';
import { deactivation, newCompanyBody, newUserBody, readUser } from '../wire/users';
import { allPages } from './allPages';
import { findMarked } from './findInCollection';
import { newUploadId } from './findUpload';
import type { Found, Settle } from './settle';

const ALREADY_EXISTS = 13;

/**
 * Users and companies (docs/oz-api.md 1.7, 4.5), for administrators. What is sent may hold a password, so no word of an
 * answer goes into an error.
 * @param ownEmail who signs in; undefined with a token
 */
export function accountCalls(api: Api, ownEmail: string | undefined, settle: Settle): AccountCalls {
  const { host } = api.server;
  const USERS = 'manage-users';
  const COMPANIES = 'manage-companies';

  const userOf = (json: unknown): User => {
    const user = readUser(asObject(json));
    if (user.userId === '') throw ozError('wrongShape', { host, field: 'user_id' }, { stage: USERS });
    return user;
  };

  const usersAsTheyCame = (options?: CallOptions): Promise<unknown> =>
    allPages({ id: ['user_id'], host, stage: USERS }, (query) =>
      api.json({ stage: USERS, path: 'users/', query, ...options }),
    );
  const users = async (options?: CallOptions): Promise<User[]> =>
    objects(await usersAsTheyCame(options)).map(userOf);

  const companyOf = (json: unknown, name: string): Company => {
    const [made] = readCompanies([asObject(json)]);
    if (made === undefined || made.companyId === '')
      throw ozError('wrongShape', { host, field: 'company_id' }, { stage: COMPANIES });
    return { ...made, name: made.name === '' ? name : made.name };
  };

  /** Makes something with a mark exactly once. */
  const makeOnce = async <T>(
    send: (uploadId: string) => Promise<T>,
    find: (uploadId: string) => Promise<Found<T>>,
    options: CallOptions | undefined,
  ): Promise<T> => {
    const uploadId = newUploadId();
    let sends = 0;
    const again = (): Promise<T> => {
      sends += 1;
      return send(uploadId);
    };
    const look = (): Promise<Found<T>> => find(uploadId);
    const [details, signal] = [{ uploadId }, options?.signal];
    try {
      return await settle({ send: again, replayable: true, find: look, details, signal });
    } catch (error) {
      // What a repeat meets may be what the first request made after it had been looked for.
      const found = sends > 1 && existsAlready(error) ? await look() : undefined;
      if (typeof found === 'object') return found.found;
      throw error;
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
      const email = user.email.trim().toLowerCase();
      try {
        return await makeOnce(
          async (uploadId) =>
            userOf(
              await api.json({
                stage: USERS,
                method: 'POST',
                path: 'users/',
                json: newUserBody(user, uploadId),
                what: 'company',
                secret: true,
                settled: true,
                ...options,
              }),
            ),
          async (uploadId) =>
            findMarked(await usersAsTheyCame(options), uploadId, userOf, (one) =>
              ['', email].includes(one.email.toLowerCase()),
            ),
          options,
        );
      } catch (error) {
        if (existsAlready(error)) throw ozError('userExists', {}, error.cause);
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
      if (isAnother(userId, user.userId)) throw ozError('otherAnswer', { host }, { stage: USERS });
      // Nobody shall believe that a user is locked out who is not.
      if (user.active !== false) throw ozError('wrongShape', { host, field: 'is_active' }, { stage: USERS });
      return user;
    },

    async createCompany(name, options) {
      if (name.trim() === '') throw ozError('companyName');
      const path = 'companies/';
      return makeOnce(
        async (uploadId) => {
          const json = newCompanyBody(name, uploadId);
          const call = { stage: COMPANIES, method: 'POST', path, json, settled: true, ...options } as const;
          return companyOf(await api.json(call), name);
        },
        async (uploadId) => {
          const list = await api.json({ stage: COMPANIES, path, query: { search_text: name }, ...options });
          const read = (one: Json): Company => companyOf(one, name);
          return findMarked(list, uploadId, read, (one) => one.name.trim() === name.trim());
        },
        options,
      );
    },

    async deleteCompany(companyId, options) {
      const path = `companies/${pathSegment(companyId, 'company')}/`;
      await api.send({ stage: COMPANIES, method: 'DELETE', path, what: 'company', ...options });
    },
  };
}

const existsAlready = (error: unknown): error is OzError =>
  error instanceof OzError && error.cause.apiCode === ALREADY_EXISTS;
