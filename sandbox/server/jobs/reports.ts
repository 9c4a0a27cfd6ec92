import type { Engine, MediaReport } from '../../engine/types';
import type { MediaRecord, ReportRecord } from '../store/records';
import type { Workspace } from '../store/workspace';

/** The engine's reports, one for each media file however many analyses ask for it. */
export class Reports {
  readonly #running = new Map<string, { report: Promise<ReportRecord>; abort: AbortController }>();

  constructor(
    readonly workspace: Workspace,
    readonly engine: Engine,
  ) {}

  /** Throws EngineError when the media cannot be read. */
  of(media: MediaRecord): Promise<ReportRecord> {
    const stored = this.workspace.store.get('reports', media.mediaId);
    if (stored !== undefined) return Promise.resolve(stored);
    const running = this.#running.get(media.mediaId);
    if (running !== undefined) return running.report;
    const abort = new AbortController();
    const report = this.#analyze(media, abort.signal).finally(() => this.#running.delete(media.mediaId));
    this.#running.set(media.mediaId, { report, abort });
    return report;
  }

  /** Stops working on a media file that is being deleted. */
  cancel(mediaId: string): void {
    this.#running.get(mediaId)?.abort.abort();
  }

  cancelAll(): void {
    for (const { abort } of this.#running.values()) abort.abort();
  }

  async #analyze(media: MediaRecord, signal: AbortSignal): Promise<ReportRecord> {
    const { files, store } = this.workspace;
    const report = await this.engine.analyze(files.input(media.folderId, media.file), { signal });
    const record = reportRecord(media.mediaId, report);
    if (report.bestShot !== undefined) {
      const file = await files.write(media.folderId, 'jpg', report.bestShot.jpeg);
      const { frame, timeMs, score } = report.bestShot;
      record.bestShot = { frame, timeMs, score, file };
    }
    if (store.get('media', media.mediaId) !== undefined) store.put('reports', media.mediaId, record);
    else if (record.bestShot !== undefined) await files.remove(media.folderId, record.bestShot.file);
    return record;
  }
}

function reportRecord(mediaId: string, report: MediaReport): ReportRecord {
  const { kind, width, height, durationMs, spoofing, elapsedMs, bestShot, unread, rejected } = report;
  return {
    mediaId,
    kind,
    width,
    height,
    durationMs,
    spoofing,
    elapsedMs,
    // Typed arrays and pictures cannot go into a record.
    frames: report.frames.map(({ thumbnail: _picture, ...frame }) => frame),
    ...(bestShot && { faces: bestShot.faces }),
    ...(unread && { unread }),
    ...(rejected && { reason: rejected.reason }),
    ...(report.descriptor === undefined ? {} : { descriptor: [...report.descriptor] }),
  };
}
