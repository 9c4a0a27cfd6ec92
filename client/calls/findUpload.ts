import { randomUUID } from 'node:crypto';
import type { Api } from '../api';
import type { CallOptions } from '../contract';
import type { Folder, Media, MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';
import { markUpload, showsMetadata, UPLOAD_KEY, uploadOf } from '../wire/metadata';
import { isList, rawMedia, readFolderPage } from '../wire/folder';
import type { UrlReader } from '../wire/media';
import { folderQuery } from '../wire/write';
import type { Found } from './settle';

/** The search begins this much earlier, because clocks differ and the server may note the time late. */
const SEARCH_MARGIN_SECONDS = 60;
const PAGE_SIZE = 20;

/** A new id that marks one upload in the metadata of what it makes. */
export const newUploadId = (): string => randomUUID();

/** The media of an upload, each with its mark in the metadata. */
export function markedMedia(media: readonly MediaSource[], uploadId: string): MediaSource[] {
  return media.map((one) => ({ ...one, metadata: markUpload(one.metadata, uploadId) }));
}

/** The folder that an upload made, by the list of folders (docs/oz-api.md 2.6). */
export async function findFolder(
  api: Api,
  url: UrlReader,
  upload: { uploadId: string; count: number; since: number | undefined },
  get: (folderId: string) => Promise<Folder>,
  options?: CallOptions,
): Promise<Found<Folder>> {
  const { uploadId, count, since } = upload;
  const query = folderQuery(
    omitUndefined({
      metadata: { [UPLOAD_KEY]: uploadId },
      createdMin: since === undefined ? undefined : since - SEARCH_MARGIN_SECONDS,
      newestFirst: true,
      limit: PAGE_SIZE,
      count: false,
    }),
  );
  const json = await api.json({ stage: 'find-upload', path: 'folders/', query, ...options });
  if (!isList(json)) return 'unclear';
  const { items } = readFolderPage(json, url);
  const ours = items.find(({ raw }) => uploadOf(raw) === uploadId);
  // A server that ignores the filter, or hides the metadata, shows other folders; then nothing is certain.
  if (ours === undefined) return items.length === 0 ? 'absent' : 'unclear';
  const folder = await get(ours.folderId);
  // Some of its media may still be on their way, or were lost with the connection.
  return folder.media.length >= count ? { found: folder } : 'partly';
}

/**
 * Whether a folder without a mark was made since then (epoch seconds). Such a folder may come from an upload that could
 * not be marked, or from another program; nobody can tell, and adopting another person's folder would be worse than
 * finding none.
 */
export async function anyUnmarked(
  api: Api,
  url: UrlReader,
  since: number | undefined,
  options?: CallOptions,
): Promise<'absent' | 'unclear'> {
  const query = folderQuery(
    omitUndefined({
      createdMin: since === undefined ? undefined : since - SEARCH_MARGIN_SECONDS,
      newestFirst: true,
      limit: PAGE_SIZE,
      count: false,
    }),
  );
  const json = await api.json({ stage: 'find-upload', path: 'folders/', query, ...options });
  if (!isList(json) || since === undefined) return 'unclear';
  const { items } = readFolderPage(json, url);
  const mayBe = items.filter(
    ({ raw, timeCreated }) =>
      uploadOf(raw) === undefined && (timeCreated === undefined || timeCreated >= since),
  );
  return mayBe.length === 0 && items.length < PAGE_SIZE ? 'absent' : 'unclear';
}

/** The media that an upload added to a folder. */
export function findMedia(folder: Folder, uploadId: string, count: number): Found<Media[]> {
  const all = rawMedia(folder);
  const ours = folder.media.filter((_media, at) => uploadOf(all[at] ?? null) === uploadId);
  if (ours.length >= count) return { found: ours };
  if (ours.length > 0) return 'partly';
  // When the server does not show the metadata of media, nothing is certain.
  return all.every(showsMetadata) ? 'absent' : 'unclear';
}
