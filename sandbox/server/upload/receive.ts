import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Account } from '../auth/accounts';
import { COMPANY } from '../auth/accounts';
import type { FolderRecord, MediaRecord } from '../store/records';
import type { Files } from '../store/files';
import type { Workspace } from '../store/workspace';
import { now } from '../store/workspace';
import { parseJsonObject } from './json';
import { readContainer } from './container';
import { mediaKind } from './mediaType';
import type { Upload } from './multipart';
import { readMultipart, tooManyFiles } from './multipart';
import { MAX_FILES } from './limits';
import type { FolderPayload } from './payload';
import { filePayload } from './payload';

/** The three kinds of bodies that bring media (reference 1.1): multipart, JSON without files, an opaque container. */
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

/** Makes the records of the uploaded files and adds them to a folder; throws before anything is kept. */
export async function addMedia(
  folder: FolderRecord,
  upload: Upload,
  { store, files }: Workspace,
): Promise<{ folder: FolderRecord; media: MediaRecord[]; keys: Map<string, string> }> {
  if (folder.mediaIds.length + upload.files.length > MAX_FILES) throw tooManyFiles();
  const plans = upload.files.map((part) => ({
    part,
    kind: mediaKind(part),
    ...filePayload(upload.payload, part.key),
  }));
  const media: MediaRecord[] = [];
  const keys = new Map<string, string>();
  const time = now();
  for (const { part, kind, tags, metaData } of plans) {
    const mediaId = randomUUID();
    const record: MediaRecord = {
      mediaId,
      folderId: folder.folderId,
      mediaType: kind.mediaType,
      originalName: part.name,
      file: await files.keep(part.received, folder.folderId, kind.extension),
      tags,
      metaData,
      timeCreated: time,
      timeUpdated: time,
    };
    keys.set(part.key, mediaId);
    media.push(record);
    store.put('media', mediaId, record);
  }
  const current = store.get('folders', folder.folderId) ?? folder;
  const mediaIds = [...current.mediaIds, ...media.map(({ mediaId }) => mediaId)];
  const filled = { ...current, mediaIds, timeUpdated: time };
  store.put('folders', folder.folderId, filled);
  return { folder: filled, media, keys };
}

export function newFolder(account: Account | null, { metaData, endpoint }: FolderPayload): FolderRecord {
  const time = now();
  return {
    folderId: randomUUID(),
    userId: account?.userId ?? '',
    companyId: account === null ? COMPANY.companyId : account.companyId,
    mediaIds: [],
    analysisIds: [],
    endpoints: endpoint === null ? [] : [endpoint],
    metaData,
    timeCreated: time,
    timeUpdated: time,
  };
}
