import { ACCOUNT, type Answer } from '../../support/ozServer';
import { json, type CallUnderTest, type Kind } from './callUnderTest';

const USER = { user_id: 'u1', email: ACCOUNT.email, is_active: false };
const account = (
  name: string,
  kind: Kind,
  action: string,
  client: string,
  request: RegExp,
  truth: Answer,
  payload?: () => unknown,
  also?: CallUnderTest['also'],
): CallUnderTest => ({
  name: `oz-account: ${name}`,
  kind,
  client,
  node: { type: 'oz-account', action },
  request,
  truth,
  ...(payload !== undefined && { payload }),
  ...(also !== undefined && { also }),
});

/** What was made is found by the mark it was sent with. */
const listOf = (request: RegExp, made: object): NonNullable<CallUnderTest['also']> => ({
  request,
  answer: (sent) => json(sent === undefined ? [] : [{ ...made, meta_data: sent.json['meta_data'] }]),
});

/** What oz-account asks for. */
export const ACCOUNT_CALLS: CallUnderTest[] = [
  account('who am I', 'read', 'whoAmI', 'accounts.whoAmI', /^GET \/api\/users$/, json([USER])),
  account('list users', 'read', 'listUsers', 'accounts.users', /^GET \/api\/users$/, json([USER])),
  account(
    'create a user',
    'settled',
    'createUser',
    'accounts.createUser',
    /^POST \/api\/users$/,
    json(USER, 201),
    () => ({
      email: 'new@example.com',
      password: 'x',
      firstName: 'N',
      lastName: 'U',
    }),
    listOf(/^GET \/api\/users$/, USER),
  ),
  account(
    'deactivate a user',
    'read',
    'deactivateUser',
    'accounts.deactivateUser',
    /^PATCH \/api\/users\/u1$/,
    json(USER),
  ),
  account(
    'list companies',
    'read',
    'listCompanies',
    'collections.companies',
    /^GET \/api\/companies$/,
    json([{ company_id: 'co1', name: 'a' }]),
  ),
  account(
    'create a company',
    'settled',
    'createCompany',
    'accounts.createCompany',
    /^POST \/api\/companies$/,
    json({ company_id: 'co1', name: 'a' }, 201),
    () => 'a',
    listOf(/^GET \/api\/companies$/, { company_id: 'co1', name: 'a' }),
  ),
  account(
    'delete a company',
    'remove',
    'deleteCompany',
    'accounts.deleteCompany',
    /^DELETE \/api\/companies\/co1$/,
    { status: 204 },
  ),
];
