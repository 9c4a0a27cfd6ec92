import type { Analysis, AnalysisRequest, BestShot, CheckResult, Media, Resolution } from './model';
import { isDocument } from './documentTags';
import { omitUndefined } from './omitUndefined';

/** A folder's resolution is the first of these that one of its analyses has. */
const WORST_FIRST: readonly Resolution[] = [
  'PROCESSING',
  'FAILED',
  'DECLINED',
  'OPERATOR_REQUIRED',
  'SUCCESS',
];

/**
 * The analyses of the latest order: they alone decide the status of a folder (docs/oz-api.md 3.2). All analyses where
 * the server does not name groups.
 */
export function lastGroup(analyses: readonly Analysis[]): Analysis[] {
  const newest = analyses.reduce<Analysis | undefined>(
    (last, one) => (last === undefined || (one.timeCreated ?? 0) >= (last.timeCreated ?? 0) ? one : last),
    undefined,
  );
  return newest?.groupId === undefined
    ? [...analyses]
    : analyses.filter(({ groupId }) => groupId === newest.groupId);
}

/**
 * Whether an operator of the server has to decide before there is a verdict. Not where this version itself reports
 * OPERATOR_REQUIRED for an answer that it does not know: no operator will be asked about that.
 */
export function awaitsDecision({ resolution, analyses }: CheckResult): boolean {
  return (
    resolution === 'OPERATOR_REQUIRED' &&
    analyses.every((one) => one.resolution !== 'OPERATOR_REQUIRED' || one.unknown.length === 0)
  );
}

/** Adds to the analyses, as the server reports them, whether a best shot was ordered. */
export function withOrder(analyses: readonly Analysis[], order: readonly AnalysisRequest[]): Analysis[] {
  const ordered = order.find(({ type }) => type === 'quality')?.extractBestShot === true;
  return analyses.map((one) => (one.type === 'QUALITY' ? { bestShotOrdered: ordered, ...one } : one));
}

/** Sums up the analyses of one folder. */
export function checkResult(
  folderId: string,
  analyses: readonly Analysis[],
  folderMedia: readonly Media[] = [],
): CheckResult {
  const matches = analyses.flatMap((one) => (one.match === undefined ? [] : [one.match]));
  return omitUndefined({
    folderId,
    resolution:
      WORST_FIRST.find((one) => analyses.some(({ resolution }) => resolution === one)) ?? 'PROCESSING',
    analyses: [...analyses],
    bestShots: analyses.flatMap((one) => bestShotsOf(one, folderMedia)),
    liveness: analyses.flatMap(({ results }) =>
      results.flatMap(({ mediaId, spoofing }) => (spoofing === undefined ? [] : [{ mediaId, spoofing }])),
    ),
    match:
      matches.length === 0
        ? undefined
        : {
            min: Math.min(...matches.map(({ min }) => min)),
            max: Math.max(...matches.map(({ max }) => max)),
          },
    persons: analyses.flatMap(({ persons }) => persons),
    textFields: analyses.flatMap(({ textFields }) => textFields),
  });
}

/** Best shots of selfies only: a server before 5.1.0 may give one of an ID photo as well (docs/oz-api.md 4.3). */
function bestShotsOf(analysis: Analysis, folderMedia: readonly Media[]): BestShot[] {
  const sources = new Map<string, Media[]>();
  for (const one of [...analysis.sourceMedia, ...folderMedia])
    sources.set(one.mediaId, [...(sources.get(one.mediaId) ?? []), one]);
  return analysis.results.flatMap(({ mediaId, bestShotUrls }) => {
    const known = sources.get(mediaId) ?? [];
    if (known.some(({ tags }) => isDocument(tags))) return [];
    const sourceName = known.find(({ name }) => name !== '')?.name;
    return bestShotUrls.map((url) =>
      omitUndefined({ url, analysisId: analysis.analysisId, mediaId, sourceName }),
    );
  });
}
