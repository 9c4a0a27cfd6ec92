import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Account } from '../auth/accounts';
import { COMPANY } from '../auth/accounts';
import { ApiError } from '../errors';
import type { FolderRecord, MediaRecord } from '../store/records';
import type { Files } from '../store/files';
import type { Workspace } from '../store/workspace';
import { now } from '../store/workspace';
import { parseJsonObject } from './json';
import { readContainer } from './container';
import type { SetVideos } from './setVideos';
import { mediaKind } from './mediaType';
import type { Upload } from './multipart';
import { readMultipart, tooManyFiles } from './multipart';
import { MAX_FILES } from './limits';
import type { FolderPayload } from './payload';
import { filePayload } from './payload';

/** The three kinds of bodies that bring media (docs/oz-api.md 1.1): multipart, JSON without files, an opaque container. */
export async function readUpload(request: FastifyRequest, files: Files): Promise<Upload> {
  const { body, headers } = request;
  if (!(body instanceof Readable)) {
    return { files: [], payload: typeof body === 'string' ? parseJsonObject(body) : {} };
  }
  if (headers['content-type']?.startsWith('multipart/form-data') === true) {
    return readMultipart(body, headers, files);
  }
  return readContainer(body, files);
}

/**
 * Makes the records of the uploaded files and adds them to a folder. Throws before anything is kept, and `notExist` when
 * the folder was deleted while the files arrived.
 * @param setVideos where they are kept: a ZIP of pictures gets a video (docs/oz-api.md 2.5)
 */
export async function addMedia(
  { folderId }: FolderRecord,
  upload: Upload,
  { store, files }: Workspace,
  setVideos?: SetVideos,
): Promise<{ folder: FolderRecord; media: MediaRecord[]; keys: Map<string, string> }> {
  const plans = await Promise.all(
    upload.files.map(async (part) => ({
      part,
      kind: await mediaKind(part),
      ...filePayload(upload.payload, part.key),
    })),
  );
  const time = now();
  const media: MediaRecord[] = [];
  const keys = new Map<string, string>();
  const gone = async (): Promise<ApiError> => {
    await files.removeAll(folderId);
    return new ApiError('notExist', { folder_id: folderId });
  };
  for (const { part, kind, tags, metaData } of plans) {
    // The place of a folder that is deleted meanwhile may vanish under the file.
    const file = await files.keep(part.received, folderId, kind.extension).catch(async (error: unknown) => {
      throw store.get('folders', folderId) === undefined ? await gone() : error;
    });
    const mediaId = randomUUID();
    keys.set(part.key, mediaId);
    const { mediaType } = kind;
    const originalName = part.name;
    const dates = { timeCreated: time, timeUpdated: time };
    const video =
      mediaType === 'SHOTS_SET_FOLDER' ? await setVideos?.of(files.input(folderId, file)) : undefined;
    media.push({
      ...{ mediaId, folderId, mediaType, originalName, file, tags, metaData, ...dates },
      ...(video && { video: await files.write(folderId, 'mp4', video) }),
    });
  }
  // Looked at only now: other uploads to the folder, or its deletion, may have come first.
  const folder = store.get('folders', folderId);
  const count = (folder?.mediaIds.length ?? 0) + media.length;
  if (folder === undefined) throw await gone();
  if (count > MAX_FILES) {
    const made = media.flatMap(({ file, video }) => [file, ...(video === undefined ? [] : [video])]);
    await Promise.all(made.map((file) => files.remove(folderId, file)));
    throw tooManyFiles();
  }
  for (const record of media) store.put('media', record.mediaId, record);
  const mediaIds = [...folder.mediaIds, ...media.map(({ mediaId }) => mediaId)];
  const filled = { ...folder, mediaIds, timeUpdated: time };
  store.put('folders', folderId, filled);
  return { folder: filled, media, keys };
}

export function newFolder(
  account: Account | null,
  { metaData, endpoint, technicalMetaData }: FolderPayload,
): FolderRecord {
  const time = now();
  return {
    folderId: randomUUID(),
    userId: account?.userId ?? '',
    companyId: account === null ? COMPANY.companyId : account.companyId,
    mediaIds: [],
    analysisIds: [],
    endpoints: endpoint === null ? [] : [endpoint],
    technicalMetaData,
    metaData,
    timeCreated: time,
    timeUpdated: time,
  };
}
