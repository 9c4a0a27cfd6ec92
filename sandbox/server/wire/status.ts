import type { AnalysisRecord, Resolution } from '../store/records';

export const FOLDER_STATUSES = ['INITIAL', 'PROCESSING', 'FAILED', 'FINISHED'] as const;
export type FolderStatus = (typeof FOLDER_STATUSES)[number];

/** `resolution_status` of a folder; the rule is inferred (docs/oz-api.md 4.1). */
export function folderStatus(analyses: readonly AnalysisRecord[]): FolderStatus {
  if (analyses.length === 0) return 'INITIAL';
  if (analyses.some(({ resolution }) => resolution === 'PROCESSING')) return 'PROCESSING';
  return analyses.some(({ resolution }) => resolution === 'FAILED') ? 'FAILED' : 'FINISHED';
}

/** `system_resolution` of a folder: the worst of its analyses (docs/oz-api.md 4.1, inferred). */
export function systemResolution(analyses: readonly AnalysisRecord[]): Resolution | 'INITIAL' {
  if (analyses.length === 0) return 'INITIAL';
  const worst: Resolution[] = ['PROCESSING', 'FAILED', 'DECLINED', 'OPERATOR_REQUIRED'];
  return worst.find((name) => analyses.some(({ resolution }) => resolution === name)) ?? 'SUCCESS';
}
