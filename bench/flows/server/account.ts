import { randomUUID } from 'node:crypto';
import { analysisTime, verdict } from './jobOutcome';
import { monotonicMs, type ServedJob, type TimingServerConfig } from './config';

export interface StoredAnalysis {
  id: string;
  type: string;
  createdAt: number;
  /** `monotonicMs` from which every answer says that it is finished. */
  finishedAt: number;
  resolution: string;
}

export interface StoredFolder {
  id: string;
  mediaId: string;
  filename: string;
  job: number;
  bytes: number;
  /** Epoch seconds, as on the wire. */
  timeCreated: number;
  metadata: Record<string, unknown> | null;
  webhook: string | undefined;
  analyses: StoredAnalysis[];
}

/** All that one run of the timing server knows. It has no timers: the clock tells whether an analysis is finished. */
export class Account {
  readonly folders = new Map<string, StoredFolder>();
  readonly owners = new Map<string, StoredFolder>();
  /** The oldest first. */
  readonly #byCreation: StoredFolder[] = [];
  #nextUnnumbered = 1_000_000;

  constructor(readonly config: TimingServerConfig) {
    const now = Date.now() / 1000;
    for (let i = 0; i < config.olderFolders; i++) {
      const folder = this.addFolder({ filename: 'older.mp4', bytes: 0, metadata: null, webhook: undefined });
      folder.timeCreated = now - 3600 - (config.olderFolders - i);
      this.order(folder, ['quality'], undefined);
      for (const analysis of folder.analyses) analysis.finishedAt = monotonicMs();
    }
  }

  addFolder(upload: Pick<StoredFolder, 'filename' | 'bytes' | 'metadata' | 'webhook'>): StoredFolder {
    const folder: StoredFolder = {
      ...upload,
      id: randomUUID(),
      mediaId: randomUUID(),
      job: Number(/job-(\d+)\./.exec(upload.filename)?.[1] ?? -1),
      timeCreated: Date.now() / 1000,
      analyses: [],
    };
    this.folders.set(folder.id, folder);
    this.#byCreation.push(folder);
    return folder;
  }

  /** Folders created at this time, epoch seconds, or later; looks at no others, as a real server has an index of them. */
  createdSince(min = 0): StoredFolder[] {
    return this.#byCreation.slice(1 + this.#byCreation.findLastIndex(({ timeCreated }) => timeCreated < min));
  }

  /** Orders analyses of a folder and returns them; the times and verdicts come from the seed and the job's number. */
  order(folder: StoredFolder, types: string[], webhook: string | undefined): StoredAnalysis[] {
    const { config } = this;
    const number = folder.job >= 0 ? folder.job : this.#nextUnnumbered++;
    const createdAt = monotonicMs();
    const added = types.map((type) => ({
      id: randomUUID(),
      type: type.toUpperCase(),
      createdAt,
      finishedAt: createdAt + analysisTime(config.times, config.seed, number),
      resolution: verdict(config.seed, number),
    }));
    for (const analysis of added) this.owners.set(analysis.id, folder);
    folder.analyses.push(...added);
    folder.webhook = webhook ?? folder.webhook;
    return added;
  }

  served(): ServedJob[] {
    return [...this.folders.values()]
      .filter((folder) => folder.job >= 0)
      .map((folder) => ({
        job: folder.job,
        folderId: folder.id,
        uploadId: uploadIdOf(folder),
        uploadedBytes: folder.bytes,
        orderedAt: Math.min(...folder.analyses.map((analysis) => analysis.createdAt)),
        finishedAt: Math.max(...folder.analyses.map((analysis) => analysis.finishedAt)),
        resolution: folder.analyses[0]?.resolution ?? 'INITIAL',
      }));
  }
}

function uploadIdOf({ metadata }: StoredFolder): string | undefined {
  const mark = metadata?.['node_red_upload'];
  return typeof mark === 'string' ? mark : undefined;
}

/** Epoch seconds of the last thing that happened to a folder. */
export function timeUpdated(folder: StoredFolder, now = monotonicMs()): number {
  const toEpoch = Date.now() - now;
  const finished = folder.analyses.filter((analysis) => isFinished(analysis, now));
  return Math.max(folder.timeCreated, ...finished.map((one) => (one.finishedAt + toEpoch) / 1000));
}

export function isFinished(analysis: StoredAnalysis, now = monotonicMs()): boolean {
  return analysis.finishedAt <= now;
}
