import type { AnalysisRecord, Resolution } from '../store/records';

export const FOLDER_STATUSES = ['INITIAL', 'PROCESSING', 'FAILED', 'FINISHED'] as const;
type FolderStatus = (typeof FOLDER_STATUSES)[number];

/** Analyses that were ordered together are a group; a folder is judged by its last one (docs/oz-api.md 3.2). */
function lastGroup(analyses: readonly AnalysisRecord[]): AnalysisRecord[] {
  const last = analyses.at(-1)?.groupId;
  return analyses.filter(({ groupId }) => groupId === last);
}

/** `resolution_status` of a folder; the rule is inferred (docs/oz-api.md 4.1). */
export function folderStatus(all: readonly AnalysisRecord[]): FolderStatus {
  const analyses = lastGroup(all);
  if (analyses.length === 0) return 'INITIAL';
  if (analyses.some(({ resolution }) => resolution === 'PROCESSING')) return 'PROCESSING';
  return analyses.some(({ resolution }) => resolution === 'FAILED') ? 'FAILED' : 'FINISHED';
}

/** `system_resolution` of a folder: the worst of its last group (docs/oz-api.md 4.1, inferred). */
export function systemResolution(all: readonly AnalysisRecord[]): Resolution | 'INITIAL' {
  const analyses = lastGroup(all);
  if (analyses.length === 0) return 'INITIAL';
  const worst: Resolution[] = ['PROCESSING', 'FAILED', 'DECLINED', 'OPERATOR_REQUIRED'];
  return worst.find((name) => analyses.some(({ resolution }) => resolution === name)) ?? 'SUCCESS';
}
