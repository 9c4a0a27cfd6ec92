import { pause } from '../abort';
import type { WaitOptions, WaitResult, WaitTarget } from '../contract';
import type { Analysis, Folder } from '../model';
import { fault } from '../sentences';
import { checkResult } from '../result';

export interface Reads {
  folder(folderId: string, signal: AbortSignal): Promise<Folder>;
  analysis(analysisId: string, signal: AbortSignal): Promise<Analysis>;
}

export class Watcher {
  constructor(private readonly reads: Reads) {}

  async wait(target: WaitTarget, options: WaitOptions): Promise<WaitResult> {
    const started = performance.now();
    const signal = options.signal ?? new AbortController().signal;
    if (target.folderId === undefined && !target.analysisIds?.length)
      throw fault('targetMissing', {}, { stage: 'wait' });
    for (let polls = 1; ; polls += 1) {
      const analyses =
        target.folderId === undefined
          ? await Promise.all((target.analysisIds ?? []).map((id) => this.reads.analysis(id, signal)))
          : (await this.reads.folder(target.folderId, signal)).analyses.filter(
              ({ analysisId }) => target.analysisIds?.includes(analysisId) ?? true,
            );
      const result = checkResult(target.folderId ?? '', analyses);
      const waitedMs = Math.round(performance.now() - started);
      const over = waitedMs >= options.timeoutMs;
      if (result.resolution !== 'PROCESSING' || (over && options.onTimeout === 'emit')) {
        return { ...result, timing: { waitedMs, polls } };
      }
      if (over) throw fault('waitTimeout', { seconds: waitedMs / 1000 }, { stage: 'wait' });
      await pause(500, signal);
    }
  }

  hint(_folderId: string): void {}
}
