import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayRead } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, folderFor, wireFor } from '../context';
import { ANALYSIS_FIELDS, ANALYSIS_ORDER, FOLDER_ORDER, folderFields } from '../list/fields';
import type { Query } from '../list/filters';
import { listFilter } from '../list/filters';
import { flag, page, pageBody } from '../list/paging';
import { sorted } from '../list/sorting';
import { analysisBody, folderBody } from '../wire/view';
import { pathId, injectFailureFor } from './call';

/** Lists of folders and analyses (docs/oz-api.md 2.6, 3.1). */
export function listRoutes(app: FastifyInstance, context: Context): void {
  const { workspace } = context;
  const fields = folderFields(workspace);

  app.get('/api/folders', async (request) => {
    const account = callerOf(request, context);
    const query = queryOf(request);
    const wanted = listFilter(query, fields);
    const withAnalyses = flag(query, 'with_analyses', false);
    const folders = [...workspace.store.all('folders')].filter(
      (folder) => mayRead(account, folder) && wanted(folder),
    );
    const wire = wireFor(request, context);
    const body = page(sorted(folders, query, FOLDER_ORDER), query);
    return pageBody(body, (folder) => folderBody(folder, wire, withAnalyses));
  });

  app.get('/api/folders/:folderId/analyses', async (request, reply) => {
    const folder = folderFor(callerOf(request, context), pathId(request, 'folderId'), context);
    await injectFailureFor(folder, 'result', request, reply, context);
    const wanted = listFilter(queryOf(request), ANALYSIS_FIELDS);
    const wire = wireFor(request, context);
    // In the order in which they were ordered, as the samples show them.
    return workspace
      .analysesOf(folder)
      .filter(wanted)
      .map((analysis) => analysisBody(analysis, wire));
  });

  app.get('/api/analyses', async (request) => {
    const account = callerOf(request, context);
    const query = queryOf(request);
    const wanted = listFilter(query, ANALYSIS_FIELDS);
    const analyses = [...workspace.store.all('analyses')].filter((analysis) => {
      const folder = workspace.store.get('folders', analysis.folderId);
      return folder !== undefined && mayRead(account, folder) && wanted(analysis);
    });
    const wire = wireFor(request, context);
    return pageBody(page(sorted(analyses, query, ANALYSIS_ORDER), query), (item) => analysisBody(item, wire));
  });
}

/** The parsed query; the router makes an object of it. */
export function queryOf(request: FastifyRequest): Query {
  const { query } = request;
  return typeof query === 'object' && query !== null ? { ...query } : {};
}
