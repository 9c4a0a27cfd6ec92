import type { CheckResult, Media } from '../../client';
import type { BestShotState, OzData } from './oz';

/** What a flow knows besides the result itself. */
interface BestShotFacts {
  /** `msg.oz` as it was before the result. */
  before: OzData;
  /** The gestures that this server gives best shots for; empty: all. */
  gestures: readonly string[];
}

const GESTURE = /^video_selfie_(.+)$/i;

/**
 * Why there is no best shot, or that there is one. `undefined` while a check runs, and where neither the server nor the
 * flow says whether one was ordered. The server does not say which gestures it gives best shots for (docs/oz-api.md 3.5.2):
 * that is known from the server's settings only.
 */
export function bestShotState(
  result: CheckResult,
  { before, gestures }: BestShotFacts,
): BestShotState | undefined {
  if (result.bestShots.length > 0) return 'given';
  if (result.resolution === 'PROCESSING') return undefined;
  const liveness = result.analyses.filter(({ type }) => type === 'QUALITY');
  const earlier = Array.isArray(before.analyses) ? before.analyses : [];
  const ordered = liveness.map(
    (one) =>
      one.bestShotOrdered ?? earlier.find(({ analysisId }) => analysisId === one.analysisId)?.bestShotOrdered,
  );
  if (ordered.every((one) => one === false)) return 'notOrdered';
  if (!ordered.includes(true)) return undefined;
  const known = before.folderId === result.folderId && Array.isArray(before.media) ? before.media : [];
  const media = liveness.flatMap(({ sourceMedia }) => sourceMedia);
  const shown = (media.length > 0 ? media : known).flatMap((one) => gesturesOf(one, known));
  const possible = shown.some((gesture) => gestures.includes(gesture));
  return gestures.length > 0 && shown.length > 0 && !possible ? 'notForGesture' : 'none';
}

/** A server may name the media of an analysis by their ids only. */
function gesturesOf({ mediaId, tags }: Media, known: readonly Media[]): string[] {
  const all = tags.length > 0 ? tags : (known.find((one) => one.mediaId === mediaId)?.tags ?? []);
  return all.flatMap((tag) => GESTURE.exec(tag)?.[1]?.toLowerCase() ?? []);
}

/** Reads a list of gestures such as `blank, video_selfie_smile`. */
export const readGestures = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[,\s]+/)
    .map((name) => GESTURE.exec(name)?.[1] ?? name)
    .filter((name) => name !== '');
