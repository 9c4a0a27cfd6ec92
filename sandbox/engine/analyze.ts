import { choose } from './choose';
import { describeFace, simulatedSpoofing, type FaceModels } from './face';
import type { VideoOptions } from './media/video';
import { openMedia } from './media/open';
import { reasonToReject } from './quality/judge';
import type { BestShot, MediaReport } from './types';
import { uprightMedia } from './upright';

/** Analyses one file: opens it, chooses the best shot, encodes that from the original. */
export async function analyzeFile(
  file: { path: string; name?: string | undefined; explain: boolean },
  models: FaceModels,
  video: VideoOptions,
): Promise<MediaReport> {
  const start = performance.now();
  const media = uprightMedia(await openMedia(file.path, file.name, video), models);
  const { best, frames } = await choose(media, models, { explain: file.explain, signal: video.signal });
  video.signal.throwIfAborted();
  const descriptor = best && describeFace(best.shot.image, best.sighting.mesh, models.canonical);
  const jpeg = await best?.jpeg;
  best?.shot.release();
  const shot: BestShot | undefined = best &&
    jpeg && {
      frame: best.shot.frame,
      timeMs: best.shot.timeMs,
      score: best.verdict.score,
      faces: best.sighting.faces,
      width: jpeg.width,
      height: jpeg.height,
      components: best.verdict.components,
      jpeg: jpeg.data,
    };
  const reason = best && reasonToReject(best.sighting.measures, best.verdict);
  return {
    kind: media.kind,
    mimeType: media.mimeType,
    ...media.facts(),
    ...(shot && (reason === undefined ? { bestShot: shot } : { rejected: { ...shot, reason } })),
    frames,
    ...(descriptor && { descriptor }),
    spoofing: simulatedSpoofing(descriptor),
    elapsedMs: Math.round(performance.now() - start),
  };
}
