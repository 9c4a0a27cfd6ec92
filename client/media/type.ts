import { loadMagicBytes } from '../transport/lazy';

/** Bytes that are enough to tell every type below. */
export const HEAD_BYTES = 4100;

/** Types that the Oz API takes (docs/oz-api.md 4.8), in the names of the library, with their MIME type and extension. */
const MEDIA: Readonly<Record<string, readonly [contentType: string, extension: string]>> = {
  mp4: ['video/mp4', 'mp4'],
  m4v: ['video/mp4', 'mp4'],
  '3gp': ['video/3gpp', '3gp'],
  mov: ['video/quicktime', 'mov'],
  webm: ['video/webm', 'webm'],
  mkv: ['video/x-matroska', 'mkv'],
  mpg: ['video/mpeg', 'mpg'],
  mpeg: ['video/mpeg', 'mpg'],
  avi: ['video/x-msvideo', 'avi'],
  wmv: ['video/x-ms-wmv', 'wmv'],
  ogx: ['video/ogg', 'ogv'],
  jpg: ['image/jpeg', 'jpg'],
  png: ['image/png', 'png'],
  webp: ['image/webp', 'webp'],
  heif: ['image/heic', 'heic'],
  zip: ['application/zip', 'zip'],
};

export interface MediaType {
  contentType: string;
  /** Without the dot. */
  extension: string;
}

/** ISO base media files begin with a box; the library does not know every brand of the `ftyp` box. */
function isoBrand(head: Uint8Array): string | undefined {
  const text = String.fromCharCode(...head.subarray(4, 12));
  if (!text.startsWith('ftyp')) return undefined;
  const brand = text.slice(4);
  if (brand.startsWith('qt')) return 'mov';
  if (/^(heic|heix|hevc|mif1|msf1|heim|heis|avif)/.test(brand)) return 'heif';
  return /^(3g)/.test(brand) ? '3gp' : 'mp4';
}

/** What the library takes the bytes for, when it is a media. */
function knownName(head: Uint8Array): string | undefined {
  const { filetypeinfo } = loadMagicBytes();
  const names = new Set(filetypeinfo(head.subarray(0, HEAD_BYTES)).map((guess) => guess.typename));
  // Only a WebM file says so in the first bytes of the container that it shares with Matroska.
  if (names.has('mkv') && Buffer.from(head.subarray(0, 64)).includes('webm')) names.delete('mkv');
  return [...names].find((known) => Object.hasOwn(MEDIA, known));
}

/**
 * What the bytes are, by their beginning, never by a name; undefined when it is no media. The server decides by this
 * type whether a part is an image, a video or a set of frames (docs/oz-api.md 2.2).
 */
export function mediaType(head: Uint8Array): MediaType | undefined {
  const name = isoBrand(head) ?? knownName(head);
  const found = name === undefined ? undefined : MEDIA[name];
  return found === undefined ? undefined : { contentType: found[0], extension: found[1] };
}
