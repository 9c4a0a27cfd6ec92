import type { FastifyInstance } from 'fastify';
import type { Account } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, folderFor, wireFor } from '../context';
import { ApiError } from '../errors';
import { requestedAnalyses } from '../jobs/request';
import type { AnalysisRecord, FolderRecord } from '../store/records';
import { isJsonObject } from '../upload/json';
import { webhookAddress } from '../upload/payload';
import { analysisBody } from '../wire/view';
import { jsonBody, pathId, injectFailureFor } from './call';

/** Start and read analyses (docs/oz-api.md 3.1, 3.2, 3.5). */
export function analysisRoutes(app: FastifyInstance, context: Context): void {
  const { workspace, analyses, webhooks, options } = context;

  app.post('/api/folders/:folderId/analyses', async (request, reply) => {
    const account = callerOf(request, context);
    const folderId = pathId(request, 'folderId');
    const body = jsonBody(request);
    await injectFailureFor(folderFor(account, folderId, context), 'analyses', request, reply, context);
    const folder = folderFor(account, folderId, context);
    const { profile } = options;
    const records = requestedAnalyses(body['analyses'], {
      workspace,
      profile,
      folder,
      account,
      keys: new Map(),
    });
    // The place of the address is not certain: at the root, or in an analysis (docs/oz-api.md 5.1, 3.2).
    const items = Array.isArray(body['analyses']) ? body['analyses'].filter(isJsonObject) : [];
    const addresses = [body, ...items].flatMap((item) => webhookAddress(item['resolution_endpoint']) ?? []);
    addEndpoints(folder, addresses, context);
    const wire = wireFor(request, context);
    const answer = records.map((record) => analysisBody(record, wire));
    analyses.start(records);
    await webhooks.analysesBegin(folder.folderId);
    return reply.code(201).send(answer);
  });

  app.get('/api/analyses/:analysisId', async (request, reply) => {
    const account = callerOf(request, context);
    const { analysis, folder } = analysisFor(account, pathId(request, 'analysisId'), context);
    await injectFailureFor(folder, 'result', request, reply, context);
    return analysisBody(analysis, wireFor(request, context));
  });
}

/** An analysis in a folder the caller may see; throws `notExist` and `authForbidden`. */
export function analysisFor(
  account: Account,
  analysisId: string,
  context: Context,
): { analysis: AnalysisRecord; folder: FolderRecord } {
  const analysis = context.workspace.store.get('analyses', analysisId);
  if (analysis === undefined) throw new ApiError('notExist', { analysis_id: analysisId });
  return { analysis, folder: folderFor(account, analysis.folderId, context) };
}

function addEndpoints(folder: FolderRecord, addresses: readonly string[], { workspace }: Context): void {
  const endpoints = [...new Set([...folder.endpoints, ...addresses])];
  workspace.store.put('folders', folder.folderId, { ...folder, endpoints });
}
