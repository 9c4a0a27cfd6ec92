import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Company } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf } from '../context';
import { ApiError, missingField } from '../errors';
import { parameterText } from '../list/filters';
import { page, pageBody } from '../list/paging';
import type { JsonObject } from '../store/records';
import { optionalObject } from '../upload/json';
import { jsonBody, pathId, requiredText } from './call';
import { queryOf } from './lists';

/**
 * Companies by a part of the name (docs/oz-api.md 5.5). That an administrator makes and deletes them is documented
 * (docs/oz-api.md 1.7), the calls are a guess. New ones live until the sandbox ends, as new users do.
 */
export function companyRoutes(app: FastifyInstance, context: Context): void {
  const { accounts } = context;

  const administrator = (request: FastifyRequest): void => {
    if (callerOf(request, context).role !== 'admin') throw new ApiError('authForbidden');
  };

  app.get('/api/companies', async (request) => {
    const caller = callerOf(request, context);
    const query = queryOf(request);
    const text = (parameterText(query, 'search_text') ?? '').toLowerCase();
    const found = accounts.companiesFor(caller).filter(({ name }) => name.toLowerCase().includes(text));
    return pageBody(page(found, query), companyBody);
  });

  app.post('/api/companies', async (request, reply) => {
    administrator(request);
    const body = jsonBody(request);
    const name = requiredText(body, 'name').trim();
    if (name === '') throw missingField('name');
    const company = accounts.addCompany(name, optionalObject(body['meta_data'], 'meta_data'));
    if (company === undefined) throw new ApiError('alreadyExist', { key_path: 'name' });
    return reply.code(201).send(companyBody(company));
  });

  app.delete('/api/companies/:companyId', async (request, reply) => {
    administrator(request);
    const companyId = pathId(request, 'companyId');
    if (accounts.company(companyId) === undefined) throw new ApiError('notExist', { company_id: companyId });
    if (!accounts.removeCompany(companyId))
      throw new ApiError('invalidValue', {
        key_path: 'company_id',
        message: 'The company has users or data',
      });
    return reply.code(204).send();
  });
}

function companyBody({ companyId, name, metaData }: Company): JsonObject {
  return { company_id: companyId, name, meta_data: metaData };
}
