/** What the harness and the probe inside Node-RED say to each other. Times are `monotonicMs`. */

/** What one run of a flow is fed with, as the harness posts it to `/bench/run`. */
export interface RunRequest {
  /** Which flow: the `channel` of its source and sink. */
  channel: string;
  jobs: number;
  /** Number of the first job; the analysis time and the verdict depend on it. */
  first: number;
  /** Maximum number of jobs between source and sink at any time. */
  inFlight: number;
  /** Bytes of a buffer each message brings, or the folder with `job-<n>.mp4` whose path it brings. */
  media: { bytes: number } | { folder: string };
  /** Milliseconds between two arrivals; 0: as fast as `inFlight` allows. */
  everyMs: number;
  timeoutMs: number;
}

export interface OutRecord {
  job: number;
  sentAt: number;
  outAt: number;
  payload: unknown;
  resolution: unknown;
  error?: string;
  code?: string;
  /** The folder that the message or its error names. */
  folderId?: string;
  /** The mark of an upload that the error names, because nobody knows whether it made a folder. */
  uploadId?: string;
}

export interface RunAnswer {
  records: OutRecord[];
  /** Processor time of the whole Node-RED process from the first message in to the last one out. */
  cpuMs: number;
  wallMs: number;
}
