import type { BestShot, JsonObject, Media, PersonHit, Resolution, TextField } from '../../client';

/** One analysis as flows see it: verdict and scores, without the API's own object. */
export interface OzAnalysis {
  analysisId: string;
  /** `QUALITY` (liveness), `BIOMETRY`, `COLLECTION`, `DOCUMENTS`. */
  type: string;
  state: 'PROCESSING' | 'FINISHED' | 'FAILED';
  resolution: Resolution;
  scores?: {
    /** Probability that a face is not real, 0..1, higher is worse: the worst of the media. */
    spoofing?: number;
    /** Similarity 0..1 of the least and the most similar pair. */
    match?: { min: number; max: number };
  };
  /** Of liveness: whether a best shot was ordered with it. */
  bestShotOrdered?: boolean;
  /** What a person decided, where the server asked for one. */
  decision?: { resolution: 'SUCCESS' | 'DECLINED'; comment?: string };
  error?: { code?: number; message?: string };
  /** Values of the server that this version does not know. */
  unknown?: string[];
}

/**
 * Whether there is a best shot, and if not, why: none was ordered; the server gives none for this gesture; it was ordered,
 * and there is none.
 */
export type BestShotState = 'given' | 'notOrdered' | 'notForGesture' | 'none';

/** A best shot as flows see it. */
export interface OzBestShot extends BestShot {
  /** Set once the image was fetched, e.g. `image/jpeg`. */
  contentType?: string;
}

export interface OzTiming {
  /** From the first byte to the server's answer. */
  uploadMs?: number;
  /** Epoch milliseconds at which the analyses were ordered. */
  orderedAt?: number;
  /** From ordering the analyses to knowing their results, where both happened in the flow. */
  analysisMs?: number;
  /** How long the message waited for the result. */
  waitedMs?: number;
  /** How often the server was asked while waiting. */
  polls?: number;
}

/** The public contract of `msg.oz`, described in docs/message.md. */
export interface OzData {
  /** Overrides of the nodes' settings for this message, by the names of docs/flow-properties.md. */
  options?: Record<string, unknown>;
  /** Short for `options.tags`: a preset's name or the tags themselves. */
  tags?: string | string[];
  folderId?: string;
  media?: Media[];
  analyses?: OzAnalysis[];
  /** The worst of the analyses; `PROCESSING` when a wait ended before the verdict. */
  resolution?: Resolution;
  bestShots?: OzBestShot[];
  /** URL of the first best shot; absent when there is none. */
  bestShotUrl?: string;
  /** Absent while the check runs, and where nothing tells whether one was ordered. */
  bestShotState?: BestShotState;
  liveness?: { mediaId: string; spoofing: number }[];
  match?: { min: number; max: number };
  persons?: PersonHit[];
  textFields?: TextField[];
  timing?: OzTiming;
  /** The wait for this result went on after a restart or a deploy: the message may come a second time. */
  resumed?: boolean;
  /**
   * One check, whichever message brings its result: folder and analyses. The same for a webhook that comes twice and for
   * a result that comes again after a restart, so that what follows can tell duplicates apart.
   */
  checkKey?: string;
  collectionId?: string;
  personId?: string;
  imageId?: string;
  userId?: string;
  companyId?: string;
  /** The API's own objects, only when asked for. */
  raw?: JsonObject | JsonObject[];
}
