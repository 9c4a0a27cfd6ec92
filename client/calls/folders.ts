import type { Api } from '../api';
import type { CallOptions, OzClient } from '../contract';
import type { MediaLimits } from '../media/prepare';
import type { Folder } from '../model';
import { omitUndefined } from '../omitUndefined';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import { folderIdOf, isFolder, isList, readFolder, readFolderPage } from '../wire/folder';
import { areElsewhere, readMediaList, type UrlReader } from '../wire/media';
import { isAnother, objects } from '../wire/shapes';
import { folderQuery } from '../wire/write';
import type { ListRead } from '../watcher/folderList';
import { sendContainer } from './container';
import { anyUnmarked, findFolder, findMedia, markedMedia, newUploadId } from './findUpload';
import { sentAt } from './sentAt';
import { isOfAnotherUpload, markUpload } from '../wire/metadata';
import type { Settle } from './settle';
import { sendMedia, type Findable } from './upload';

type FoldersOfClient = OzClient['folders'];

export interface FolderCalls extends FoldersOfClient {
  /** The list for the watcher: turns only the wanted folders into objects. */
  find: ListRead;
  /** How a new folder with this mark is found again when the answer to its upload was lost. */
  findable(uploadId: string, options?: CallOptions): Findable<Folder>;
  /** The same for the folder of a container, which is encrypted and so cannot be marked. */
  findableContainer(options?: CallOptions): Findable<Folder>;
}

/** Folders and their media (docs/oz-api.md 2). */
export function folderCalls(api: Api, url: UrlReader, limits: MediaLimits, settle: Settle): FolderCalls {
  const { host } = api.server;
  const get: FoldersOfClient['get'] = async (folderId, options) => {
    const json = await api.json({
      stage: 'read-folder',
      path: `folders/${pathSegment(folderId, 'folder')}/`,
      query: { with_analyses: 'true' },
      what: 'folder',
      ...options,
    });
    if (!isFolder(json))
      throw ozError('wrongShape', { host, field: 'folder_id' }, { stage: 'read-folder', folderId });
    const folder = readFolder(json, url);
    if (isAnother(folderId, folder.folderId))
      throw ozError('otherAnswer', { host }, { stage: 'read-folder', folderId });
    return folder;
  };

  const findable: FolderCalls['findable'] = (uploadId, options) => {
    const since = api.serverTime();
    return {
      settle,
      details: { uploadId },
      find: (count) =>
        findFolder(api, url, { uploadId, count, since }, (folderId) => get(folderId, options), options),
    };
  };

  const findableContainer: FolderCalls['findableContainer'] = (options) => {
    const since = sentAt(api);
    return {
      settle,
      details: { sentAt: since() ?? Math.floor(Date.now() / 1000) },
      find: () => anyUnmarked(api, url, since(), options),
    };
  };

  return {
    findable,
    findableContainer,

    async create(request, options) {
      const { media, metadata, webhook, additionalInfo, onProgress, onUploadId } = request;
      const uploadId = newUploadId();
      onUploadId?.(uploadId);
      return sendMedia(
        api,
        omitUndefined({
          stage: 'upload',
          path: 'folders/',
          media,
          payload: omitUndefined({ metadata: markUpload(metadata, uploadId), webhook, additionalInfo }),
          limits,
          onProgress,
          signal: options?.signal,
        }),
        (json) => newFolder(json, url, host, uploadId),
        findable(uploadId, options),
      );
    },

    async createFromContainer(request, options) {
      const call = { path: 'folders/', limits, ...request, ...options };
      return sendContainer(api, call, (json) => newFolder(json, url, host), findableContainer(options));
    },

    async addMedia(folderId, request, options) {
      const { media, metadata, webhook, additionalInfo, onProgress, onUploadId } = request;
      const uploadId = newUploadId();
      onUploadId?.(uploadId);
      return sendMedia(
        api,
        omitUndefined({
          stage: 'upload',
          path: `folders/${pathSegment(folderId, 'folder')}/media/`,
          what: 'folder',
          media: markedMedia(media, uploadId),
          payload: omitUndefined({ metadata, webhook, additionalInfo }),
          limits,
          onProgress,
          signal: options?.signal,
        }),
        (json) => {
          if (areElsewhere(json, folderId))
            throw ozError('otherAnswer', { host }, { stage: 'upload', folderId });
          const read = readMediaList(json, url);
          if (read.length > 0) return read;
          throw ozError('wrongShape', { host, field: 'media_id' }, { stage: 'upload', folderId });
        },
        {
          settle,
          details: { folderId, uploadId },
          find: async (count) => findMedia(await get(folderId, options), uploadId, count),
        },
      );
    },

    get,

    async list(query, options) {
      const json = await api.json({
        stage: 'list-folders',
        path: 'folders/',
        query: folderQuery(query),
        ...options,
      });
      if (!isList(json)) throw ozError('wrongShape', { host, field: 'items' }, { stage: 'list-folders' });
      return readFolderPage(json, url);
    },

    async find(query, wanted, signal) {
      const json = await api.json({ stage: 'wait', path: 'folders/', query: folderQuery(query), signal });
      if (!isList(json)) throw ozError('wrongShape', { host, field: 'items' }, { stage: 'wait' });
      const items = objects(json);
      const ours = items.filter((item) => wanted(folderIdOf(item) ?? ''));
      return { folders: ours.map((item) => readFolder(item, url)), items: items.length };
    },

    async delete(folderId, options) {
      const path = `folders/${pathSegment(folderId, 'folder')}/`;
      await api.send({ stage: 'delete-folder', method: 'DELETE', path, what: 'folder', ...options });
    },
  };
}

function newFolder(json: unknown, url: UrlReader, host: string, uploadId?: string): Folder {
  const folder = readFolder(json, url);
  if (uploadId !== undefined && isOfAnotherUpload(folder.raw, uploadId))
    throw ozError('otherAnswer', { host }, { stage: 'upload' });
  if (folder.folderId === '') throw ozError('wrongShape', { host, field: 'folder_id' }, { stage: 'upload' });
  return folder;
}
