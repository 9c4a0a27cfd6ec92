import type { Api } from '../api';
import type { OzClient } from '../contract';
import { OzError } from '../errors/ozError';
import { omitUndefined } from '../omitUndefined';
import type { Reads } from '../watcher/poller';
import { Watcher } from '../watcher/watcher';
import { showsAnalyses } from '../wire/folder';
import type { AnalysisCalls } from './analyses';
import type { FolderCalls } from './folders';

/** Some servers show the folder without its analyses, or the analyses but not the folder; then the other is read. */
function readsOf(folders: FolderCalls, analyses: AnalysisCalls): Reads {
  let byFolder = true;
  const ofFolder = async (folderId: string, signal: AbortSignal): ReturnType<Reads['folder']> => ({
    analyses: await analyses.ofFolder(folderId, { signal }),
    media: [],
    createdAt: undefined,
  });
  return {
    list: folders.find,
    analysis: (analysisId, signal) => analyses.get(analysisId, { signal }),
    async folder(folderId, signal) {
      if (!byFolder) return ofFolder(folderId, signal);
      try {
        const folder = await folders.get(folderId, { signal });
        if (showsAnalyses(folder)) {
          return { analyses: folder.analyses, media: folder.media, createdAt: folder.timeCreated };
        }
      } catch (error) {
        if (!(error instanceof OzError) || (error.cause.status !== 404 && error.cause.status !== 405))
          throw error;
      }
      const found = await ofFolder(folderId, signal);
      byFolder = false;
      return found;
    },
  };
}

/** The watcher of one client, told about every folder that the client creates and every analysis it starts. */
export function watch(
  api: Api,
  folders: FolderCalls,
  analyses: AnalysisCalls,
): { watcher: Watcher; folders: OzClient['folders']; start: OzClient['analyses']['start'] } {
  const watcher = new Watcher(readsOf(folders, analyses));
  const created = <T extends { folderId: string; timeCreated?: number }>(folder: T, webhook: boolean): T => {
    const createdAt = folder.timeCreated ?? api.serverTime();
    watcher.note(folder.folderId, omitUndefined({ createdAt, webhook: webhook || undefined }));
    return folder;
  };
  return {
    watcher,
    folders: {
      ...folders,
      async create(request, options) {
        return created(await folders.create(request, options), request.webhook !== undefined);
      },
      async createFromContainer(request, options) {
        return created(await folders.createFromContainer(request, options), false);
      },
    },
    async start(folderId, request, options) {
      const started = await analyses.start(folderId, request, options);
      watcher.note(
        folderId,
        omitUndefined({ started: true as const, webhook: request.webhook === undefined ? undefined : true }),
      );
      return started;
    },
  };
}
