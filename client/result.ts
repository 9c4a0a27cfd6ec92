import type { Analysis, AnalysisRequest, BestShot, CheckResult, Media, Resolution } from './model';
import { isDocument } from './documentTags';
import { omitUndefined } from './omitUndefined';

/** From the worst to the best (architecture: worst of the analyses). PROCESSING comes first while any runs. */
const WORST_FIRST: readonly Resolution[] = [
  'PROCESSING',
  'FAILED',
  'DECLINED',
  'OPERATOR_REQUIRED',
  'SUCCESS',
];

/**
 * The analyses that were ordered together last: they decide what a folder's status is, not what it ever had
 * (docs/oz-api.md 3.2). All of them where the server tells no groups.
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
 * Whether a person has to decide on the server before there is a verdict. Not where this version made OPERATOR_REQUIRED
 * of an answer that it does not know: nobody is asked about that on the server.
 */
export function awaitsDecision({ resolution, analyses }: CheckResult): boolean {
  return (
    resolution === 'OPERATOR_REQUIRED' &&
    analyses.every((one) => one.resolution !== 'OPERATOR_REQUIRED' || one.unknown.length === 0)
  );
}

/** Analyses as the server reports them, with what the order itself says about the best shot. */
export function withOrder(analyses: readonly Analysis[], order: readonly AnalysisRequest[]): Analysis[] {
  const ordered = order.find(({ type }) => type === 'quality')?.extractBestShot === true;
  return analyses.map((one) => (one.type === 'QUALITY' ? { bestShotOrdered: ordered, ...one } : one));
}

/** Puts together what several analyses of one folder say. */
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

/** Those of selfies: a server before 5.1.0 may give one of an ID photo as well (docs/oz-api.md 4.3). */
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
