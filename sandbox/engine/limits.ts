/** Limits of one job. Uploads are not trusted: whatever exceeds these is refused. */
export const LIMITS = {
  /** Bytes of a file. */
  fileBytes: 512 * 1024 * 1024,
  /** Milliseconds one job may work, waiting in the queue not counted. */
  jobMs: 120_000,
  /** Milliseconds of video. */
  videoMs: 300_000,
  /** Frames of a video, looked at or not. */
  videoFrames: 40_000,
  /** Pixels of a video frame: 4096 × 2304. */
  videoPixels: 4096 * 2304,
  /** Pixels of a still: what phones produce, but not 20 000 × 20 000. */
  stillPixels: 64_000_000,
  /** Longest side of the copy of a still that is analysed, in pixels. */
  stillSide: 1280,
  /** Files in a ZIP, and pictures among them. */
  zipFiles: 3000,
  zipEntries: 300,
  /** Bytes of one unpacked picture, and of all together. */
  zipEntryBytes: 40 * 1024 * 1024,
  zipBytes: 400 * 1024 * 1024,
  /** Unpacked size over packed size; pictures are packed already, 20 is generous. */
  zipRatio: 100,
} as const;
