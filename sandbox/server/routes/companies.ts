import type { FastifyInstance } from 'fastify';
import { COMPANY } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf } from '../context';
import { parameterText } from '../list/filters';
import { page, pageBody } from '../list/paging';
import { queryOf } from './lists';

/** Companies by a part of the name (docs/oz-api.md 5.5); the sandbox has one. */
export function companyRoutes(app: FastifyInstance, context: Context): void {
  app.get('/api/companies', async (request) => {
    callerOf(request, context);
    const query = queryOf(request);
    const text = (parameterText(query, 'search_text') ?? '').toLowerCase();
    const found = [COMPANY].filter(({ name }) => name.toLowerCase().includes(text));
    return pageBody(page(found, query), ({ companyId, name }) => ({ company_id: companyId, name }));
  });
}
