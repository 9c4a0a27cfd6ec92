import { isFinished, timeUpdated, type StoredAnalysis, type StoredFolder } from './account';
import { monotonicMs, type Spelling } from './config';

type Wire = Record<string, unknown>;

/** The folder object (docs/oz-api.md 2.4), as large as the real one, so that parsing it costs as much. */
export function folderOnWire(
  folder: StoredFolder,
  baseUrl: string,
  spelling: Spelling,
  withAnalyses: boolean,
): Wire {
  const now = monotonicMs();
  const running = folder.analyses.some((analysis) => !isFinished(analysis, now));
  const status = folder.analyses.length === 0 ? 'INITIAL' : running ? 'PROCESSING' : 'FINISHED';
  return {
    folder_id: folder.id,
    time_created: folder.timeCreated,
    time_updated: timeUpdated(folder, now),
    resolution_status: status,
    system_resolution: status === 'FINISHED' ? folder.analyses[0]?.resolution : status,
    meta_data: folder.metadata,
    technical_meta_data: null,
    media: [mediaOnWire(folder, baseUrl)],
    ...(withAnalyses && {
      analyses: folder.analyses.map((one) => analysisOnWire(one, folder, baseUrl, spelling)),
    }),
  };
}

/** The analysis object (docs/oz-api.md 3.5.2). */
export function analysisOnWire(
  analysis: StoredAnalysis,
  folder: StoredFolder,
  baseUrl: string,
  spelling: Spelling,
): Wire {
  const finished = isFinished(analysis);
  const resolution = finished ? analysis.resolution : 'PROCESSING';
  const ids = {
    ...(spelling !== '6.x' && { analyse_id: analysis.id }),
    ...(spelling !== '5.x' && { analysis_id: analysis.id }),
  };
  return {
    ...ids,
    folder_id: folder.id,
    type: analysis.type,
    state: finished ? 'FINISHED' : 'PROCESSING',
    ...(spelling !== '6.x' && { resolution }),
    resolution_status: resolution,
    time_created: (analysis.createdAt + Date.now() - monotonicMs()) / 1000,
    time_updated: timeUpdated(folder),
    source_media: [mediaOnWire(folder, baseUrl)],
    results_media: finished
      ? [
          {
            ...ids,
            source_video_id: folder.mediaId,
            results_data: { confidence_spoofing: analysis.resolution === 'SUCCESS' ? 0.0123 : 0.91 },
            output_images: [{ original_url: bestShotUrl(folder, baseUrl) }],
          },
        ]
      : [],
    results_data: null,
  };
}

function bestShotUrl(folder: StoredFolder, baseUrl: string): string {
  return `${baseUrl}/static/${folder.id}/best-shot-1.jpg`;
}

function mediaOnWire(folder: StoredFolder, baseUrl: string): Wire {
  const url = `${baseUrl}/static/${folder.id}/${folder.mediaId}`;
  return {
    media_id: folder.mediaId,
    folder_id: folder.id,
    media_type: 'VIDEO_FOLDER',
    original_name: folder.filename,
    original_url: `${url}.mp4`,
    video_url: `${url}.mp4`,
    preview_url: `${url}_preview.mp4`,
    thumb_url: `${url}_thumb.jpg`,
    tags: ['video_selfie', 'video_selfie_blank', 'orientation_portrait'],
    time_created: folder.timeCreated,
    time_updated: folder.timeCreated,
    meta_data: null,
    technical_meta_data: null,
  };
}
