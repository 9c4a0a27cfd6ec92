import {
  mediaFrom,
  ozError,
  type JsonObject,
  type MediaSource,
  type OzClient,
  type TextAs,
  type UploadProgress,
  type UploadRequest,
} from '../../client';
import { readMetadata } from './metadata';
import { nodeError } from './errors';
import type { Job } from './job';
import { isJsonObject, isRecord, type OzMessage } from './message';
import { overrideOf, type Options } from './options';
import type { Typed } from './properties/declaration';
import type { ADDITIONAL_INFO, MEDIA, METADATA, TEXT_AS } from './properties/groups';
import { readTags } from './tags';

/** What a message uploads: media with their metadata, or an OzCapsula container. */
export type Upload = Omit<UploadRequest, 'onProgress'> | { container: MediaSource };

/** The media of a message, of any kind the client knows, each with the node's tags unless it brings its own. */
export async function readUpload(
  options: Options<typeof MEDIA & typeof METADATA & typeof ADDITIONAL_INFO>,
  msg: OzMessage,
): Promise<Upload> {
  const tags = readTags(options, msg);
  const { value, textAs } = await readMediaValue(options, msg);
  if (tags !== 'container') {
    return {
      media: mediaFrom(value, { tags, textAs }),
      ...(await readMetadata(options)),
      ...(await readAdditionalInfo(options)),
    };
  }
  // A container's bytes cannot be recognised, so a message that named any file a container could have it sent.
  const named = overrideOf(msg, 'tags') === undefined ? textAs : 'data';
  const [container, ...more] = mediaFrom(value, { tags: [], fileName: 'container', textAs: named });
  if (container === undefined) throw ozError('mediaNone');
  if (more.length > 0) throw ozError('mediaTooMany', { count: more.length + 1, limit: 1 });
  return { container };
}

/** What a page with the Web SDK tells about its capture, an object or a text (docs/oz-api.md 2.2). */
async function readAdditionalInfo(
  options: Options<typeof ADDITIONAL_INFO>,
): Promise<{ additionalInfo?: JsonObject | string }> {
  const value = await options.additionalInfo.value();
  if (value === undefined) return {};
  if (typeof value === 'string' || isJsonObject(value)) return { additionalInfo: value };
  throw nodeError('overrideInvalid', { field: 'additionalInfo' });
}

/**
 * The value of the dialog's *Media*, and how a text in it is read. What the flow's author typed into the node may be a
 * path; for what a message may have brought, the node's *Text is* decides, which no message overrides.
 */
export async function readMediaValue(
  options: Options<{ media: Typed } & typeof TEXT_AS>,
  msg: OzMessage,
): Promise<{ value: unknown; textAs: TextAs }> {
  const value = await options.media.value();
  const { textAs } = options;
  if (isPiece(value, msg)) throw nodeError('mediaPiece');
  const files = httpFiles(value, msg);
  if (files !== undefined) return { value: files, textAs };
  return { value, textAs: textAs === 'data' && options.media.isAuthored ? 'either' : textAs };
}

/**
 * Whether the payload is one of several pieces of a file, as core's file in and split nodes send them, and nodes that
 * receive files from a browser. The first piece begins like the whole: it would be taken for a video and declined.
 *
 * Parts of a text alone say nothing: each may have been an address, and the payload what was found there.
 */
function isPiece(value: unknown, msg: OzMessage): boolean {
  const parts = msg['parts'];
  if (value !== msg.payload || !isRecord(parts) || (parts['index'] === 0 && parts['count'] === 1))
    return false;
  const { type, ch, len, chunk } = parts;
  const size = len ?? chunk;
  const isCut = typeof size === 'number' && hasLength(value) && value.length <= size;
  if (type === 'buffer') return size === undefined ? ch === '' : isCut;
  return type === 'string' && ch === '' && isCut;
}

const hasLength = (value: unknown): value is { length: number } =>
  typeof value === 'string' || value instanceof Uint8Array;

/**
 * Core's http in node puts uploaded files into `msg.req.files` and the other fields of the form, an object, into
 * `msg.payload`. So a payload that is a form, with files beside it, means the files.
 */
function httpFiles(value: unknown, msg: OzMessage): unknown[] | undefined {
  const isForm = value === undefined || (value === msg.payload && isJsonObject(value) && !('value' in value));
  const files = isForm && isRecord(msg['req']) ? msg['req']['files'] : undefined;
  return Array.isArray(files) && files.length > 0 ? files : undefined;
}

/** Smaller uploads are over before a percentage can be read. */
const MIN_PERCENTAGE_BYTES = 1024 * 1024;

/** Shows how much of a large upload was sent; `then` is what happens when all of it was. */
export function showProgress(job: Job, then?: 'waiting'): (progress: UploadProgress) => void {
  return ({ sentBytes, totalBytes }) => {
    const sent = sentBytes >= totalBytes;
    if (sent) job.measure('size.bytes', totalBytes);
    if (then !== undefined && sent) job.stage(then);
    else if (totalBytes >= MIN_PERCENTAGE_BYTES) job.stage('uploading', (100 * sentBytes) / totalBytes);
  };
}

/** Lets the job know how what is uploaded now will be found: by its mark, which a sealed container cannot have. */
export function makeFindable(job: Job, isContainer: boolean): (uploadId: string) => void {
  if (isContainer) job.uploading({ sentAt: Math.floor(Date.now() / 1000) });
  return (uploadId) => job.uploading({ uploadId });
}

/** Uploads into a new folder. */
export function createFolder(
  client: OzClient,
  upload: Upload,
  job: Job,
): ReturnType<OzClient['folders']['create']> {
  const call = { signal: job.signal };
  const onProgress = showProgress(job);
  const onUploadId = makeFindable(job, 'container' in upload);
  return 'container' in upload
    ? client.folders.createFromContainer({ ...upload, onProgress }, call)
    : client.folders.create({ ...upload, onProgress, onUploadId }, call);
}
