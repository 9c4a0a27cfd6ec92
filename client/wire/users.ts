import type { Json, NewUser, User, UserRole } from '../model';
import { omitUndefined } from '../omitUndefined';
import { markUpload } from './metadata';
import { asObject, textOf } from './shapes';

/** `user_type` and the flag that make each role (docs/oz-api.md 1.7). */
const ROLES: Readonly<Record<UserRole, { type: string; flag?: 'is_admin' | 'is_service' }>> = {
  clientAdmin: { type: 'CLIENT', flag: 'is_admin' },
  service: { type: 'CLIENT', flag: 'is_service' },
  client: { type: 'CLIENT' },
  clientOperator: { type: 'CLIENT OPERATOR' },
  operator: { type: 'OPERATOR' },
  admin: { type: 'ADMIN' },
};

/** A user (docs/oz-api.md 4.5). Only what is named here is read, so a password that a server repeats goes nowhere. */
export function readUser(json: Json): User {
  const body = asObject(json);
  const type = textOf(body, 'user_type')?.toUpperCase();
  const role = (Object.keys(ROLES) as UserRole[]).find((name) => {
    const { type: known, flag } = ROLES[name];
    return known === type && (flag === undefined || body[flag] === true);
  });
  const { is_active: active } = body;
  return omitUndefined({
    userId: textOf(body, 'user_id') ?? '',
    email: textOf(body, 'email') ?? '',
    firstName: textOf(body, 'first_name'),
    middleName: textOf(body, 'middle_name'),
    lastName: textOf(body, 'last_name'),
    role,
    companyId: textOf(body, 'company_id'),
    active: typeof active === 'boolean' ? active : undefined,
    mayStart: Object.fromEntries(
      Object.entries(body).flatMap(([key, value]) => {
        const analysis = /^can_start_analy[sz][ei]s?_(\w+)$/.exec(key)?.[1];
        return analysis === undefined || typeof value !== 'boolean' ? [] : [[analysis, value]];
      }),
    ),
  });
}

/** The body that makes a user, marked so that it can be found again. */
export function newUserBody(
  { email, password, firstName, lastName, role, companyId }: NewUser,
  uploadId: string,
): Json {
  const { type, flag } = ROLES[role];
  return {
    email,
    password,
    first_name: firstName,
    last_name: lastName,
    user_type: type,
    ...(flag === undefined ? {} : { [flag]: true }),
    ...(companyId === undefined ? {} : { company_id: companyId }),
    meta_data: markUpload(undefined, uploadId),
  };
}

/** The body that makes a company, marked as well. */
export const newCompanyBody = (name: string, uploadId: string): Json => ({
  name,
  meta_data: markUpload(undefined, uploadId),
});

/** The body that keeps a user from signing in. That `is_active` does so is inferred (docs/wire.md). */
export const deactivation = (): Json => ({ is_active: false });
