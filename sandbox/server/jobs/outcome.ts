import type { JsonObject, MediaRecord, ReportRecord, Resolution, ResultMedia } from '../store/records';
import type { Controls } from '../failureInjection/controls';
import type { Workspace } from '../store/workspace';

/** The outcome of an analysis of any type. */
export interface Outcome {
  resolution: Resolution;
  resultsMedia: ResultMedia[];
  resultsData: JsonObject | null;
}

/** What an analysis of any type works with. */
export interface AnalysisContext {
  workspace: Workspace;
  report(media: MediaRecord): Promise<ReportRecord>;
  /** Likeness of two face descriptors, 0 to 1. */
  similarity(a: Float32Array, b: Float32Array): number;
  /** Controls of the folder, and of a media file's name where one is given. */
  controls(media?: MediaRecord): Controls;
  /** Tags of the gestures that give best shots; null: all do. */
  bestShotGestures: readonly string[] | null;
  /** Company whose collections are searched. */
  companyId: string | null;
}

/** An error of an analysis that the sandbox itself finds; becomes `error_code` and `error_message` of the analysis. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** The default thresholds (docs/oz-api.md 4.2). */
export const SPOOFING_THRESHOLD = 0.5;
export const SIMILARITY_THRESHOLD = 0.85;
