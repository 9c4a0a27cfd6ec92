import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../../engine/types';
import { EngineError } from '../../engine/types';
import { COMPANY } from '../auth/accounts';
import { controlsOf } from '../failureInjection/controls';
import type { Controls } from '../failureInjection/controls';
import type { AnalysisRecord, AnalysisType, MediaRecord } from '../store/records';
import type { Workspace } from '../store/workspace';
import { now } from '../store/workspace';
import { biometry } from './biometry';
import { collectionSearch } from './collectionSearch';
import { documents } from './documents';
import type { AnalysisContext, Outcome } from './outcome';
import { AnalysisError } from './outcome';
import { quality } from './quality';
import { Reports } from './reports';

type Work = (analysis: AnalysisRecord, media: MediaRecord[], context: AnalysisContext) => Promise<Outcome>;

const WORK: Record<AnalysisType, Work> = {
  QUALITY: quality,
  BIOMETRY: biometry,
  COLLECTION: collectionSearch,
  DOCUMENTS: documents,
};

interface AnalysesOptions {
  workspace: Workspace;
  engine: Engine;
  similarity: AnalysisContext['similarity'];
  bestShotGestures: AnalysisContext['bestShotGestures'];
  /** Called when all analyses that were ordered together have ended. */
  onGroupDone?: (folderId: string) => void;
  /** For unexpected errors, such as a full disk. */
  log: (line: string) => void;
}

/** Runs analyses in the background and records their results (state machine: docs/oz-api.md 6.2). */
export class Analyses {
  readonly #options: AnalysesOptions;
  readonly #reports: Reports;
  readonly #running = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: AnalysesOptions) {
    this.#options = options;
    this.#reports = new Reports(options.workspace, options.engine);
  }

  /** Stores the records and starts to work on them after the caller has answered its request. */
  start(records: readonly AnalysisRecord[]): void {
    const { store } = this.#options.workspace;
    for (const record of records) {
      const folder = store.get('folders', record.folderId);
      if (folder === undefined) continue;
      store.put('analyses', record.analysisId, record);
      const analysisIds = [...folder.analysisIds, record.analysisId];
      store.put('folders', folder.folderId, { ...folder, analysisIds, timeUpdated: now() });
      this.#launch(record);
    }
  }

  /** Continues what a stopped process left unfinished. */
  resume(): void {
    const stored = [...this.#options.workspace.store.all('analyses')];
    const unfinished = stored.filter(({ resolution }) => resolution === 'PROCESSING');
    for (const record of unfinished) this.#launch(record);
  }

  /** Resolves when all of these have ended, or after `maxMs`. */
  async settled(analysisIds: readonly string[], maxMs: number): Promise<void> {
    const over = new AbortController();
    const all = Promise.all(analysisIds.flatMap((id) => this.#running.get(id) ?? []));
    const timer = sleep(maxMs, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
    await Promise.race([all, timer]);
    over.abort();
  }

  /** Stops the work on media that are going to be deleted. */
  cancel(mediaIds: readonly string[]): void {
    for (const id of mediaIds) this.#reports.cancel(id);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#reports.cancelAll();
    await Promise.all(this.#running.values());
  }

  #launch(record: AnalysisRecord): void {
    const done = this.#run(record)
      .catch((error: unknown) => {
        const name = error instanceof Error ? error.name : 'unknown error';
        this.#options.log(`A ${record.type} analysis could not be written down: ${name}`);
      })
      .finally(() => this.#running.delete(record.analysisId));
    this.#running.set(record.analysisId, done);
  }

  async #run(record: AnalysisRecord): Promise<void> {
    const started = Date.now();
    const { workspace, similarity, bestShotGestures } = this.#options;
    const folder = workspace.store.get('folders', record.folderId);
    const media = record.sourceMediaIds.flatMap((id) => workspace.store.get('media', id) ?? []);
    const context: AnalysisContext = {
      workspace,
      similarity,
      bestShotGestures,
      report: (item) => this.#reports.of(item),
      controls: (item) => controlsOf(folder?.metaData ?? null, item ? [item.originalName] : []),
      companyId: folder?.companyId ?? COMPANY.companyId,
    };
    const controls = controlsOf(
      folder?.metaData ?? null,
      media.map(({ originalName }) => originalName),
    );
    let result = await evaluate(record, media, context, controls);
    if (workspace.store.get('folders', record.folderId) === undefined) {
      // Deleted meanwhile: what was written after that has to go as well.
      await workspace.files.removeAll(record.folderId);
      return;
    }
    if (result === undefined) return;
    try {
      await this.#wait(started + (controls.delayMs ?? 0) - Date.now());
      if (controls.lagMs !== undefined) {
        this.#write({ ...result, resolution: 'PROCESSING' });
        await this.#wait(controls.lagMs);
        result = { ...result, timeUpdated: now() };
      }
    } catch {
      return; // The server is closing; the record stays PROCESSING and is taken up again.
    }
    this.#write(result);
    this.#reportGroup(record);
  }

  async #wait(ms: number): Promise<void> {
    // One call of setTimeout lasts 24 days at most; a control cannot ask for more.
    if (ms > 0) await sleep(ms, undefined, { signal: this.#closing.signal });
    this.#closing.signal.throwIfAborted();
  }

  /** Changes only what an analysis decides, since the rest may have changed meanwhile. */
  #write(result: AnalysisRecord): void {
    const { store } = this.#options.workspace;
    const current = store.get('analyses', result.analysisId);
    if (current === undefined) return;
    store.put('analyses', result.analysisId, { ...result, metaData: current.metaData, timeUpdated: now() });
  }

  #reportGroup({ folderId, groupId }: AnalysisRecord): void {
    const { workspace, onGroupDone } = this.#options;
    const folder = workspace.store.get('folders', folderId);
    if (folder === undefined) return;
    const waiting = workspace
      .analysesOf(folder)
      .some((analysis) => analysis.groupId === groupId && analysis.resolution === 'PROCESSING');
    if (!waiting) onGroupDone?.(folderId);
  }
}

/** The finished record; undefined when the media were deleted or the server closes meanwhile. */
async function evaluate(
  record: AnalysisRecord,
  media: MediaRecord[],
  context: AnalysisContext,
  controls: Controls,
): Promise<AnalysisRecord | undefined> {
  if (controls.resolution === 'PROCESSING') return undefined;
  try {
    if (controls.resolution === 'FAILED') throw new AnalysisError(0, 'Failed as asked by a sandbox control');
    const outcome = await WORK[record.type](record, media, context);
    return {
      ...record,
      ...outcome,
      state: 'FINISHED',
      resolution: controls.resolution ?? outcome.resolution,
    };
  } catch (error) {
    if (error instanceof EngineError && error.code === 'cancelled') return undefined;
    return { ...record, ...failure(error), state: 'FAILED', resolution: 'FAILED' };
  }
}

/**
 * The API's error codes for what can go wrong in an analysis; where they are given is recalled (docs/oz-api.md 3.6).
 */
function failure(error: unknown): { errorCode: number; errorMessage: string } {
  if (error instanceof AnalysisError) return { errorCode: error.code, errorMessage: error.message };
  if (error instanceof EngineError && error.code !== 'internal') {
    const badMedia = ['not-media', 'damaged', 'too-large', 'too-long'].includes(error.code);
    return { errorCode: badMedia ? 4 : 0, errorMessage: error.message };
  }
  return { errorCode: 0, errorMessage: 'Unknown server side error occurred' };
}
