import type { FastifyInstance } from 'fastify';
import { mayDelete } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, folderFor, tokenOf, wireFor } from '../context';
import { ApiError } from '../errors';
import { controlsOf } from '../failureInjection/controls';
import { requestedAnalyses } from '../jobs/request';
import { flag } from '../list/paging';
import { rulesOf } from '../profiles';
import type { FolderRecord } from '../store/records';
import { discardAll } from '../upload/multipart';
import { folderPayload } from '../upload/payload';
import { addMedia, newFolder, readUpload } from '../upload/receive';
import { folderBody } from '../wire/view';
import { injectFailureFor, MAX_ANSWER_MS, pathId } from './call';
import { queryOf } from './lists';

/** Create, read and delete folders (docs/oz-api.md 2.1, 2.2, 5.2). */
export function folderRoutes(app: FastifyInstance, context: Context): void {
  const { workspace, analyses, webhooks, failures, options } = context;

  app.post('/api/folders', async (request, reply) => {
    const account = callerOf(request, context);
    const upload = await readUpload(request, workspace.files);
    let folder: FolderRecord | undefined;
    let ids: string[];
    try {
      const payload = folderPayload(upload.payload);
      const names = upload.files.map(({ name }) => name);
      const controls = controlsOf(payload.metaData, names);
      const scope = `${account.userId} ${JSON.stringify(controls)}`;
      await failures.inject('upload', scope, controls, { request, reply, token: tokenOf(request) });
      folder = newFolder(account, payload);
      workspace.store.put('folders', folder.folderId, folder);
      const added = await addMedia(folder, upload, workspace, context.setVideos);
      // Servers before 6.0.1 do not know the single request and ignore the key (docs/oz-api.md 5.2).
      const wanted = rulesOf(options.profile).singleRequest ? payload.analyses : undefined;
      const records =
        wanted === undefined
          ? []
          : requestedAnalyses(wanted, { workspace, profile: options.profile, account, ...added });
      analyses.start(records);
      ids = records.map(({ analysisId }) => analysisId);
    } catch (error) {
      await discardAll(upload.files, workspace.files);
      if (folder !== undefined) await workspace.removeFolder(folder);
      throw error;
    }
    if (ids.length > 0) await webhooks.analysesBegin(folder.folderId);
    await analyses.settled(ids, MAX_ANSWER_MS);
    const created = folderFor(account, folder.folderId, context);
    return reply.code(201).send(folderBody(created, wireFor(request, context), ids.length > 0));
  });

  app.get('/api/folders/:folderId', async (request, reply) => {
    const folder = folderFor(callerOf(request, context), pathId(request, 'folderId'), context);
    await injectFailureFor(folder, 'result', request, reply, context);
    // The documentation reads analyses from the plain GET too (docs/oz-api.md 6.1).
    const withAnalyses = flag(queryOf(request), 'with_analyses', true);
    return folderBody(folder, wireFor(request, context), withAnalyses);
  });

  app.delete('/api/folders/:folderId', async (request, reply) => {
    const account = callerOf(request, context);
    const folder = folderFor(account, pathId(request, 'folderId'), context);
    if (!mayDelete(account)) throw new ApiError('authForbidden');
    analyses.cancel(folder.mediaIds);
    await workspace.removeFolder(folder);
    return reply.code(204).send();
  });
}
