/** What the client takes and returns: the same shapes, whichever generation of the API answered. */

export type AnalysisType = 'QUALITY' | 'BIOMETRY' | 'COLLECTION' | 'DOCUMENTS';

/** docs/oz-api.md 4.1. `FINISHED` belongs to `state`, never to a resolution. */
export type Resolution = 'PROCESSING' | 'SUCCESS' | 'DECLINED' | 'OPERATOR_REQUIRED' | 'FAILED';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Media {
  mediaId: string;
  /** `media_type` as the API spelled it: `VIDEO_FOLDER`, `IMAGE_FOLDER`, `SHOTS_SET`, … */
  type: string;
  /** The file name it was uploaded with. */
  name: string;
  tags: string[];
  url?: string;
  /** A small picture of it. */
  previewUrl?: string;
  metadata?: JsonObject;
}

export interface BestShot {
  /** Absolute http(s) URL, or a `data:` URL where the server keeps nothing (Instant). */
  url: string;
  analysisId: string;
  /** Empty if the API named no source, or one that is unknown. */
  mediaId: string;
  /** File name of the source media. */
  sourceName?: string;
}

/** What one analysis found on one media file. */
export interface MediaResult {
  mediaId: string;
  /** Probability that the face is not real, 0..1, higher is worse (docs/oz-api.md 4.2). */
  spoofing?: number;
  /** Similarity 0..1 of the least and the most similar pair. */
  match?: { min: number; max: number };
  bestShotUrls: string[];
}

export interface PersonHit {
  personId: string;
  collectionId?: string;
  similarity?: number;
}

export interface TextField {
  name: string;
  visual?: string;
  mrz?: string;
}

export interface Analysis {
  analysisId: string;
  folderId?: string;
  /** The same for all analyses that were started together (docs/oz-api.md 3.2). */
  groupId?: string;
  /** Upper case; a type that this version does not know is passed on as it came. */
  type: string;
  state: 'PROCESSING' | 'FINISHED' | 'FAILED';
  resolution: Resolution;
  sourceMedia: Media[];
  results: MediaResult[];
  match?: { min: number; max: number };
  persons: PersonHit[];
  textFields: TextField[];
  /** Epoch seconds by the server's clock. */
  timeCreated?: number;
  /** How long it took by the server's own timestamps, milliseconds; absent while it runs, and where there are none. */
  tookMs?: number;
  /** Of liveness: whether a best shot was ordered with it; absent if unknown. */
  bestShotOrdered?: boolean;
  /** What a person decided about it, where the server asked for one. */
  decision?: { resolution: 'SUCCESS' | 'DECLINED'; comment?: string };
  /** Why it failed, where the server says so. */
  error?: { code?: number; message?: string };
  /** Values this version does not know, such as `resolution=SUSPICIOUS`; such an analysis is never a SUCCESS. */
  unknown: string[];
  /** The API's own object, for `msg.oz.raw`. */
  raw: JsonObject;
}

export interface Folder {
  folderId: string;
  /** The server's own summary, as it came (`system_resolution`, else `resolution_status`). Decide by the analyses instead. */
  resolution: string;
  /** Epoch seconds. */
  timeCreated?: number;
  timeUpdated?: number;
  metadata: JsonObject;
  media: Media[];
  analyses: Analysis[];
  raw: JsonObject;
}

export interface FolderPage {
  items: Folder[];
  offset: number;
  /** Absent when the server did not count. */
  total?: number;
}

/** One thing to upload. Exactly one of `path`, `data`, `blob`, `stream` is given. */
export interface MediaSource {
  /**
   * A file on disk; streamed, never read whole. Its bytes must be those of a media file, whatever `contentType` says.
   */
  path?: string;
  data?: Uint8Array;
  /** A Blob or File; read in pieces. */
  blob?: Blob;
  stream?: NodeJS.ReadableStream;
  /** Needed with `stream`, so that Content-Length is exact. */
  size?: number;
  filename?: string;
  /** Overrides what the bytes say. */
  contentType?: string;
  /** docs/oz-api.md 4.4. */
  tags: string[];
  metadata?: JsonObject;
}

export interface AnalysisRequest {
  type: 'quality' | 'biometry' | 'collection' | 'documents';
  /** Media ids; omitted: all media of the folder. */
  sourceMedia?: string[];
  /** Only for `quality`; always sent, because the server's default changed in 6.0.1 (docs/oz-api.md 3.2). */
  extractBestShot?: boolean;
  /** Further `params`, passed on as they are. */
  params?: JsonObject;
}

export interface FolderQuery {
  folderId?: string;
  /** Epoch seconds. */
  createdMin?: number;
  createdMax?: number;
  updatedMin?: number;
  updatedMax?: number;
  resolutionStatus?: string;
  /** `key==value` pairs, ANDed (docs/oz-api.md 2.6). */
  metadata?: Record<string, string>;
  withAnalyses?: boolean;
  newestFirst?: boolean;
  /** First folder of the page, 0 by default. */
  offset?: number;
  /** Folders in the page, 100 by default; -1 for all. */
  limit?: number;
  /** `false` spares the server the count (`total_omit`). */
  count?: boolean;
}

/** Everything known about a check when its wait ended. */
export interface CheckResult {
  folderId: string;
  /** The worst of the analyses: FAILED > DECLINED > OPERATOR_REQUIRED > SUCCESS; PROCESSING while any runs. */
  resolution: Resolution;
  analyses: Analysis[];
  bestShots: BestShot[];
  liveness: { mediaId: string; spoofing: number }[];
  match?: { min: number; max: number };
  persons: PersonHit[];
  textFields: TextField[];
}

/** What metadata belongs to (docs/oz-api.md 2.7). */
export type MetadataTarget =
  | { object: 'folder' | 'media' | 'analysis' | 'collection'; id: string }
  | { object: 'person'; id: string; collectionId: string };

export interface Company {
  companyId: string;
  name: string;
}

/** What a user may do (docs/oz-api.md 1.7), in one word: the flags `is_admin` and `is_service` are part of it. */
export type UserRole = 'client' | 'clientAdmin' | 'clientOperator' | 'service' | 'operator' | 'admin';

export interface User {
  userId: string;
  email: string;
  firstName?: string;
  middleName?: string;
  lastName?: string;
  /** Absent for a role that this version does not know. */
  role?: UserRole;
  /** Absent for those who belong to no company. */
  companyId?: string;
  /** Whether the user can sign in; absent where the server does not say so. */
  active?: boolean;
  /** Which analyses the user may start, as far as the server says so: `{ quality: true }`. */
  mayStart: Record<string, boolean>;
}

/** A user to create. */
export interface NewUser {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  role: UserRole;
  /** Not for administrators and operators, who belong to no company. */
  companyId?: string;
}

/** A blacklist (docs/oz-api.md 5.5). */
export interface Collection {
  collectionId: string;
  /** Its name. */
  alias: string;
  companyId?: string;
}

export interface PersonImage {
  imageId: string;
  url?: string;
}

/** A person of a collection. */
export interface Person {
  personId: string;
  metadata: JsonObject;
  images: PersonImage[];
  raw: JsonObject;
}
