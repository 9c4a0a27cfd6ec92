import { loadMagicBytes } from './lazy';

/** Bytes that are enough to tell every type below. */
export const HEAD_BYTES = 4100;

/** Why a media file is not sent: the error that says what to do instead. */
type Refusal = 'mediaHeic' | 'mediaPhotoType' | 'mediaVideoType' | 'mediaSound' | 'mediaArchive';

export interface MediaType {
  contentType: string;
  /** Without the dot. */
  extension: string;
  /** Set where the Oz API does not take it. */
  refusal?: Refusal;
}

const type = (contentType: string, extension: string, refusal?: Refusal): MediaType =>
  refusal === undefined ? { contentType, extension } : { contentType, extension, refusal };

/**
 * The types that the Oz API documents (docs/oz-api.md 4.8); 3GP and Matroska, which are MP4 and WebM by other names; and
 * types that people send but the API does not accept. The sandbox keeps its own table, which agrees with this one.
 */
const MP4 = type('video/mp4', 'mp4');
const QUICKTIME = type('video/quicktime', 'mov');
const OGG = type('video/ogg', 'ogv');
const WMV = type('video/x-ms-wmv', 'wmv');
const MPEG = type('video/mpeg', 'mpg');
const HEIC = type('image/heic', 'heic', 'mediaHeic');
const AVIF = type('image/avif', 'avif', 'mediaPhotoType');
const SOUND = type('audio/mp4', 'm4a', 'mediaSound');
const TAR = type('application/x-tar', 'tar', 'mediaArchive');
const ZIP = type('application/zip', 'zip');
const OTHER_PHOTO = type('application/octet-stream', 'bin', 'mediaPhotoType');
const OTHER_VIDEO = type('application/octet-stream', 'bin', 'mediaVideoType');

/** By the library's names. */
const TYPES: Readonly<Record<string, MediaType>> = {
  webm: type('video/webm', 'webm'),
  mkv: type('video/x-matroska', 'mkv'),
  avi: type('video/x-msvideo', 'avi'),
  jpg: type('image/jpeg', 'jpg'),
  png: type('image/png', 'png'),
  webp: type('image/webp', 'webp', 'mediaPhotoType'),
  gif: type('image/gif', 'gif', 'mediaPhotoType'),
  bmp: type('image/bmp', 'bmp', 'mediaPhotoType'),
  rar: type('application/x-rar-compressed', 'rar', 'mediaArchive'),
  '7z': type('application/x-7z-compressed', '7z', 'mediaArchive'),
  gz: type('application/gzip', 'gz', 'mediaArchive'),
};

/** Brands of ISO base media files (ISO/IEC 14496-12, 4.3) that are not MP4; all others are. */
const BRANDS: readonly (readonly [RegExp, MediaType])[] = [
  [/^qt/, QUICKTIME],
  [/^3g2/, type('video/3gpp2', '3g2')],
  [/^(3g|kddi)/, type('video/3gpp', '3gp')],
  [/^avi[fs]/, AVIF],
  [/^(hei[cxms]|hev[cxms]|mif\d|msf1|miaf|MiHE)/, HEIC],
  [
    /^(avc[is]|jpe?gs?|j2ki|j2is|vvi[cs]|evb[is]|unif|1pic|pred|tmap)/i,
    type('image/heif', 'heif', 'mediaPhotoType'),
  ],
  [/^crx/, type('image/x-canon-cr3', 'cr3', 'mediaPhotoType')],
  [/^(jp2|jpx|jpm|jxl)/, type('image/jp2', 'jp2', 'mediaPhotoType')],
  [/^(M4A|M4B|M4P|F4A|F4B)/, SOUND],
];

/**
 * Other pictures and scanned documents: TIFF and the raw photos that are TIFF within (CR2, NEF, ARW, DNG), other raw photos,
 * JPEG XL, JPEG 2000, JPEG-LS, Apple’s own PNG, Photoshop, PDF.
 */
const PHOTOS =
  /^(II\*\0|MM\0\*|II\+\0|MM\0\+|IIR[OS]|MMOR|IIU\0|FUJIFILMCCD-RAW|\xff\n|\xffO\xffQ|\xff\xd8\xff\xf7|\x89PNG[^]{8}CgBI|\0\0\0\f(JXL |jP {2})|8BPS|%PDF-)/;
/** Office documents and programs, which are ZIPs of their own kind, and text. */
const NO_MEDIA = /^(PK[^]{28}(\[Content_Types\]\.xml|_rels\/|mimetype|META-INF\/)|\xef\xbb\xbf)/;
/** MP3, AAC, WAV, FLAC, AIFF, AMR and CAF. */
const SOUNDS = /^(ID3|\xff[\xe2\xe3\xf1-\xf3\xf9-\xfb]|RIFF[^]{4}WAVE|fLaC|FORM[^]{4}AIF[FC]|#!AMR|caff)/;
const TAR_ARCHIVE = /^[^]{257}ustar/;
const ZIP_BEGINNINGS = ['PK\x03\x04', 'PK\x05\x06'];

/** Boxes that a fragment of an MP4 may begin with, and those of a QuickTime file without `ftyp`. */
const MP4_BOXES = /^(styp|moof|sidx|emsg|prft)$/;
const QUICKTIME_BOXES = /^(moov|mdat|wide|free|skip|pnot|udta|uuid|junk|PICT|pict)$/;

/** ISO base media files begin with a box; the library does not know every one. */
function isoType(text: string): MediaType | undefined {
  const box = text.slice(4, 8);
  if (box === 'ftyp') {
    // Generic brands tell no more than that others follow (ISO/IEC 23008-12, 10).
    const generic = /^mif|^miaf|^msf/.test(text.slice(8)) && /avi[fs]/.test(text.slice(16, 64));
    const brand = generic ? 'avif' : text.slice(8, 12);
    return BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? MP4;
  }
  if (MP4_BOXES.test(box)) return MP4;
  return QUICKTIME_BOXES.test(box) ? QUICKTIME : undefined;
}

/** How streams of Theora, OGM and VP8 begin in an Ogg file. */
const OGG_VIDEOS = ['\x80theora', '\x01video', 'OVP80'];

/** How ASF identifies an audio stream and a video stream. */
const ASF = '\x30\x26\xb2\x75\x8e\x66\xcf\x11';
const ASF_SOUND = '\x40\x9e\x69\xf8\x4d\x5b\xcf\x11';
const ASF_VIDEO = '\xc0\xef\x19\xbc\x4d\x5b\xcf\x11';

/** Containers in which the library does not tell audio from video, or that it mistakes for others. */
function streamType(text: string): MediaType | undefined {
  if (text.startsWith('OggS')) return OGG_VIDEOS.some((one) => text.includes(one)) ? OGG : SOUND;
  if (text.startsWith(ASF)) return text.includes(ASF_SOUND) && !text.includes(ASF_VIDEO) ? SOUND : WMV;
  if (text.startsWith('\0\0\x01\xba')) return MPEG;
  // Cameras put a time of four bytes before each packet.
  const transport = /^(G[^]{187}G|[^]{4}G[^]{191}G[^]{191}G)/.test(text);
  const other = transport || text.startsWith('\0\0\x01\xb3') || text.startsWith('FLV\x01');
  return other ? OTHER_VIDEO : undefined;
}

/** What the library does not know, or not by its first bytes. */
function packedType(text: string): MediaType | undefined {
  if (PHOTOS.test(text)) return OTHER_PHOTO;
  if (SOUNDS.test(text)) return SOUND;
  if (TAR_ARCHIVE.test(text)) return TAR;
  return ZIP_BEGINNINGS.some((one) => text.startsWith(one)) ? ZIP : undefined;
}

/** The library's guess, if it is a media file. */
function knownType(head: Uint8Array): MediaType | undefined {
  const { filetypeinfo } = loadMagicBytes();
  const names = new Set(filetypeinfo(head.subarray(0, HEAD_BYTES)).map((guess) => guess.typename));
  // Only a WebM file says so in the first bytes of the container that it shares with Matroska.
  if (names.has('mkv') && Buffer.from(head.subarray(0, 64)).includes('webm')) names.delete('mkv');
  const name = [...names].find((known) => Object.hasOwn(TYPES, known));
  return name === undefined ? undefined : TYPES[name];
}

/**
 * The media type of a file, from its first bytes, never from its name; undefined when it is not a media file. The
 * server uses this type to decide whether a part is an image, a video or a set of frames (docs/oz-api.md 2.2).
 */
export function mediaType(head: Uint8Array): MediaType | undefined {
  // Not `Buffer.from(head)`, which copies: of thousands of media, that adds up.
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, HEAD_BYTES));
  const text = bytes.toString('latin1');
  if (NO_MEDIA.test(text)) return undefined;
  return isoType(text) ?? streamType(text) ?? packedType(text) ?? knownType(head);
}
