import type { Files } from './files';
import type { FolderRecord, MediaRecord, AnalysisRecord } from './records';
import type { Store } from './store';

/** A store and the files its records name: the server has one, each non-persistent request a short-lived one. */
export class Workspace {
  constructor(
    readonly store: Store,
    readonly files: Files,
  ) {}

  mediaOf(folder: FolderRecord): MediaRecord[] {
    return folder.mediaIds.flatMap((id) => this.store.get('media', id) ?? []);
  }

  analysesOf(folder: FolderRecord): AnalysisRecord[] {
    return folder.analysisIds.flatMap((id) => this.store.get('analyses', id) ?? []);
  }

  /** Removes a media file with its file, its report and its best shots. */
  async removeMedia(media: MediaRecord): Promise<void> {
    const { store, files } = this;
    const bestShot = store.get('reports', media.mediaId)?.bestShot;
    store.remove('media', media.mediaId);
    store.remove('reports', media.mediaId);
    const folder = store.get('folders', media.folderId);
    if (folder !== undefined) {
      const mediaIds = folder.mediaIds.filter((id) => id !== media.mediaId);
      store.put('folders', folder.folderId, { ...folder, mediaIds, timeUpdated: now() });
    }
    await files.remove(media.folderId, media.file);
    if (media.video !== undefined) await files.remove(media.folderId, media.video);
    if (bestShot !== undefined) await files.remove(media.folderId, bestShot.file);
  }

  /** Removes a folder with everything in it. */
  async removeFolder(folder: FolderRecord): Promise<void> {
    for (const id of folder.mediaIds) {
      this.store.remove('media', id);
      this.store.remove('reports', id);
    }
    for (const id of folder.analysisIds) this.store.remove('analyses', id);
    this.store.remove('folders', folder.folderId);
    await this.files.removeAll(folder.folderId);
  }
}

/** Epoch seconds with a millisecond fraction (docs/oz-api.md 1.1). */
export function now(): number {
  return Date.now() / 1000;
}
