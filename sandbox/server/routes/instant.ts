import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Account } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, tokenOf } from '../context';
import { ApiError } from '../errors';
import { controlsOf } from '../failureInjection/controls';
import { Analyses } from '../jobs/analyses';
import { requestedAnalyses } from '../jobs/request';
import type { JsonObject, JsonValue } from '../store/records';
import { MemoryFiles } from '../store/memoryFiles';
import { MemoryStore } from '../store/memoryStore';
import { Workspace } from '../store/workspace';
import { folderPayload } from '../upload/payload';
import { addMedia, newFolder, readUpload } from '../upload/receive';
import type { Wire } from '../wire/view';
import { folderBody } from '../wire/view';
import { MAX_ANSWER_MS } from './call';

/** What is ordered when the request does not say (its documented sample is cut before that place). */
const DEFAULT_ANALYSES: JsonValue = [{ type: 'quality' }];

/**
 * The non-persistent mode (docs/oz-api.md 5.3): one call, answered with the results. Each request has its own workspace
 * in memory that nothing else refers to; it is gone with the answer. Best shots come as `data:` URLs, media have no
 * address. A token is not needed, a wrong one is refused.
 */
export function instantRoutes(app: FastifyInstance, context: Context): void {
  const { engine, similarity, failures, options, log } = context;

  app.post('/api/instant/folders', (request, reply) => {
    const account = tokenOf(request) === undefined ? null : callerOf(request, context);
    const work = (): Promise<JsonObject> => answer(request, reply, account);
    return account === null ? context.anonymous.run(work) : work();
  });

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    account: Account | null,
  ): Promise<JsonObject> {
    const files = new MemoryFiles();
    const workspace = new Workspace(new MemoryStore(), files);
    const analyses = new Analyses({
      workspace,
      engine,
      similarity,
      bestShotGestures: options.bestShotGestures,
      log,
    });
    // A client that has disconnected waits for nothing any more.
    reply.raw.once('close', () => void analyses.close());

    const upload = await readUpload(request, files);
    const payload = folderPayload(upload.payload);
    const names = upload.files.map(({ name }) => name);
    const controls = controlsOf(payload.metaData, names);
    const scope = `instant ${JSON.stringify(controls)}`;
    await failures.inject('upload', scope, controls, { request, reply, token: tokenOf(request) });

    const created = newFolder(account, { ...payload, endpoint: null });
    workspace.store.put('folders', created.folderId, created);
    const { keys, folder } = await addMedia(created, upload, workspace);
    const wanted = payload.analyses ?? (folder.mediaIds.length > 0 ? DEFAULT_ANALYSES : undefined);
    const records =
      wanted === undefined
        ? []
        : requestedAnalyses(wanted, { workspace, profile: options.profile, folder, account, keys });
    if (records.some(({ type }) => type === 'COLLECTION')) {
      throw new ApiError('invalidValue', 'There is no search in collections in the non-persistent mode');
    }
    analyses.start(records);
    await analyses.settled(
      records.map(({ analysisId }) => analysisId),
      MAX_ANSWER_MS,
    );
    const answered = workspace.store.get('folders', folder.folderId) ?? folder;
    return folderBody(answered, wireOf(workspace, files, context), true);
  }
}

function wireOf(workspace: Workspace, files: MemoryFiles, { options }: Context): Wire {
  return {
    profile: options.profile,
    workspace,
    mediaUrl: () => null,
    imageUrl: (ownerId, file) => {
      const type = file.endsWith('.png') ? 'image/png' : 'image/jpeg';
      return `data:${type};base64,${Buffer.from(files.read(ownerId, file)).toString('base64')}`;
    },
  };
}
