import type { Api, ApiCall } from '../api';
import type { CallOptions, UploadProgress } from '../contract';
import { OzError } from '../errors/ozError';
import { ozError } from '../errors/errorMessages';
import { multipartBody, type FilePart } from '../media/form';
import type { PreparedMedia } from '../media/prepare';
import { rawBody } from '../media/rawBody';
import { omitUndefined } from '../omitUndefined';
import type { RequestBody } from '../transport/request';
import { readComparison, readDetection, readHealth, readLiteVersion, type LiteVerdict } from '../wire/lite';
import { progressOf } from './upload';

type Processor = 'pattern' | 'liveness';

export interface LiteCallOptions extends CallOptions {
  /** Longest time without progress, milliseconds: the server computes before it answers. */
  responseTimeoutMs?: number;
  onProgress?: (progress: UploadProgress) => void;
}

/** The methods of API Lite (docs/oz-api.md 5.6). None of them changes anything, so each may be repeated. */
export interface LiteCalls {
  /** Version of the core; undefined where the server is older than 1.1.1. */
  version(options?: CallOptions): Promise<string | undefined>;
  /** `status` of a processor: 0 works, 3 does not. */
  health(processor: Processor, options?: CallOptions): Promise<number>;
  /** Whether the face in a photo is real. */
  detect(photo: PreparedMedia, options?: LiteCallOptions): Promise<LiteVerdict>;
  /** The template of the face in a photo. */
  extract(photo: PreparedMedia, options?: LiteCallOptions): Promise<Buffer>;
  /** How similar the faces of two templates are. */
  compare(one: PreparedMedia, other: PreparedMedia, options?: LiteCallOptions): Promise<LiteVerdict>;
  /** How similar the face in a photo is to that of a template. */
  verify(photo: PreparedMedia, template: PreparedMedia, options?: LiteCallOptions): Promise<LiteVerdict>;
}

/** Calls API Lite. Each call rejects with an OzError. */
export function liteCalls(api: Api): LiteCalls {
  const { host } = api.server;

  const post = (
    stage: string,
    path: string,
    body: RequestBody,
    { onProgress, ...options }: LiteCallOptions = {},
  ): ApiCall =>
    omitUndefined({
      stage,
      method: 'POST' as const,
      path,
      lite: true as const,
      body,
      lane: 'bulk' as const,
      idempotent: body.replayable,
      onSent: progressOf(body, onProgress),
      ...options,
    });

  const needed = <T>(value: T | undefined, field: string, stage: string): T => {
    if (value === undefined) throw ozError('wrongShape', { host, field }, { stage });
    return value;
  };

  const match = async (path: string, parts: FilePart[], options?: LiteCallOptions): Promise<LiteVerdict> => {
    const stage = 'face-match';
    const json = await api.json(post(stage, path, multipartBody(parts), options));
    return needed(readComparison(json), 'score', stage);
  };

  return {
    async version(options) {
      try {
        const json = await api.json({ stage: 'test-connection', path: 'version', lite: true, ...options });
        return readLiteVersion(json);
      } catch (error) {
        if (error instanceof OzError && error.code === 'OZ_NOT_FOUND') return undefined;
        throw error;
      }
    },

    async health(processor, options) {
      const stage = 'test-connection';
      const path = `v1/face/${processor}/health`;
      const json = await api.json({ stage, path, lite: true, ...options });
      return needed(readHealth(json), 'status', stage);
    },

    async detect(photo, options) {
      const stage = 'liveness';
      const json = await api.json(post(stage, 'v1/face/liveness/detect', rawBody(photo), options));
      return needed(readDetection(json), 'passed', stage);
    },

    async extract(photo, options) {
      const stage = 'extract-template';
      const answer = await api.send(post(stage, 'v1/face/pattern/extract', rawBody(photo), options));
      const { status } = answer;
      const [type = ''] = (answer.headers['content-type'] ?? '').split(';');
      if (/^(text|application\/json)/i.test(type))
        throw ozError('notJson', { host, status, type: type.slice(0, 60) }, { stage, status });
      return needed(answer.body.length === 0 ? undefined : answer.body, 'template', stage);
    },

    compare: (one, other, options) =>
      match(
        'v1/face/pattern/compare',
        [
          { key: 'bio_feature', media: one },
          { key: 'bio_template', media: other },
        ],
        options,
      ),

    verify: (photo, template, options) =>
      match(
        'v1/face/pattern/verify',
        [
          { key: 'sample', media: photo },
          { key: 'bio_template', media: template },
        ],
        options,
      ),
  };
}
