import { isUtf8 } from 'node:buffer';
import { isAnyArrayBuffer } from 'node:util/types';
import { ozError } from '../errors/errorMessages';
import type { JsonObject, MediaSource } from '../model';
import { omitUndefined } from '../omitUndefined';
import { mediaFromPath, mediaFromText, type TextAs } from './text';

/** What all media of one upload have in common. */
export interface MediaDefaults {
  /** docs/oz-api.md 4.4. */
  tags: readonly string[];
  metadata?: JsonObject;
  fileName?: string;
  /** How texts are read, and whether `{ path }` is taken; `data` by default. See {@link TextAs}. */
  textAs?: TextAs;
}

/** Far more than a folder takes; longer lists are refused unread. */
const MAX_MEDIA = 10_000;
/** Nesting such as `{ value: { buffer } }`; deeper makes no sense. */
const MAX_WRAPS = 3;

/**
 * The one way in for media: a Buffer or other bytes (ArrayBuffer, typed array, DataView), a Blob or File, a data URL,
 * base64 text, a file path where `textAs` says so, a stream, `{ value, options: { filename, contentType, size, tags } }`
 * as core's http request node has it, the files of core's http in node (`msg.req.files`: `buffer` or `path`,
 * `originalname`), and arrays of those.
 *
 * Nothing is read here but the text itself; a path stays a path.
 * @throws OZ_MEDIA naming the one that is wrong (counted from 1)
 */
export function mediaFrom(value: unknown, defaults: MediaDefaults): MediaSource[] {
  const list = Array.isArray(value) ? value : [value];
  if (value === undefined || value === null || list.length === 0) throw ozError('mediaNone');
  const index = 1;
  // Bytes that went through JSON, not thousands of media.
  if (list.length > 1 && typeof list[0] === 'number')
    throw ozError('mediaKind', { index, kind: 'an array of numbers' });
  if (list.length > MAX_MEDIA) throw ozError('mediaTooMany', { count: list.length, limit: MAX_MEDIA });
  // Not `list.map`, which skips the holes of an array.
  return Array.from(list, (one, at) => oneMedia(one, at + 1, defaults));
}

function oneMedia(value: unknown, index: number, defaults: MediaDefaults): MediaSource {
  const textAs = defaults.textAs ?? 'data';
  let options: Partial<MediaSource> = {};
  let held: unknown = value;
  for (let wraps = 0; ; wraps += 1) {
    const bare = bareMedia(held, index, textAs);
    if (bare !== undefined) {
      const common = omitUndefined({
        tags: [...defaults.tags],
        metadata: defaults.metadata,
        filename: defaults.fileName,
      });
      return { ...common, ...bare, ...options };
    }
    if (wraps === MAX_WRAPS || !isObject(held)) throw ozError('mediaKind', { index, kind: kindOf(held) });
    const inner = unwrap(held, index);
    held = inner.held;
    // The outer object takes precedence.
    options = { ...inner.options, ...options };
  }
}

/** A value that is itself a media file; undefined when it is not, or is an object that may hold one. */
function bareMedia(value: unknown, index: number, textAs: TextAs): Partial<MediaSource> | undefined {
  if (typeof value === 'string') return mediaFromText(value, index, textAs);
  if (value instanceof FileAt) return mediaFromPath(value.path, index, textAs);
  const data = bytesOf(value);
  if (data !== undefined) return { data };
  if (isBlob(value)) return omitUndefined({ blob: value, filename: nameOfBlob(value) });
  if (isStream(value)) return { stream: value };
  return undefined;
}

/** A path that an object names as one, which base64 cannot be. */
class FileAt {
  constructor(readonly path: string) {}
}

/** The media inside an object, and what the object says about it. */
function unwrap(value: object, index: number): { held: unknown; options: Partial<MediaSource> } {
  const fields = new Map<string, unknown>(Object.entries(value));
  if (fields.has('value')) {
    const options = fields.get('options');
    return {
      held: fields.get('value'),
      options: optionsOf(new Map<string, unknown>(Object.entries(isObject(options) ? options : {}))),
    };
  }
  // Files of core's http in node. Their MIME type is what the browser said, so the bytes decide instead.
  const fileName = fields.get('originalname');
  const named = typeof fileName === 'string' ? { filename: readName(fileName) } : {};
  const buffer = bytesOf(fields.get('buffer'));
  if (buffer !== undefined) return { held: buffer, options: named };
  const path = fields.get('path');
  if (typeof path === 'string') return { held: new FileAt(path), options: named };
  // A Buffer that travelled as JSON, for example through MQTT.
  const data = fields.get('data');
  if (fields.get('type') === 'Buffer' && Array.isArray(data)) return { held: Buffer.from(data), options: {} };
  throw ozError('mediaObject', { index });
}

const kindOf = (value: unknown): string =>
  value === null || value === undefined ? 'empty' : isObject(value) ? 'a nested object' : `a ${typeof value}`;

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
 * The bytes of a Buffer, typed array, DataView or ArrayBuffer, shared, not copied. Values made in a function node come
 * from another realm with its own classes, which `instanceof` would miss.
 */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value) && value.buffer.byteLength === 0) return Buffer.alloc(0);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (!isAnyArrayBuffer(value)) return undefined;
  // It throws for one whose bytes were handed to a worker.
  return value.byteLength === 0 ? Buffer.alloc(0) : Buffer.from(value);
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isJsonObject = (value: unknown): value is JsonObject => isObject(value) && !Array.isArray(value);

/** A Blob or File, also of a library that brings its own. */
function isBlob(value: unknown): value is Blob {
  return (
    isObject(value) &&
    /^(Blob|File)$/.test(String(Reflect.get(value, Symbol.toStringTag))) &&
    'size' in value &&
    typeof value.size === 'number' &&
    'slice' in value &&
    typeof value.slice === 'function' &&
    'stream' in value &&
    typeof value.stream === 'function'
  );
}

const nameOfBlob = (blob: Blob): string | undefined =>
  'name' in blob && typeof blob.name === 'string' && blob.name !== '' ? blob.name : undefined;

function isStream(value: unknown): value is NodeJS.ReadableStream {
  return isObject(value) && 'pipe' in value && typeof value.pipe === 'function';
}
