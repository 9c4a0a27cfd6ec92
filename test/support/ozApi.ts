import { randomUUID } from 'node:crypto';
import { liteAnswer } from './liteAnswer';
import type { Answer } from './ozAnswer';
import type { Call } from './ozCall';

interface ServedAnalysis {
  id: string;
  folderId: string;
  type: string;
  params: Record<string, unknown>;
  sourceMedia: string[];
  /** Epoch seconds. */
  created: number;
  /** Undefined while it runs. */
  outcome?: Outcome;
}

export interface Outcome {
  resolution?: 'SUCCESS' | 'DECLINED' | 'OPERATOR_REQUIRED' | 'FAILED';
  spoofing?: number;
  /** False: no best shot although one was asked for. */
  bestShot?: boolean;
  errorMessage?: string;
  /** What a person decided, beside the verdict that asked for it. */
  decision?: { resolution: 'SUCCESS' | 'DECLINED'; comment?: string };
}

interface ServedFolder {
  id: string;
  created: number;
  metadata: Record<string, unknown>;
  media: Record<string, unknown>[];
  analyses: ServedAnalysis[];
}

export interface OzApiOptions {
  /** How a started analysis ends; `undefined`: it runs until `finish`. Default: SUCCESS with a best shot, at once. */
  outcome?: (analysis: ServedAnalysis) => Outcome | undefined;
  /** `lite`: it speaks API Lite and nothing else. */
  api?: 'lite';
  /** False: ignores analyses in the creation of a folder, as servers before 6.0.1 do. */
  singleRequest?: boolean;
}

export const ACCOUNT = { email: 'tester@example.com', password: 'correct horse battery' };
/** A token that is valid without a sign-in, as of a service account. */
export const SERVICE_TOKEN = 'service-token-0123456789abcdef';

/** The beginning and the end of a JPEG: the nodes look at no more than its first bytes. */
export const BEST_SHOT = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');

const json = (status: number, body: unknown): Answer => ({ status, json: body });
const apiError = (status: number, code: number, message: string): Answer =>
  json(status, { error_code: code, error_message: message, details: null });
const NOT_FOUND = apiError(404, 10, 'Object not exist');

/** A small Oz API: what a well-behaved server knows and answers. */
export class OzApi {
  readonly folders = new Map<string, ServedFolder>();
  readonly #tokens = new Set<string>([SERVICE_TOKEN]);

  readonly #options: OzApiOptions;
  readonly #url: string;

  /** @param url where it is reached, for the addresses in its answers */
  constructor(options: OzApiOptions, url: string) {
    this.#options = options;
    this.#url = url;
  }

  /** Every token there is so far is worth nothing from now on. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  /** Ends the analyses of a folder that still run. */
  finish(folderId: string, outcome: Outcome = {}): void {
    for (const analysis of this.folders.get(folderId)?.analyses ?? []) analysis.outcome ??= outcome;
  }

  /** Does what it is asked, and says what the answer is. */
  answer(call: Call): Answer {
    if (this.#options.api === 'lite') return liteAnswer(call);
    const [area = '', id = '', part = ''] = call.path.replace(/^\/api\//, '').split('/');
    if (call.path.startsWith('/static/'))
      return { status: 200, text: BEST_SHOT.toString('latin1'), contentType: 'image/jpeg' };
    if (area === 'version') return json(200, { version: '6.4.2' });
    if (area === 'authorize' && id === 'auth') return this.#signIn(call);
    if (area === 'instant') return this.#instant(call);
    if (!this.#tokens.has(call.token ?? ''))
      return apiError(401, 7, 'User auth token is not valid. You must be logged for this request.');
    if (area === 'authorize' && id === 'session_token')
      return json(200, { session_token: `session-${randomUUID()}` });
    if (area === 'folders' && id === '')
      return call.method === 'POST' ? this.#createFolder(call) : this.#list(call);
    if (area === 'folders') return this.#folder(call, id, part);
    if (area === 'analyses') {
      const all = [...this.folders.values()].flatMap(({ analyses }) => analyses);
      const analysis = all.find((one) => one.id === id);
      return analysis === undefined ? NOT_FOUND : json(200, this.#analysisJson(analysis));
    }
    return NOT_FOUND;
  }

  #signIn(call: Call): Answer {
    const { email, password } = (call.json['credentials'] ?? {}) as Record<string, unknown>;
    if (email !== ACCOUNT.email || password !== ACCOUNT.password)
      return apiError(401, 15, 'Invalid auth credentials');
    const token = `token-${randomUUID()}`;
    this.#tokens.add(token);
    return json(200, {
      access_token: token,
      expire_token: `expire-${randomUUID()}`,
      expire_date: Date.now() / 1000 + 900,
    });
  }

  #createFolder(call: Call): Answer {
    const folder: ServedFolder = {
      id: randomUUID(),
      created: Date.now() / 1000,
      metadata: (call.payload['folder:meta_data'] ?? {}) as Record<string, unknown>,
      media: [],
      analyses: [],
    };
    this.folders.set(folder.id, folder);
    this.#addMedia(folder, call);
    const single = this.#options.singleRequest !== false;
    if (single && Array.isArray(call.payload['analyses']))
      this.#startAnalyses(folder, call.payload['analyses']);
    return json(201, this.#folderJson(folder));
  }

  /** The non-persistent mode: no sign-in, nothing is kept, the image comes as data. */
  #instant(call: Call): Answer {
    const before = new Set(this.folders.keys());
    const answer = this.#createFolder(call);
    for (const id of this.folders.keys()) if (!before.has(id)) this.folders.delete(id);
    const data = `data:image/jpeg;base64,${BEST_SHOT.toString('base64')}`;
    const text = JSON.stringify(answer).replace(/http[^"]*best_[^"]*/g, data);
    return JSON.parse(text) as Answer;
  }

  #addMedia(folder: ServedFolder, call: Call): Record<string, unknown>[] {
    const tags = (call.payload['media:tags'] ?? {}) as Record<string, unknown>;
    const metadata = (call.payload['media:meta_data'] ?? {}) as Record<string, unknown>;
    const media = call.files.map((file) => {
      const id = randomUUID();
      return {
        media_id: id,
        folder_id: folder.id,
        media_type: file.contentType.startsWith('image') ? 'IMAGE_FOLDER' : 'VIDEO_FOLDER',
        original_name: file.filename,
        original_url: `${this.#url}/static/${folder.id}/${id}`,
        tags: tags[file.field] ?? [],
        meta_data: metadata[file.field] ?? null,
      };
    });
    folder.media.push(...media);
    return media;
  }

  #folder(call: Call, id: string, part: string): Answer {
    const folder = this.folders.get(id);
    if (folder === undefined) return NOT_FOUND;
    if (part === 'meta_data') return this.#metadata(folder, call);
    if (call.method === 'DELETE') {
      this.folders.delete(id);
      return { status: 204 };
    }
    if (part === 'media') return json(201, this.#addMedia(folder, call));
    if (part === 'analyses' && call.method === 'POST') {
      const wanted = Array.isArray(call.json['analyses']) ? call.json['analyses'] : [];
      return json(
        201,
        this.#startAnalyses(folder, wanted).map((one) => this.#analysisJson(one)),
      );
    }
    if (part === 'analyses')
      return json(
        200,
        folder.analyses.map((one) => this.#analysisJson(one)),
      );
    return json(200, this.#folderJson(folder));
  }

  #metadata(folder: ServedFolder, call: Call): Answer {
    if (call.method === 'DELETE') {
      folder.metadata = {};
      return { status: 204 };
    }
    if (call.method !== 'GET') folder.metadata = { ...folder.metadata, ...call.json };
    return json(200, folder.metadata);
  }

  #startAnalyses(folder: ServedFolder, wanted: readonly Record<string, unknown>[]): ServedAnalysis[] {
    const started = wanted.map((one): ServedAnalysis => {
      const analysis: ServedAnalysis = {
        id: randomUUID(),
        folderId: folder.id,
        created: Date.now() / 1000,
        type: String(one['type']).toUpperCase(),
        params: (one['params'] ?? {}) as Record<string, unknown>,
        sourceMedia: (one['source_media'] ?? folder.media.map((media) => media['media_id'])) as string[],
      };
      const outcome = this.#options.outcome === undefined ? {} : this.#options.outcome(analysis);
      return outcome === undefined ? analysis : { ...analysis, outcome };
    });
    folder.analyses.push(...started);
    return started;
  }

  #list(call: Call): Answer {
    const offset = Number(call.query.get('offset') ?? 0);
    const limit = Number(call.query.get('limit') ?? 100);
    const [name = '', value] = (call.query.get('meta_data') ?? '').split('==');
    const ids = call.query.get('folder_id')?.split(',');
    const found = [...this.folders.values()].filter(
      (folder) =>
        (value === undefined || folder.metadata[name] === value) &&
        (ids === undefined || ids.includes(folder.id)),
    );
    const items = found
      .slice(offset, limit < 0 ? undefined : offset + limit)
      .map((folder) => this.#folderJson(folder));
    return json(200, { offset, limit, total_count: found.length, items });
  }

  #folderJson(folder: ServedFolder): Record<string, unknown> {
    const running = folder.analyses.some(({ outcome }) => outcome === undefined);
    return {
      folder_id: folder.id,
      time_created: folder.created,
      time_updated: folder.created,
      meta_data: folder.metadata,
      resolution_status: folder.analyses.length === 0 ? 'INITIAL' : running ? 'PROCESSING' : 'FINISHED',
      media: folder.media,
      analyses: folder.analyses.map((one) => this.#analysisJson(one)),
    };
  }

  #analysisJson({
    id,
    folderId,
    type,
    created,
    params,
    sourceMedia,
    outcome,
  }: ServedAnalysis): Record<string, unknown> {
    const resolution = outcome === undefined ? 'PROCESSING' : (outcome.resolution ?? 'SUCCESS');
    const withShot = params['extract_best_shot'] === true && outcome?.bestShot !== false;
    const url = (mediaId: string): string => `${this.#url}/static/${folderId}/best_${mediaId}.jpg`;
    return {
      analysis_id: id,
      analyse_id: id,
      folder_id: folderId,
      type,
      time_created: created,
      state: outcome === undefined ? 'PROCESSING' : resolution === 'FAILED' ? 'FAILED' : 'FINISHED',
      resolution,
      resolution_status: resolution,
      error_message: outcome?.errorMessage ?? null,
      resolution_operator: outcome?.decision?.resolution ?? null,
      operator_comment: outcome?.decision?.comment ?? null,
      source_media: sourceMedia.map((mediaId) => ({ media_id: mediaId })),
      results_media:
        outcome === undefined || resolution === 'FAILED'
          ? []
          : sourceMedia.map((mediaId) => ({
              source_video_id: mediaId,
              results_data: { confidence_spoofing: outcome.spoofing ?? 0.012 },
              output_images: withShot ? [{ original_url: url(mediaId) }] : [],
            })),
    };
  }
}
