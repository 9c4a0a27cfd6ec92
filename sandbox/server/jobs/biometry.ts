import type { AnalysisRecord, MediaRecord, ReportRecord } from '../store/records';
import { likenessData } from './likeness';
import type { AnalysisContext, Outcome } from './outcome';
import { AnalysisError, SIMILARITY_THRESHOLD } from './outcome';

/**
 * Face match: every pair of media is compared and the least similar pair decides (docs/oz-api.md 3.5.3, 4.2, 4.3). Fails
 * when fewer than two of the media show a face.
 */
export async function biometry(
  _analysis: AnalysisRecord,
  media: MediaRecord[],
  context: AnalysisContext,
): Promise<Outcome> {
  const reports = await Promise.all(media.map((item) => context.report(item)));
  const faces = media.flatMap((item, index) => face(item, reports[index]));
  const asked = media.map((item) => context.controls(item).similarity).find((value) => value !== undefined);
  if (faces.length < 2) {
    throw new AnalysisError(
      4,
      `A face match needs two media with a face; ${faces.length} of ${media.length} show one`,
    );
  }
  const all: number[] = [];
  const resultsMedia = faces.map((one, index) => {
    const others = faces.filter((_other, position) => position !== index);
    const likeness = others.map((other) => asked ?? context.similarity(one.descriptor, other.descriptor));
    all.push(...likeness);
    const { mediaId, mediaType } = one.media;
    return { mediaId, mediaType, resultsData: likenessData(likeness) };
  });
  const resultsData = likenessData(all);
  const same = Math.min(...all) >= SIMILARITY_THRESHOLD;
  return { resolution: same ? 'SUCCESS' : 'DECLINED', resultsMedia, resultsData };
}

function face(
  media: MediaRecord,
  report: ReportRecord | undefined,
): { media: MediaRecord; descriptor: Float32Array }[] {
  return report?.descriptor === undefined ? [] : [{ media, descriptor: new Float32Array(report.descriptor) }];
}
