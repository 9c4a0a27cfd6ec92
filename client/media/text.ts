import { fileURLToPath } from 'node:url';
import { ozError } from '../errors/errorMessages';
import type { MediaSource } from '../model';
import { HEAD_BYTES, mediaType } from '../mediaType';

/**
 * What a text may be: `data`, a data URL or base64 of a media file; `path`, the path of a file or its `file:` URL;
 * `either` of them. Whoever chooses a path can have any file read that the process may read, so use `path` and `either`
 * for texts from a trusted source, or together with a folder that files may be read from.
 */
export const TEXT_AS = ['data', 'path', 'either'] as const;
export type TextAs = (typeof TEXT_AS)[number];

/** A path is shorter than this on every system we run on. */
const MAX_PATH_LENGTH = 4096;
/** Longer than any prefix of a data URL. */
const MAX_PREFIX_LENGTH = 500;
/** No media is smaller than this, in base64 characters. */
const MIN_BASE64_LENGTH = 64;

/**
 * A text as a media file. Nothing is read here but the text itself; a path stays a path.
 *
 * With `either`, text is base64 when its first bytes are those of a media file, else a path. No path reads as base64 of
 * media, and a file of another kind is refused, so neither is taken for the other.
 * @throws OZ_MEDIA
 */
export function mediaFromText(text: string, index: number, as: TextAs): Pick<MediaSource, 'data' | 'path'> {
  const trimmed = text.trim();
  if (trimmed === '') throw ozError('mediaNone');
  if (as === 'path') return mediaFromPath(text, index, as);
  if (/^data:/i.test(trimmed)) return { data: fromDataUrl(trimmed, index) };
  if (/^https?:\/\//i.test(trimmed)) throw ozError('mediaHttpUrl', { index });
  const data = fromBase64(trimmed);
  return data === undefined ? mediaFromPath(text, index, as) : { data };
}

/** The file that a text names, where a text may. @throws OZ_MEDIA */
export function mediaFromPath(text: string, index: number, as: TextAs): Pick<MediaSource, 'path'> {
  const trimmed = text.trim();
  if (trimmed === '') throw ozError('mediaNone');
  refuseOtherText(trimmed, index);
  if (trimmed.length > MAX_PATH_LENGTH || /[\0\r\n]/.test(trimmed)) {
    throw ozError('mediaKind', { index, kind: 'text that is neither a file path nor base64' });
  }
  if (as === 'data') throw ozError('mediaTextNotPath', { index });
  if (/^data:/i.test(trimmed))
    throw ozError('mediaKind', { index, kind: 'a data URL instead of a file path' });
  if (/^https?:\/\//i.test(trimmed)) throw ozError('mediaHttpUrl', { index });
  if (!/^file:\/\//i.test(trimmed)) return { path: text };
  try {
    return { path: fileURLToPath(trimmed) };
  } catch {
    throw ozError('mediaKind', { index, kind: 'a file: URL that names no file on this machine' });
  }
}

/** Text that other nodes make of media by mistake: neither a path nor base64 looks like that. */
function refuseOtherText(text: string, index: number): void {
  // The first bytes of every kind of media hold control characters.
  if (/(?!\s)\p{Cc}/u.test(text.slice(0, HEAD_BYTES))) throw ozError('mediaBinaryText', { index });
  if (/^(?:\{\s*"|\[\s*[{"])/.test(text) && /[}\]]$/.test(text)) throw ozError('mediaJsonText', { index });
}

function fromDataUrl(url: string, index: number): Buffer {
  // Not the first comma: browsers name what they record "video/webm;codecs=vp8,opus".
  const head = /^.*?;\s*base64\s*,/i.exec(url.slice(0, MAX_PREFIX_LENGTH))?.[0];
  if (head === undefined) throw ozError('mediaBadData', { index });
  // As in any URL, characters may be escaped (RFC 2397).
  const data = decodeBase64(url.slice(head.length).replace(/%(?:2B|2F|3D|0D|0A|20)/gi, decodeURIComponent));
  if (data === undefined) throw ozError('mediaBadData', { index });
  return data;
}

function fromBase64(text: string): Buffer | undefined {
  if (text.length < MIN_BASE64_LENGTH) return undefined;
  const head = decodeBase64(text.slice(0, (HEAD_BYTES / 3) * 4 + 100).replace(/\s+|=+\s*$/g, ''));
  return head !== undefined && mediaType(head) !== undefined ? decodeBase64(text) : undefined;
}

/** Decodes base64 (also its URL form, with or without padding and line breaks); undefined when it is not base64. */
function decodeBase64(text: string): Buffer | undefined {
  const bare = /\s/.test(text) ? withPluses(text.trim()).replace(/\s+/g, '') : text;
  const digits = bare.replace(/={1,2}$/, '').length;
  const data = Buffer.from(bare, 'base64');
  // Node skips what is not base64, so a wrong character shows as too few bytes.
  return digits > 0 && data.length === Math.floor((digits * 3) / 4) ? data : undefined;
}

/**
 * Forms turn a `+` that was not escaped into a space. Left out, it would shift all that follows, and the server would
 * get a damaged picture. Spaces at regular distances are line breaks that something has replaced.
 */
function withPluses(text: string): string {
  // Whatever has broken it into lines has left the spaces alone.
  if (/[^\S ]/.test(text)) return text;
  const [first = '', ...rest] = text.split(' ');
  const isRegular = rest.slice(0, -1).every((line) => line.length === first.length);
  const isWrapped = isRegular && first.length % 4 === 0 && (rest.at(-1) ?? '').length <= first.length;
  return isWrapped ? text : text.replaceAll(' ', '+');
}
