import sharp from 'sharp';
import { readFile } from 'node:fs/promises';
import type { MediaInput } from '../../engine/types';
import type { Controls } from '../failureInjection/controls';
import type { AnalysisRecord, JsonObject, MediaRecord, ReportRecord, ResultImage } from '../store/records';
import type { AnalysisContext, Outcome } from './outcome';
import { AnalysisError, SPOOFING_THRESHOLD } from './outcome';
import { isIdPhoto } from '../wire/tags';

/**
 * Liveness, and the best shot where it was asked for (docs/oz-api.md 3.5.1, 3.5.2, 4.2). A media file without a face is
 * declined: nobody was seen to be alive. It has no spoofing score then, and no best shot.
 */
export async function quality(
  analysis: AnalysisRecord,
  media: MediaRecord[],
  context: AnalysisContext,
): Promise<Outcome> {
  const withBestShot = analysis.params['extract_best_shot'] === true;
  const idPhoto = media.find(({ mediaType, tags }) => mediaType === 'IMAGE_FOLDER' && isIdPhoto(tags));
  // Such photos come here only in a profile older than 5.1.0, where they are an error.
  if (idPhoto !== undefined) {
    throw new AnalysisError(4, `Liveness does not take media tagged ${idPhoto.tags.join(', ')}`);
  }
  const reports = await Promise.all(media.map((item) => context.report(item)));
  const outcome: Outcome = { resolution: 'SUCCESS', resultsMedia: [], resultsData: null };
  for (const [index, item] of media.entries()) {
    const report = reports[index];
    if (report === undefined) continue;
    const controls = context.controls(item);
    const data = scores(report, controls);
    const spoofing = data['confidence_spoofing'];
    if (typeof spoofing !== 'number' || spoofing >= SPOOFING_THRESHOLD) outcome.resolution = 'DECLINED';
    outcome.resultsMedia.push({
      mediaId: item.mediaId,
      mediaType: item.mediaType,
      resultsData: { ...data, ...remarks(report) },
      ...(withBestShot ? { outputImages: await bestShots(item, report, controls, context) } : {}),
    });
  }
  return outcome;
}

function scores(report: ReportRecord, controls: Controls): JsonObject {
  const asked = controls.spoofing ?? askedByResolution(controls);
  if (asked !== undefined) return { confidence_spoofing: asked, simulated: true };
  if (report.bestShot === undefined) return {};
  const { value, simulated } = report.spoofing;
  return { confidence_spoofing: value, ...(simulated ? { simulated } : {}) };
}

/** What else was seen. The documents know no such fields; clients pass over what they do not know. */
function remarks({ faces = 1, unread, reason }: ReportRecord): JsonObject {
  return { ...(faces > 1 && { faces }), ...(unread && { unread }), ...(reason && { reason }) };
}

/** A requested resolution gets a score that agrees with it. */
function askedByResolution({ resolution }: Controls): number | undefined {
  if (resolution === 'DECLINED') return 0.99;
  return resolution === 'SUCCESS' ? 0.01 : undefined;
}

async function bestShots(
  media: MediaRecord,
  report: ReportRecord,
  controls: Controls,
  { workspace: { files }, bestShotGestures }: AnalysisContext,
): Promise<ResultImage[]> {
  const { folderId } = media;
  if (report.bestShot === undefined || controls.bestShot === 'none') return [];
  if (!givesBestShot(media, controls.bestShotGestures ?? bestShotGestures)) return [];
  const { file } = report.bestShot;
  const control = controls.bestShot;
  switch (control) {
    case 'several': {
      const second = await files.write(folderId, 'jpg', await bytes(files.input(folderId, file)));
      return [{ file }, { file: second }];
    }
    case 'png': {
      const png = await sharp(await bytes(files.input(folderId, file)))
        .png()
        .toBuffer();
      return [{ file: await files.write(folderId, 'png', png) }];
    }
    case 'relative':
    case 'wrong-host':
    case 'missing':
      return [{ file, link: control }];
    case 'slow':
    case undefined:
  }
  return [{ file }];
}

/** Whether a media file's gesture is among those that give best shots; a photo has no gesture. Null: all do. */
function givesBestShot({ mediaType, tags }: MediaRecord, gestures: readonly string[] | null): boolean {
  return gestures === null || mediaType === 'IMAGE_FOLDER' || tags.some((tag) => gestures.includes(tag));
}

async function bytes(input: MediaInput): Promise<Uint8Array> {
  return 'path' in input ? readFile(input.path) : input.data;
}
