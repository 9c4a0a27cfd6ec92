import type { Api } from '../api';
import type { CallOptions, OzClient } from '../contract';
import type { Analysis, AnalysisRequest } from '../model';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import { withOrder } from '../result';
import { readAnalysis, readStarted } from '../wire/analysis';
import type { UrlReader } from '../wire/media';
import { isAnother, isJsonObject, objects } from '../wire/shapes';
import type { Found, Settle } from './settle';
import { analysesBody } from '../wire/write';
import { sentAt } from './sentAt';

/** How many ids {@link KnownAnalyses} remembers. */
const MAX_KNOWN = 10_000;

export interface AnalysisCalls extends Pick<OzClient['analyses'], 'start' | 'get'> {
  /** All analyses of a folder, by the folder's own list (docs/oz-api.md 3.1). */
  ofFolder(folderId: string, options?: CallOptions): Promise<Analysis[]>;
}

/** Starting and reading analyses (docs/oz-api.md 3). */
export function analysisCalls(api: Api, url: UrlReader, settle: Settle): AnalysisCalls {
  const { host } = api.server;
  const known = new KnownAnalyses();

  const ofThisFolder = (analyses: Analysis[], folderId: string, stage: string): Analysis[] => {
    if (analyses.some((one) => isAnother(folderId, one.folderId)))
      throw ozError('otherAnswer', { host }, { stage, folderId });
    return analyses;
  };

  const ofFolder: AnalysisCalls['ofFolder'] = async (folderId, options) => {
    const path = `folders/${pathSegment(folderId, 'folder')}/analyses/`;
    const json = await api.json({ stage: 'read-analyses', path, what: 'folder', ...options });
    return ofThisFolder(
      objects(json).map((one) => readAnalysis(one, url)),
      folderId,
      'read-analyses',
    );
  };

  return {
    async start(folderId, request, options) {
      const since = sentAt(api);
      const send = async (): Promise<Analysis[]> => {
        const json = await api.json({
          stage: 'start-analyses',
          method: 'POST',
          path: `folders/${pathSegment(folderId, 'folder')}/analyses/`,
          json: analysesBody(request.analyses, request.webhook),
          what: request.analyses.some(({ type }) => type === 'collection')
            ? 'folder, media or collection'
            : 'folder or media',
          settled: true,
          ...options,
        });
        const started = readStarted(json, url);
        if (started.length === 0 || started.some(({ analysisId }) => analysisId === '')) {
          throw ozError('wrongShape', { host, field: 'analysis_id' }, { stage: 'start-analyses', folderId });
        }
        return ofThisFolder(started, folderId, 'start-analyses');
      };
      const started = await settle({
        send,
        replayable: true,
        find: async () => {
          const candidates = (await ofFolder(folderId, options)).filter((one) => !known.has(one.analysisId));
          return findOrder(request.analyses, candidates, since());
        },
        details: { folderId },
        signal: options?.signal,
      });
      known.add(started);
      return withOrder(started, request.analyses).map((one) => ({
        ...one,
        folderId: one.folderId ?? folderId,
      }));
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
      if (isAnother(analysisId, analysis.analysisId))
        throw ozError('otherAnswer', { host }, { stage: 'read-analysis', analysisId });
      return analysis.analysisId === '' ? { ...analysis, analysisId } : analysis;
    },

    ofFolder,
  };
}

/** Ids of analyses from recent answers: a start whose answer was lost created none of these. */
class KnownAnalyses {
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(analyses: readonly Analysis[]): void {
    for (const { analysisId } of analyses) this.#ids.add(analysisId);
    for (const id of this.#ids) {
      if (this.#ids.size <= MAX_KNOWN) return;
      this.#ids.delete(id);
    }
  }
}

/** The analyses of an order among those of its folder. @param since when it was sent, by the server's clock, seconds */
function findOrder(
  order: readonly AnalysisRequest[],
  candidates: readonly Analysis[],
  since: number | undefined,
): Found<Analysis[]> {
  const left = candidates.filter(
    ({ timeCreated }) => timeCreated === undefined || since === undefined || timeCreated >= since,
  );
  const found: Analysis[] = [];
  for (const { type, sourceMedia } of order) {
    const at = left.findLastIndex(
      (one) =>
        one.type === type.toUpperCase() &&
        (sourceMedia === undefined ||
          sourceMedia.every((id) => one.sourceMedia.some(({ mediaId }) => mediaId === id))),
    );
    const [analysis] = at < 0 ? [] : left.splice(at, 1);
    if (analysis !== undefined) found.push(analysis);
  }
  if (found.length === order.length) return { found };
  return found.length === 0 ? 'absent' : 'partly';
}
