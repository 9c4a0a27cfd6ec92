import type { Profile } from '../profiles';
import { rulesOf } from '../profiles';
import type {
  AnalysisRecord,
  FolderRecord,
  JsonObject,
  MediaRecord,
  ResultImage,
  ResultMedia,
} from '../store/records';
import type { Workspace } from '../store/workspace';
import { folderStatus, systemResolution } from './status';

/** How a record is written, and where its files are found. */
export interface Wire {
  profile: Profile;
  workspace: Workspace;
  /** Absolute address of a media file; null where nothing is kept. */
  mediaUrl(ownerId: string, file: string): string | null;
  /** Absolute address of a best shot, a `data:` URL where nothing is kept. */
  imageUrl(ownerId: string, file: string): string;
}

/** The folder object (docs/oz-api.md 2.4). */
export function folderBody(folder: FolderRecord, wire: Wire, withAnalyses: boolean): JsonObject {
  const analyses = wire.workspace.analysesOf(folder);
  return {
    folder_id: folder.folderId,
    time_created: folder.timeCreated,
    time_updated: folder.timeUpdated,
    resolution_status: folderStatus(analyses),
    system_resolution: systemResolution(analyses),
    meta_data: folder.metaData,
    technical_meta_data: folder.technicalMetaData,
    media: wire.workspace.mediaOf(folder).map((media) => mediaBody(media, wire)),
    ...(withAnalyses ? { analyses: analyses.map((analysis) => analysisBody(analysis, wire)) } : {}),
  };
}

/** The media object (docs/oz-api.md 2.5). The single frames of a ZIP are not listed. */
export function mediaBody(media: MediaRecord, wire: Wire): JsonObject {
  const url = wire.mediaUrl(media.folderId, media.file);
  return {
    media_id: media.mediaId,
    folder_id: media.folderId,
    media_type: media.mediaType,
    original_name: media.originalName,
    original_url: url,
    ...videoUrls(media, url, wire),
    thumb_url: hasThumbnail(media, wire) && url !== null ? url.replace(/\.\w+$/, THUMBNAIL_ENDING) : null,
    tags: media.tags,
    time_created: media.timeCreated,
    time_updated: media.timeUpdated,
    meta_data: media.metaData,
    technical_meta_data: null,
  };
}

/** Where the video is: the media itself, or what was made of a ZIP of pictures, where that could be done. */
function videoUrls({ mediaType, folderId, video }: MediaRecord, url: string | null, wire: Wire): JsonObject {
  if (mediaType === 'IMAGE_FOLDER') return {};
  if (mediaType === 'VIDEO_FOLDER') return { video_url: url };
  const made = video === undefined ? null : wire.mediaUrl(folderId, video);
  return { ...(rulesOf(wire.profile).zipVideoInVideoUrl && { video_url: made }), preview_url: made };
}

/** What the name of a media file's small picture ends in (docs/oz-api.md 2.5). */
export const THUMBNAIL_ENDING = '_thumb.jpg';

/** A photo is its own preview, a video's is its best shot. */
function hasThumbnail(media: MediaRecord, { workspace: { store } }: Wire): boolean {
  return media.mediaType === 'IMAGE_FOLDER' || store.get('reports', media.mediaId)?.bestShot !== undefined;
}

/** The analysis object (docs/oz-api.md 3.5); where the reason of a failure is placed is recalled (3.6). */
export function analysisBody(analysis: AnalysisRecord, wire: Wire): JsonObject {
  const { store } = wire.workspace;
  const media = analysis.sourceMediaIds.flatMap((id) => store.get('media', id) ?? []);
  return {
    ...analysisIds(analysis.analysisId, wire.profile),
    folder_id: analysis.folderId,
    group_id: analysis.groupId,
    type: analysis.type,
    state: analysis.state,
    resolution: analysis.resolution,
    resolution_status: analysis.resolution,
    time_created: analysis.timeCreated,
    time_updated: analysis.timeUpdated,
    params: analysis.params,
    source_media: media.map((item) => mediaBody(item, wire)),
    results_media: analysis.resultsMedia.map((result) => resultBody(result, analysis, wire)),
    results_data: analysis.resultsData,
    error_code: analysis.errorCode,
    error_message: analysis.errorMessage,
    resolution_operator: analysis.operatorDecision?.resolution ?? null,
    operator_comment: analysis.operatorDecision?.comment ?? null,
    meta_data: analysis.metaData,
  };
}

/** `analyse_id` up to 5.x, `analysis_id` from 6.x (docs/oz-api.md 3.3). */
function analysisIds(id: string, profile: Profile): JsonObject {
  return Object.fromEntries(rulesOf(profile).analysisIdKeys.map((key) => [key, id]));
}

function resultBody(result: ResultMedia, analysis: AnalysisRecord, wire: Wire): JsonObject {
  return {
    ...analysisIds(analysis.analysisId, wire.profile),
    [SOURCE_KEYS[result.mediaType]]: result.mediaId,
    ...(result.personId === undefined ? {} : { person_id: result.personId }),
    ...(result.collectionId === undefined ? {} : { collection_id: result.collectionId }),
    results_data: result.resultsData,
    ...(result.outputImages === undefined
      ? {}
      : { output_images: result.outputImages.map((image) => imageBody(image, analysis.folderId, wire)) }),
  };
}

/** docs/oz-api.md 3.5.1; the one for a still is inferred there. */
const SOURCE_KEYS = {
  VIDEO_FOLDER: 'source_video_id',
  SHOTS_SET_FOLDER: 'source_shots_set_id',
  IMAGE_FOLDER: 'source_image_id',
} as const;

/** An address is broken only on request, see docs/sandbox.md. */
function imageBody({ file, link }: ResultImage, folderId: string, wire: Wire): JsonObject {
  const url = wire.imageUrl(folderId, file);
  if (link === undefined || url.startsWith('data:')) return { original_url: url };
  const { pathname } = new URL(url);
  switch (link) {
    case 'relative':
      return { original_url: pathname };
    case 'wrong-host':
      return { original_url: `http://oz-api.internal.invalid:8000${pathname}` };
    case 'missing':
      return { original_url: url.replace(file, `missing-${file}`) };
  }
}
