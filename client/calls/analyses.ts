import type { Api } from '../api';
import type { CallOptions, OzClient } from '../contract';
import type { Analysis } from '../model';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import { readAnalysis } from '../wire/analysis';
import type { UrlReader } from '../wire/media';
import { isJsonObject, objects } from '../wire/shapes';
import { analysesBody } from '../wire/write';

export interface AnalysisCalls extends Pick<OzClient['analyses'], 'start' | 'get'> {
  /** All analyses of a folder, by the folder's own list (docs/oz-api.md 3.1). */
  ofFolder(folderId: string, options?: CallOptions): Promise<Analysis[]>;
}

/** Starting and reading analyses (docs/oz-api.md 3). */
export function analysisCalls(api: Api, url: UrlReader): AnalysisCalls {
  const { host } = api.server;
  return {
    async start(folderId, request, options) {
      const json = await api.json({
        stage: 'start-analyses',
        method: 'POST',
        path: `folders/${pathSegment(folderId, 'folder')}/analyses/`,
        json: analysesBody(request.analyses, request.webhook),
        what: 'folder or media',
        ...options,
      });
      // An array by the docs; a folder or a page that holds them is understood as well.
      const list =
        isJsonObject(json) && 'analyses' in json
          ? json['analyses']
          : isJsonObject(json) && !('items' in json)
            ? [json]
            : json;
      const started = objects(list).map((one) => readAnalysis(one, url));
      if (started.length === 0 || started.some(({ analysisId }) => analysisId === '')) {
        throw ozError('wrongShape', { host, field: 'analysis_id' }, { stage: 'start-analyses', folderId });
      }
      return started.map((one) => ({ ...one, folderId: one.folderId ?? folderId }));
    },

    async get(analysisId, options) {
      const json = await api.json({
        stage: 'read-analysis',
        path: `analyses/${pathSegment(analysisId, 'analysis')}/`,
        what: 'analysis',
        ...options,
      });
      if (!isJsonObject(json))
        throw ozError('wrongShape', { host, field: 'analysis_id' }, { stage: 'read-analysis', analysisId });
      const analysis = readAnalysis(json, url);
      return analysis.analysisId === '' ? { ...analysis, analysisId } : analysis;
    },

    async ofFolder(folderId, options) {
      const path = `folders/${pathSegment(folderId, 'folder')}/analyses/`;
      const json = await api.json({ stage: 'read-analyses', path, what: 'folder', ...options });
      return objects(json).map((one) => readAnalysis(one, url));
    },
  };
}
