import type { AgentOptions } from 'node:https';
import type {
  Analysis,
  AnalysisRequest,
  CheckResult,
  Collection,
  Company,
  Folder,
  FolderPage,
  FolderQuery,
  Json,
  JsonObject,
  Media,
  MediaSource,
  MetadataTarget,
  NewUser,
  Person,
  PersonImage,
  User,
} from './model';
import type { SignIn } from './session/signIn';
import type { NetworkWay, ProxyOptions } from './transport/proxy';

/** Which of the vendor's two APIs a server speaks: Oz API, or the stateless API Lite (docs/oz-api.md 5.6). */
export type ServerApi = 'oz' | 'lite';

export interface ClientOptions {
  /** Base URL of the server, with or without `/api` and trailing slash. */
  url: string;
  /** `oz` by default. API Lite has no sign-in and ignores `signIn`. */
  api?: ServerApi;
  signIn: SignIn;
  /** Options for `https.Agent`, as core's tls-config node makes them (`addTLSOptions`). */
  tls?: AgentOptions;
  /** `environment`: as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say. Default: no proxy. */
  proxy?: ProxyOptions | 'environment';
  /** How long a request may go without progress, milliseconds; 30 000 by default. */
  timeoutMs?: number;
  /** Maximum number of concurrent requests; the rest wait in order, uploads behind short requests. 8 by default. */
  maxParallel?: number;
  /** Maximum size of a file, bytes; 10 MiB by default, as on the server (docs/oz-api.md 4.8). */
  maxFileBytes?: number;
  /** Maximum number of files in one upload; 10 by default. */
  maxFiles?: number;
  /**
   * Files are read only if they lie in every one of these folders, with symbolic links resolved. Without any, all
   * that the process may read.
   */
  mediaFolders?: readonly string[];
  /** Base for relative paths: by default the last of `mediaFolders`, else the working directory of the process. */
  workingDirectory?: string;
  /** Replace scheme, host and port of media URLs by those of `url`. */
  rebaseUrls?: boolean;
  /**
   * Hosts, with or without a port, from which images may be fetched besides the server's own origin. The token is
   * never sent there.
   */
  mediaHosts?: readonly string[];
  /** Gestures for which this server makes best shots, as the vendor names them; empty: all. The client only passes it on. */
  bestShotGestures?: readonly string[];
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
  /** `resolution_endpoint` (docs/oz-api.md 5.1). */
  webhook?: string;
  /** `additional_info`: what the Web SDK reports about the capture (docs/oz-api.md 2.2). */
  additionalInfo?: Json;
  onProgress?: (progress: UploadProgress) => void;
  /** Called before anything is sent, with the `uploadId` that errors also carry; for callers that may abort. */
  onUploadId?: (uploadId: string) => void;
}

/** An OzCapsula container: encrypted and signed bytes that only the server can open (docs/oz-api.md 5.4). */
export interface ContainerRequest {
  container: MediaSource;
  onProgress?: (progress: UploadProgress) => void;
}

export interface WaitTarget {
  folderId?: string;
  /** The analyses to wait for; by default all of the folder. */
  analysisIds?: string[];
}

export interface WaitOptions extends CallOptions {
  /** Maximum wait, milliseconds. */
  timeoutMs: number;
  /** When time is up, `emit` resolves with the results so far; `error` rejects with OZ_WAIT_TIMEOUT. */
  onTimeout: 'error' | 'emit';
  /** `decision` goes on waiting after OPERATOR_REQUIRED, until a person has decided. */
  until?: 'verdict' | 'decision';
}

export interface WaitResult extends CheckResult {
  timing: { waitedMs: number; polls: number };
}

/** A whole check in one call, of either `media` or a `container`. */
export interface CheckRequest {
  media?: MediaSource[];
  container?: MediaSource;
  analyses: AnalysisRequest[];
  metadata?: JsonObject;
  webhook?: string;
  additionalInfo?: Json;
  /** The non-persistent mode (docs/oz-api.md 5.3): nothing is stored, the answer comes at once, there is no blacklist. */
  instant?: boolean;
  onProgress?: (progress: UploadProgress) => void;
  /** As in {@link UploadRequest}; not called for Instant or for containers. */
  onUploadId?: (uploadId: string) => void;
}

export interface CheckAnswer extends WaitResult {
  media: Media[];
  /**
   * How the answer came: in a single request, or in steps (folder, analyses, waiting) because the server is older.
   * `lite`: from API Lite, which stores nothing, so all ids are empty, and makes no best shot.
   */
  way: 'single' | 'steps' | 'instant' | 'lite';
}

/** One photo, whose face is to become a template. */
export interface FaceTemplateRequest {
  media: MediaSource[];
  onProgress?: (progress: UploadProgress) => void;
}

/** Metadata of folders, media, analyses, collections and persons (docs/oz-api.md 2.7). */
export interface MetadataCalls {
  get(target: MetadataTarget, options?: CallOptions): Promise<JsonObject>;
  /** Adds fields, or replaces them (POST). Returns the metadata that the server then reports. */
  add(target: MetadataTarget, fields: JsonObject, options?: CallOptions): Promise<JsonObject>;
  /** Changes fields (PATCH). */
  change(target: MetadataTarget, fields: JsonObject, options?: CallOptions): Promise<JsonObject>;
  /** Deletes all fields. */
  delete(target: MetadataTarget, options?: CallOptions): Promise<void>;
}

/** Blacklists: collections of persons (docs/oz-api.md 5.5). */
export interface CollectionCalls {
  companies(searchText?: string, options?: CallOptions): Promise<Company[]>;
  list(options?: CallOptions): Promise<Collection[]>;
  /** Without `companyId`, in the only company that the account sees. */
  create(request: { alias: string; companyId?: string }, options?: CallOptions): Promise<Collection>;
  delete(collectionId: string, options?: CallOptions): Promise<void>;
  persons(collectionId: string, options?: CallOptions): Promise<Person[]>;
  person(collectionId: string, personId: string, options?: CallOptions): Promise<Person>;
  /** `metadata` becomes `person:meta_data`. */
  addPerson(collectionId: string, request: UploadRequest, options?: CallOptions): Promise<Person>;
  deletePerson(collectionId: string, personId: string, options?: CallOptions): Promise<void>;
  images(collectionId: string, personId: string, options?: CallOptions): Promise<PersonImage[]>;
  addImages(
    collectionId: string,
    personId: string,
    request: UploadRequest,
    options?: CallOptions,
  ): Promise<PersonImage[]>;
  deleteImage(collectionId: string, personId: string, imageId: string, options?: CallOptions): Promise<void>;
}

/** Users and companies (docs/oz-api.md 1.7, 4.5), for administrators. A company's administrator manages that company only. */
export interface AccountCalls {
  /** The user who signs in. Rejects with OZ_CONFIG if the client was made with a token, which does not tell whose it is. */
  whoAmI(options?: CallOptions): Promise<User>;
  /** All users that the account sees. */
  users(options?: CallOptions): Promise<User[]>;
  /** Creates exactly one user, even if an answer is lost. The password goes to the server and nowhere else. */
  createUser(user: NewUser, options?: CallOptions): Promise<User>;
  /** Keeps a user from signing in. */
  deactivateUser(userId: string, options?: CallOptions): Promise<User>;
  /** Creates exactly one company, even if an answer is lost. */
  createCompany(name: string, options?: CallOptions): Promise<Company>;
  deleteCompany(companyId: string, options?: CallOptions): Promise<void>;
}

/** What a test of the connection found out. */
export interface ConnectionReport {
  /** How the server was reached. */
  way: NetworkWay;
  /** The API that the server speaks, which need not be the one that the client was made for. */
  api: ServerApi;
  /** Version of API Lite, if the server reports it. */
  version?: string;
  /** True if a sign-in was tried and works. */
  signedIn: boolean;
}

/**
 * The client, whichever API the server speaks: with API Lite, `check`, `faceTemplate` and `testConnection` work, and the
 * other calls reject with OZ_CONFIG. `close()` ends everything under way with OZ_CANCELLED.
 */
export interface OzClient {
  /** As given in {@link ClientOptions}; empty: all. */
  readonly bestShotGestures: readonly string[];
  /** Asks for the version and signs in; says in an OzError what is wrong. */
  testConnection(options?: CallOptions): Promise<ConnectionReport>;
  /** A short-lived token for the page that captures an OzCapsula container (docs/oz-api.md 1.5). */
  sessionToken(options?: CallOptions): Promise<string>;
  folders: {
    create(request: UploadRequest, options?: CallOptions): Promise<Folder>;
    /** Passes an OzCapsula container through, unopened (docs/oz-api.md 5.4). */
    createFromContainer(request: ContainerRequest, options?: CallOptions): Promise<Folder>;
    addMedia(folderId: string, request: UploadRequest, options?: CallOptions): Promise<Media[]>;
    /** With its analyses. */
    get(folderId: string, options?: CallOptions): Promise<Folder>;
    list(query: FolderQuery, options?: CallOptions): Promise<FolderPage>;
    delete(folderId: string, options?: CallOptions): Promise<void>;
  };
  media: {
    /** All media of a folder, with their tags and previews. */
    list(folderId: string, options?: CallOptions): Promise<Media[]>;
    /** Replaces the tags; an empty list clears them. */
    setTags(mediaId: string, tags: string[], options?: CallOptions): Promise<Media>;
    delete(mediaId: string, options?: CallOptions): Promise<void>;
  };
  analyses: {
    start(
      folderId: string,
      request: { analyses: AnalysisRequest[]; webhook?: string },
      options?: CallOptions,
    ): Promise<Analysis[]>;
    get(analysisId: string, options?: CallOptions): Promise<Analysis>;
    /** Waits until none is PROCESSING. A FAILED analysis is a result, not an error. */
    wait(target: WaitTarget, options: WaitOptions): Promise<WaitResult>;
    /** Asks for this folder at once, because something outside, such as a webhook, says it may be ready. */
    hint(folderId: string): void;
  };
  metadata: MetadataCalls;
  collections: CollectionCalls;
  accounts: AccountCalls;
  /**
   * Sends media and resolves with the verdict: in one request if the server can, else by folder, analyses and waiting
   * (docs/oz-api.md 5.2). API Lite takes photos and templates, for liveness and face match.
   */
  check(request: CheckRequest, options: WaitOptions): Promise<CheckAnswer>;
  /**
   * The template of the face in one photo: opaque bytes that the same server compares with other faces, as a media file
   * of type `application/octet-stream` in a check (docs/oz-api.md 5.6). API Lite only.
   */
  faceTemplate(request: FaceTemplateRequest, options?: CallOptions): Promise<Buffer>;
  /**
   * Fetches a best shot: a JPEG, PNG or WebP of at most 20 MB from the server's own origin, a host named in
   * `mediaHosts`, or a data URL. The token goes along only when the URL's origin is the API's.
   */
  download(url: string, options?: CallOptions): Promise<{ data: Buffer; contentType: string }>;
  /** Numbers of requests under way and waiting. */
  load(): { running: number; queued: number };
  close(): Promise<void>;
}
