import type { FastifyInstance } from 'fastify';
import type { Account, AccountChange } from '../auth/accounts';
import { COMPANY, ROLES, mayManage } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf } from '../context';
import { ApiError } from '../errors';
import { page, pageBody } from '../list/paging';
import type { AnalysisType, JsonObject, JsonValue } from '../store/records';
import { ANALYSIS_TYPES } from '../store/records';
import { isJsonObject } from '../upload/json';
import { jsonBody, pathId, requiredText } from './call';
import { queryOf } from './lists';

/** What a CLIENT ADMIN or an ADMIN is called in `user_type` (docs/oz-api.md 1.7). */
const USER_TYPES: Readonly<Record<Account['role'], string>> = {
  client: 'CLIENT',
  'client-admin': 'CLIENT',
  'client-operator': 'CLIENT OPERATOR',
  service: 'CLIENT',
  operator: 'OPERATOR',
  admin: 'ADMIN',
};

/**
 * Users (docs/oz-api.md 1.7, 4.5). That there is a list, and that users are created, read and changed, is documented;
 * the bodies follow the documented user object, the rest is a guess. New users live until the sandbox ends, because
 * their passwords are not written down.
 */
export function userRoutes(app: FastifyInstance, context: Context): void {
  const { accounts, sessions } = context;

  app.get('/api/users', async (request) => {
    const caller = callerOf(request, context);
    const found = accounts.all().filter((user) => mayManage(caller, user) || user.userId === caller.userId);
    return pageBody(page(found, queryOf(request)), userBody);
  });

  app.post('/api/users', async (request, reply) => {
    const caller = callerOf(request, context);
    const body = jsonBody(request);
    const email = requiredText(body, 'email').trim();
    const password = requiredText(body, 'password');
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw wrong('email', 'An e-mail address is expected');
    if (password === '') throw wrong('password', 'It is empty');
    const account = { email, password, role: roleOf(body), ...changeOf(body) };
    const companyId =
      body['company_id'] === undefined
        ? (caller.companyId ?? COMPANY.companyId)
        : requiredText(body, 'company_id');
    if (!mayManage(caller, { role: account.role, companyId })) throw new ApiError('authForbidden');
    if (accounts.company(companyId) === undefined) throw new ApiError('notExist', { company_id: companyId });
    const added = accounts.add(account, companyId);
    if (added === undefined) throw new ApiError('alreadyExist', { key_path: 'email' });
    return reply.code(201).send(userBody(added));
  });

  app.get('/api/users/:userId', async (request) => {
    const caller = callerOf(request, context);
    const user = userFor(caller, pathId(request, 'userId'), context);
    return userBody(user);
  });

  app.patch('/api/users/:userId', async (request) => {
    const caller = callerOf(request, context);
    const user = userFor(caller, pathId(request, 'userId'), context);
    const change = changeOf(jsonBody(request));
    const own = user.userId === caller.userId;
    if (own ? change.active === false || change.denied !== undefined : !mayManage(caller, user)) {
      throw new ApiError('authForbidden');
    }
    const changed = accounts.change(user.userId, change);
    if (change.active === false) sessions.revokeAllOf(user.userId);
    return userBody(changed ?? user);
  });
}

/** The user object; the password is never part of it. */
export function userBody(user: Account): JsonObject {
  return {
    user_id: user.userId,
    user_type: USER_TYPES[user.role],
    email: user.email,
    first_name: user.firstName ?? null,
    middle_name: user.middleName ?? null,
    last_name: user.lastName ?? null,
    company_id: user.companyId,
    is_admin: user.role === 'client-admin',
    is_service: user.role === 'service',
    is_active: user.active !== false,
    ...Object.fromEntries(
      ANALYSIS_TYPES.map((type) => [flagName(type), user.denied?.includes(type) !== true]),
    ),
    meta_data: user.metaData ?? null,
  };
}

/** The user with this id, for that user or whoever manages it. */
export function userFor(caller: Account, userId: string, { accounts }: Context): Account {
  const user = accounts.byId(userId);
  if (user === undefined) throw new ApiError('notExist', { user_id: userId });
  if (user.userId !== caller.userId && !mayManage(caller, user)) throw new ApiError('authForbidden');
  return user;
}

const flagName = (type: AnalysisType): string => `can_start_analysis_${type.toLowerCase()}`;

/** The keys of a body that change a user; others are ignored, as elsewhere. */
function changeOf(body: JsonObject): AccountChange {
  const denied = ANALYSIS_TYPES.filter((type) => optionalFlag(body, flagName(type)) === false);
  const named = ANALYSIS_TYPES.some((type) => body[flagName(type)] !== undefined);
  const active = optionalFlag(body, 'is_active');
  const metaData = body['meta_data'];
  if (metaData !== undefined && !isJsonObject(metaData))
    throw new ApiError('invalidType', { key_path: 'meta_data', expected: 'object' });
  return {
    ...(body['first_name'] === undefined ? {} : { firstName: requiredText(body, 'first_name') }),
    ...(body['middle_name'] === undefined ? {} : { middleName: requiredText(body, 'middle_name') }),
    ...(body['last_name'] === undefined ? {} : { lastName: requiredText(body, 'last_name') }),
    ...(active === undefined ? {} : { active }),
    ...(named ? { denied } : {}),
    ...(metaData === undefined ? {} : { metaData }),
  };
}

function roleOf(body: JsonObject): Account['role'] {
  const type = (body['user_type'] === undefined ? 'CLIENT' : requiredText(body, 'user_type')).toUpperCase();
  if (type === 'CLIENT' && optionalFlag(body, 'is_service') === true) return 'service';
  if (type === 'CLIENT' && optionalFlag(body, 'is_admin') === true) return 'client-admin';
  const role = ROLES.find((name) => USER_TYPES[name] === type);
  if (role === undefined)
    throw wrong('user_type', `Expected ${[...new Set(Object.values(USER_TYPES))].join(', ')}`);
  return role;
}

function optionalFlag(body: JsonObject, key: string): boolean | undefined {
  const value: JsonValue | undefined = body[key];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new ApiError('invalidType', { key_path: key, expected: 'boolean' });
}

function wrong(keyPath: string, message: string): ApiError {
  return new ApiError('invalidValue', { key_path: keyPath, message });
}
