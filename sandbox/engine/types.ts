/** What goes into the engine and what comes out of it. The engine knows no HTTP and no Oz names. */

export interface EngineOptions {
  /** Jobs worked on at once; the rest wait in order. */
  workers?: number;
  /** `auto`: the ffmpeg program when one is found (OZ_FFMPEG, then PATH), else node-av. */
  decoder?: 'auto' | 'ffmpeg' | 'node-av';
}

export type MediaInput = { path: string; name?: string } | { data: Uint8Array; name?: string };

export interface AnalyzeOptions {
  signal?: AbortSignal;
  /** Keep small pictures of the sampled frames for the report. */
  explain?: boolean;
}

/** Names of the quality components, each in [0, 1]; see quality/ for each one's function and source. */
export type ComponentName =
  | 'pose'
  | 'stillness'
  | 'eyes'
  | 'gaze'
  | 'mouth'
  | 'expression'
  | 'sharpness'
  | 'exposure'
  | 'uniformity'
  | 'size'
  | 'inside'
  | 'single'
  | 'occlusion'
  | 'hands'
  | 'presence';

export type Gate =
  | 'no-face'
  | 'other-person'
  | 'eyes-closed'
  | 'cut-face'
  | 'too-small'
  | 'turned-away'
  | 'covered'
  | 'badly-lit';

export interface FrameReport {
  /** Index in the video, from 0 (for a ZIP: in natural order of names). */
  frame: number;
  timeMs: number;
  faces: number;
  score: number;
  components: Partial<Record<ComponentName, number>>;
  /** Degrees; absent without a face. */
  pose?: { yaw: number; pitch: number; roll: number };
  /** Why this frame cannot be the best shot while another passes. */
  gate?: Gate;
  /** A small JPEG, only with `explain`. */
  thumbnail?: Uint8Array;
}

export interface BestShot {
  frame: number;
  timeMs: number;
  score: number;
  faces: number;
  /** Size of `jpeg` in pixels: that of the video, orientation applied. */
  width: number;
  height: number;
  components: Record<ComponentName, number>;
  jpeg: Uint8Array;
}

/** The frame that would have been taken, were it acceptable. */
export interface RejectedShot extends BestShot {
  /** What is wrong with it. */
  reason: Gate;
}

/** A score, and whether it comes from a model or is made up to exercise flows. */
export interface Score {
  value: number;
  simulated: boolean;
}

export interface MediaReport {
  kind: 'video' | 'image' | 'shots-set';
  /** What the bytes are, e.g. `video/mp4`. */
  mimeType: string;
  width: number;
  height: number;
  /** Zero for stills. */
  durationMs: number;
  /** Pictures of a ZIP that could not be read, each with the reason; absent when all could. */
  unread?: string[];
  /** Absent when no frame shows an acceptable face. */
  bestShot?: BestShot;
  /** The best of the frames with a face, when none is acceptable; absent otherwise. */
  rejected?: RejectedShot;
  frames: FrameReport[];
  /** Description of the best shot's face, for `similarity`; absent without a face. */
  descriptor?: Float32Array;
  /** Probability of an attack, 0..1, higher is worse. */
  spoofing: Score;
  elapsedMs: number;
}

export type EngineErrorCode =
  'not-media' | 'damaged' | 'too-large' | 'too-long' | 'timeout' | 'cancelled' | 'no-decoder' | 'internal';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export interface Engine {
  analyze(input: MediaInput, options?: AnalyzeOptions): Promise<MediaReport>;
  close(): Promise<void>;
}
