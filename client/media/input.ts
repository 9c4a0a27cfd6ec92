import { isUtf8 } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { isUint8Array } from 'node:util/types';
import { ozError } from '../errors/errorMessages';
import type { JsonObject, MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';
import { isJsonObject } from '../wire/shapes';
import { HEAD_BYTES, mediaType } from './type';

/** What every media of one upload shares. */
export interface MediaDefaults {
  /** Reference 4.4. */
  tags: readonly string[];
  metadata?: JsonObject;
  fileName?: string;
}

/** A path is shorter than this on every system we run on. */
const MAX_PATH = 4096;
/** More than what stands before the data of a data URL. Characters. */
const LONGEST_HEAD = 500;
/** No media is smaller than this, in base64 characters. */
const MIN_BASE64 = 64;

/**
 * The one way in for media: a Buffer or other bytes, a file path, a data URL, base64 text, a stream,
 * `{ value, options: { filename, contentType, size, tags } }` as core's http request node has it, the files of core's
 * http in node (`msg.req.files`: `buffer` or `path`, `originalname`), and arrays of those.
 *
 * Nothing is read here but the text itself; a path stays a path.
 * @throws OZ_MEDIA naming the one that is wrong (counted from 1)
 */
export function mediaFrom(value: unknown, defaults: MediaDefaults): MediaSource[] {
  const list = Array.isArray(value) ? value : [value];
  if (value === undefined || value === null || list.length === 0) throw ozError('mediaNone');
  return list.map((one, at) => oneMedia(one, at + 1, defaults));
}

function oneMedia(value: unknown, index: number, defaults: MediaDefaults): MediaSource {
  if (typeof value === 'object' && value !== null && !isBytes(value) && !isStream(value)) {
    const { held, options } = unwrap(value, index);
    return { ...oneMedia(held, index, defaults), ...options };
  }
  const common = omitUndefined({
    tags: [...defaults.tags],
    metadata: defaults.metadata,
    filename: defaults.fileName,
  });
  if (isBytes(value)) return { ...common, data: ownBytes(value) };
  if (typeof value === 'string') return { ...common, ...fromText(value, index) };
  if (isStream(value)) return { ...common, stream: value };
  throw ozError('mediaKind', {
    index,
    kind: value === null || value === undefined ? 'empty' : `a ${typeof value}`,
  });
}

/** The media inside an object, and what the object says about it. */
function unwrap(value: object, index: number): { held: unknown; options: Partial<MediaSource> } {
  const fields = new Map<string, unknown>(Object.entries(value));
  if (fields.has('value')) {
    const options = fields.get('options');
    return {
      held: fields.get('value'),
      options: optionsOf(new Map<string, unknown>(Object.entries(isPlain(options) ? options : {}))),
    };
  }
  // Files of core's http in node. Their MIME type is what the browser said, so the bytes decide instead.
  const fileName = fields.get('originalname');
  const named = typeof fileName === 'string' ? { filename: readName(fileName) } : {};
  const buffer = fields.get('buffer');
  if (isBytes(buffer)) return { held: buffer, options: named };
  const path = fields.get('path');
  if (typeof path === 'string') return { held: path, options: named };
  // A Buffer that travelled as JSON, for example through MQTT.
  const data = fields.get('data');
  if (fields.get('type') === 'Buffer' && Array.isArray(data)) return { held: Buffer.from(data), options: {} };
  throw ozError('mediaKind', { index, kind: 'an object without "value"' });
}

/** The parser of core's http in node makes a character of each byte of a name; browsers and curl send UTF-8. */
function readName(name: string): string {
  if (/[\u0100-\uffff]/.test(name)) return name;
  const bytes = Buffer.from(name, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : name;
}

function optionsOf(fields: ReadonlyMap<string, unknown>): Partial<MediaSource> {
  const text = (name: string): string | undefined => {
    const held = fields.get(name);
    return typeof held === 'string' && held !== '' ? held : undefined;
  };
  const size = fields.get('size') ?? fields.get('knownLength');
  const tags = fields.get('tags');
  const metadata = fields.get('metadata');
  return omitUndefined({
    filename: text('filename'),
    contentType: text('contentType'),
    size: typeof size === 'number' ? size : undefined,
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : undefined,
    metadata: isJsonObject(metadata) ? metadata : undefined,
  });
}

/**
 * Text is a data URL, or base64 whose first bytes are those of a media, or a path. The chance that a path reads as
 * base64 of a media is nil, and a file that is no media is refused, so neither is taken for the other.
 */
function fromText(text: string, index: number): Partial<MediaSource> {
  const trimmed = text.trim();
  if (trimmed === '') throw ozError('mediaNone');
  if (/^data:/i.test(trimmed)) return { data: fromDataUrl(trimmed, index) };
  if (/^https?:\/\//i.test(trimmed)) throw ozError('mediaHttpUrl', { index });
  const data = fromBase64(trimmed);
  if (data !== undefined) return { data };
  if (trimmed.length > MAX_PATH || /[\0\r\n]/.test(trimmed)) {
    throw ozError('mediaKind', { index, kind: 'text that is neither a path nor base64 of a media' });
  }
  if (!/^file:\/\//i.test(trimmed)) return { path: text };
  try {
    return { path: fileURLToPath(trimmed) };
  } catch {
    throw ozError('mediaMissing', { file: shortName(trimmed) });
  }
}

function fromDataUrl(url: string, index: number): Buffer {
  // Not the first comma: browsers name what they record "video/webm;codecs=vp8,opus".
  const head = /^.*?;base64,/i.exec(url.slice(0, LONGEST_HEAD))?.[0];
  if (head === undefined) throw ozError('mediaBadData', { index });
  const data = decodeBase64(url.slice(head.length));
  if (data === undefined) throw ozError('mediaBadData', { index });
  return data;
}

function fromBase64(text: string): Buffer | undefined {
  if (text.length < MIN_BASE64) return undefined;
  const head = decodeBase64(text.slice(0, (HEAD_BYTES / 3) * 4 + 100).replace(/\s+|=+\s*$/g, ''));
  return head !== undefined && mediaType(head) !== undefined ? decodeBase64(text) : undefined;
}

/** Decodes base64 (also its URL form, with or without padding and line breaks); undefined when it is none. */
function decodeBase64(text: string): Buffer | undefined {
  const bare = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  const digits = bare.replace(/={1,2}$/, '').length;
  const data = Buffer.from(bare, 'base64');
  // Node skips what is not base64, so a wrong character shows as too few bytes.
  return digits > 0 && data.length === Math.floor((digits * 3) / 4) ? data : undefined;
}

/** A path as an error may show it: its end, not longer than a line. */
export function shortName(path: string): string {
  return path.length > 120 ? `…${path.slice(-119)}` : path;
}

function isBytes(value: unknown): value is Uint8Array {
  return isUint8Array(value);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** What a function node makes comes from a realm of its own, where Uint8Array is another class. The bytes are shared. */
function ownBytes(value: Uint8Array): Uint8Array {
  return value instanceof Uint8Array ? value : viewOf(value);
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isStream(value: unknown): value is NodeJS.ReadableStream {
  return isPlain(value) && 'pipe' in value && typeof value.pipe === 'function';
}
