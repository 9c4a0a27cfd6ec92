import type { AnalysisRecord, FolderRecord } from '../store/records';
import { ANALYSIS_STATES, ANALYSIS_TYPES, RESOLUTIONS } from '../store/records';
import type { Workspace } from '../store/workspace';
import { FOLDER_STATUSES, folderStatus, systemResolution } from '../wire/status';
import type { Field } from './filters';
import type { Order } from './sorting';

/** Filters of folder lists (docs/oz-api.md 2.6). Status names of both tables are accepted, as the old page has them. */
export function folderFields(workspace: Workspace): Record<string, Field<FolderRecord>> {
  const statuses = (folder: FolderRecord) => {
    const analyses = workspace.analysesOf(folder);
    return [folderStatus(analyses), systemResolution(analyses)];
  };
  const allowed = [...new Set([...FOLDER_STATUSES, ...RESOLUTIONS])];
  return {
    folder_id: { kind: 'words', values: ({ folderId }) => [folderId] },
    user_id: { kind: 'words', values: ({ userId }) => [userId] },
    company_id: { kind: 'words', values: ({ companyId }) => [companyId] },
    resolution_status: { kind: 'words', values: statuses, allowed },
    system_resolution: {
      kind: 'words',
      values: (folder) => [systemResolution(workspace.analysesOf(folder))],
      allowed: ['INITIAL', ...RESOLUTIONS],
    },
    time_created: { kind: 'time', value: ({ timeCreated }) => timeCreated },
    time_updated: { kind: 'time', value: ({ timeUpdated }) => timeUpdated },
    meta_data: { kind: 'json', value: ({ metaData }) => metaData },
  };
}

export const FOLDER_ORDER: Order<FolderRecord> = {
  fields: { time_created: ({ timeCreated }) => timeCreated, time_updated: ({ timeUpdated }) => timeUpdated },
  key: ({ folderId }) => folderId,
};

/** Filters of analysis lists (docs/oz-api.md 3.1). `state` also takes resolutions: the page lists them there. */
export const ANALYSIS_FIELDS: Record<string, Field<AnalysisRecord>> = {
  analyse_id: { kind: 'words', values: ({ analysisId }) => [analysisId] },
  analysis_id: { kind: 'words', values: ({ analysisId }) => [analysisId] },
  folder_id: { kind: 'words', values: ({ folderId }) => [folderId] },
  type: { kind: 'words', values: ({ type }) => [type], allowed: ANALYSIS_TYPES },
  state: {
    kind: 'words',
    values: ({ state, resolution }) => [state, resolution],
    allowed: [...new Set([...ANALYSIS_STATES, ...RESOLUTIONS])],
  },
  resolution: { kind: 'words', values: ({ resolution }) => [resolution], allowed: RESOLUTIONS },
  resolution_status: { kind: 'words', values: ({ resolution }) => [resolution], allowed: RESOLUTIONS },
  time_created: { kind: 'time', value: ({ timeCreated }) => timeCreated },
  time_updated: { kind: 'time', value: ({ timeUpdated }) => timeUpdated },
  meta_data: { kind: 'json', value: ({ metaData }) => metaData },
};

export const ANALYSIS_ORDER: Order<AnalysisRecord> = {
  fields: { time_created: ({ timeCreated }) => timeCreated, time_updated: ({ timeUpdated }) => timeUpdated },
  key: ({ analysisId }) => analysisId,
};
