import type { FrameReport, Gate, MediaReport } from '../../engine/types';

/** What the sandbox keeps. Times are epoch seconds with a millisecond fraction, ids are UUIDs. */

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

export const ANALYSIS_TYPES = ['QUALITY', 'BIOMETRY', 'DOCUMENTS', 'COLLECTION'] as const;
export type AnalysisType = (typeof ANALYSIS_TYPES)[number];

export const ANALYSIS_STATES = ['PROCESSING', 'FAILED', 'FINISHED'] as const;
type AnalysisState = (typeof ANALYSIS_STATES)[number];

export const RESOLUTIONS = ['PROCESSING', 'FAILED', 'DECLINED', 'OPERATOR_REQUIRED', 'SUCCESS'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** Literals of docs/oz-api.md 2.5; the one for a ZIP of frames is a guess there. */
export type MediaType = 'IMAGE_FOLDER' | 'VIDEO_FOLDER' | 'SHOTS_SET_FOLDER';

interface Dated {
  timeCreated: number;
  timeUpdated: number;
  metaData: JsonObject | null;
}

export interface FolderRecord extends Dated {
  folderId: string;
  userId: string;
  companyId: string | null;
  /** In the order of arrival. */
  mediaIds: string[];
  analysisIds: string[];
  /** Webhook addresses (docs/oz-api.md 5.1). */
  endpoints: string[];
  /** What a module needs, such as `additional_info` of the Web SDK's capture mode. */
  technicalMetaData: JsonObject | null;
}

export interface MediaRecord extends Dated {
  mediaId: string;
  folderId: string;
  mediaType: MediaType;
  originalName: string;
  /** Name of the file below the folder's directory, unguessable. */
  file: string;
  /** The same of a ZIP's video, where one could be made. */
  video?: string;
  tags: string[];
}

/** The engine's report on one media file, without pictures; kept so that a second analysis needs no second decoding. */
export interface ReportRecord {
  mediaId: string;
  kind: MediaReport['kind'];
  width: number;
  height: number;
  durationMs: number;
  frames: FrameReport[];
  /** Which frame it is, and the file that holds it, beside the media. */
  bestShot?: { frame: number; timeMs: number; score: number; file: string };
  /** Faces on the best shot. */
  faces?: number;
  /** Pictures of a ZIP that could not be read, each with the reason. */
  unread?: string[];
  /** What is wrong with the best of the frames that show a face, when none is acceptable. */
  reason?: Gate;
  descriptor?: number[];
  spoofing: MediaReport['spoofing'];
  elapsedMs: number;
}

export interface ResultImage {
  /** Name of the file below the folder's directory. */
  file: string;
  /** How the address is broken on request; absent: not at all. */
  link?: 'relative' | 'wrong-host' | 'missing';
}

export interface ResultMedia {
  mediaId: string;
  mediaType: MediaType;
  resultsData: JsonObject;
  /** Absent: no best shot was asked for. Empty: none was found. */
  outputImages?: ResultImage[];
  personId?: string;
  collectionId?: string;
}

export interface AnalysisRecord extends Dated {
  analysisId: string;
  folderId: string;
  /** The same for analyses that were ordered together. */
  groupId: string;
  type: AnalysisType;
  sourceMediaIds: string[];
  params: JsonObject;
  state: AnalysisState;
  resolution: Resolution;
  resultsMedia: ResultMedia[];
  resultsData: JsonObject | null;
  errorCode: number | null;
  errorMessage: string | null;
  /** What a person decided where the analysis asked for one. */
  operatorDecision?: { resolution: 'SUCCESS' | 'DECLINED'; comment: string | null };
}

export interface CollectionRecord extends Dated {
  collectionId: string;
  alias: string;
  companyId: string | null;
  personIds: string[];
}

export interface PersonImageRecord {
  personImageId: string;
  /** Name of the file below the collection's directory. */
  file: string;
  originalName: string;
  tags: string[];
  descriptor: number[];
}

export interface PersonRecord extends Dated {
  personId: string;
  collectionId: string;
  images: PersonImageRecord[];
}

/** A signed-in session; only digests of the tokens are kept. */
export interface SessionRecord {
  /** SHA-256 of the access token, hexadecimal. */
  accessDigest: string;
  expireDigest: string;
  userId: string;
  expireDate: number;
  /** The session this one was refreshed from; removed at the first use of this one (docs/oz-api.md 1.4). */
  replaces?: string;
}

/** Every table, by name, with what it holds. */
export interface Tables {
  folders: FolderRecord;
  media: MediaRecord;
  reports: ReportRecord;
  analyses: AnalysisRecord;
  collections: CollectionRecord;
  persons: PersonRecord;
  sessions: SessionRecord;
}

export const TABLE_NAMES = [
  'folders',
  'media',
  'reports',
  'analyses',
  'collections',
  'persons',
  'sessions',
] as const satisfies readonly (keyof Tables)[];

export type TableName = keyof Tables;
