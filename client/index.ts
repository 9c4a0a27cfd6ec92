import type { Agent as HttpsAgentOptionsSource } from 'node:https';
import type {
  Analysis,
  AnalysisRequest,
  CheckResult,
  Folder,
  FolderPage,
  FolderQuery,
  JsonObject,
  Media,
  MediaSource,
} from './model';

export * from './errors';
export * from './model';

/** How to prove who we are (reference 1.2 to 1.6). */
export type SignIn =
  | { kind: 'password'; email: string; password: string }
  | { kind: 'token'; token: string }
  | { kind: 'none' }
  /** The sandbox's well-known test account; refused for any host that is not a loopback address. */
  | { kind: 'sandbox' };

export interface ClientOptions {
  /** Base URL of the server, with or without `/api` and trailing slash. */
  url: string;
  signIn: SignIn;
  /** Options for `https.Agent`, as core's tls-config node makes them (`addTLSOptions`). */
  tls?: ConstructorParameters<typeof HttpsAgentOptionsSource>[0];
  proxy?: { url: string; username?: string; password?: string; noProxy?: string[] };
  /** Longest time one request may take without progress, milliseconds. */
  timeoutMs?: number;
  /** Requests under way at once; the rest wait in order. */
  maxParallel?: number;
  maxFileBytes?: number;
  maxFiles?: number;
  /** Replace scheme, host and port of media URLs by those of `url`. */
  rebaseUrls?: boolean;
  /** Called with one line about each request: method, path without query, status, milliseconds. Never a secret. */
  trace?: (line: string) => void;
}

export interface CallOptions {
  signal?: AbortSignal;
}

export interface UploadProgress {
  sentBytes: number;
  totalBytes: number;
}

export interface UploadRequest {
  media: MediaSource[];
  metadata?: JsonObject;
  /** `resolution_endpoint` (reference 5.1). */
  webhook?: string;
  onProgress?: (progress: UploadProgress) => void;
}

export interface WaitTarget {
  folderId?: string;
  /** Wait for these only; without them, for all analyses of the folder. */
  analysisIds?: string[];
}

export interface WaitOptions extends CallOptions {
  /** Longest wait, milliseconds. */
  timeoutMs: number;
  /** `emit`: resolve with what there is when time is over; `error`: reject with OZ_WAIT_TIMEOUT. */
  onTimeout: 'error' | 'emit';
}

export interface WaitResult extends CheckResult {
  timing: { waitedMs: number; polls: number };
}

/** What the nodes use. One per oz-auth node; `close()` ends everything it has under way with OZ_CANCELLED. */
export interface OzClient {
  /** Asks for the version and signs in; says in an OzError what is wrong. */
  testConnection(options?: CallOptions): Promise<void>;
  folders: {
    create(request: UploadRequest, options?: CallOptions): Promise<Folder>;
    addMedia(folderId: string, request: UploadRequest, options?: CallOptions): Promise<Media[]>;
    get(folderId: string, options?: CallOptions): Promise<Folder>;
    list(query: FolderQuery, options?: CallOptions): Promise<FolderPage>;
    delete(folderId: string, options?: CallOptions): Promise<void>;
  };
  analyses: {
    start(
      folderId: string,
      request: { analyses: AnalysisRequest[]; webhook?: string },
      options?: CallOptions,
    ): Promise<Analysis[]>;
    get(analysisId: string, options?: CallOptions): Promise<Analysis>;
    /** Waits until none is PROCESSING. A FAILED analysis is a result here; the node makes the error of it. */
    wait(target: WaitTarget, options: WaitOptions): Promise<WaitResult>;
    /** Something outside (a webhook) says this folder may be ready: look now. */
    hint(folderId: string): void;
  };
  /** Fetches a media URL; the token goes along only when the URL's origin is the API's. */
  download(url: string, options?: CallOptions): Promise<{ data: Buffer; contentType: string }>;
  /** Requests under way and waiting, for the status. */
  load(): { running: number; queued: number };
  close(): Promise<void>;
}

/** Makes a client. Throws OZ_CONFIG for a URL that cannot be one. Nothing is sent until the first call. */
export declare function createClient(options: ClientOptions): OzClient;
