/** Names of FFmpeg's demuxers for the containers that are read. */
const CONTAINERS = ['mov', 'matroska', 'avi', 'mpeg', 'ogg', 'asf'] as const;
export type Container = (typeof CONTAINERS)[number];

export function isContainer(name: string): name is Container {
  return CONTAINERS.some((one) => one === name);
}

/**
 * What a file is. The types taken are those that the Oz API documents (docs/oz-api.md 4.8), and 3GP and Matroska, which are
 * MP4 and WebM by other names. The palette has the same table, and refuses the same ones before it sends them.
 */
export type MediaType =
  | { kind: 'video'; mimeType: string; container: Container }
  | { kind: 'image' | 'shots-set'; mimeType: string }
  | { kind: 'refused'; mimeType: string; advice: string };

/** Bytes of a file's beginning that are enough to tell its type. */
export const HEAD_BYTES = 4100;

const HEIC =
  'A HEIC photo is not supported. Set the iPhone’s camera to “Most Compatible” (Settings, Camera, Formats), or convert it to JPEG.';
const PHOTO = 'This kind of picture is not supported. Convert it to JPEG.';
const VIDEO = 'This kind of video is not supported. Convert it to MP4.';
const SOUND = 'The file is a sound recording without a picture. Send a video or a photo.';
const ARCHIVE = 'This kind of archive is not supported. Pack the frames as ZIP.';

const video = (mimeType: string, container: Container): MediaType => ({ kind: 'video', mimeType, container });
const refused = (mimeType: string, advice: string): MediaType => ({ kind: 'refused', mimeType, advice });

const MP4 = video('video/mp4', 'mov');
const QUICKTIME = video('video/quicktime', 'mov');
const OGG = video('video/ogg', 'ogg');
const WMV = video('video/x-ms-wmv', 'asf');
const MPEG = video('video/mpeg', 'mpeg');
const OTHER_VIDEO = refused('application/octet-stream', VIDEO);

/** By the name that the library gives a type, without what it says about codecs. */
const TYPES: Readonly<Record<string, MediaType>> = {
  'video/webm': video('video/webm', 'matroska'),
  'video/matroska': video('video/x-matroska', 'matroska'),
  'video/vnd.avi': video('video/x-msvideo', 'avi'),
  'image/jpeg': { kind: 'image', mimeType: 'image/jpeg' },
  'image/png': { kind: 'image', mimeType: 'image/png' },
  'image/apng': { kind: 'image', mimeType: 'image/png' },
  'image/webp': refused('image/webp', PHOTO),
  'image/gif': refused('image/gif', PHOTO),
  'image/bmp': refused('image/bmp', PHOTO),
  'application/x-rar-compressed': refused('application/x-rar-compressed', ARCHIVE),
  'application/x-7z-compressed': refused('application/x-7z-compressed', ARCHIVE),
  'application/gzip': refused('application/gzip', ARCHIVE),
};

/** Brands of ISO base media files (ISO/IEC 14496-12, 4.3) that are no MP4; all others are. */
const BRANDS: readonly (readonly [RegExp, MediaType])[] = [
  [/^qt/, QUICKTIME],
  [/^3g2/, video('video/3gpp2', 'mov')],
  [/^(3g|kddi)/, video('video/3gpp', 'mov')],
  [/^avi[fs]/, refused('image/avif', PHOTO)],
  [/^(hei[cxms]|hev[cxms]|mif\d|msf1|miaf|MiHE)/, refused('image/heic', HEIC)],
  [/^(avc[is]|jpe?gs?|j2ki|j2is|vvi[cs]|evb[is]|unif|1pic|pred|tmap)/i, refused('image/heif', PHOTO)],
  [/^crx/, refused('image/x-canon-cr3', PHOTO)],
  [/^(jp2|jpx|jpm|jxl)/, refused('image/jp2', PHOTO)],
  [/^(M4A|M4B|M4P|F4A|F4B)/, refused('audio/mp4', SOUND)],
];

/**
 * How other pictures and scanned documents begin: TIFF and the raw photos that are TIFF within (CR2, NEF, ARW, DNG), other
 * raw photos, JPEG XL, JPEG 2000, JPEG-LS, Apple’s own PNG, Photoshop, PDF.
 */
const PHOTOS =
  /^(II\*\0|MM\0\*|II\+\0|MM\0\+|IIR[OS]|MMOR|IIU\0|FUJIFILMCCD-RAW|\xff\n|\xffO\xffQ|\xff\xd8\xff\xf7|\x89PNG[^]{8}CgBI|\0\0\0\f(JXL |jP {2})|8BPS|%PDF-)/;
/** How office documents and programs begin, which are ZIPs of their own kind, and text. */
const NO_MEDIA = /^(PK[^]{28}(\[Content_Types\]\.xml|_rels\/|mimetype|META-INF\/)|\xef\xbb\xbf)/;
/** MP3, AAC, WAV, FLAC, AIFF, AMR and CAF. */
const SOUNDS = /^(ID3|\xff[\xe2\xe3\xf1-\xf3\xf9-\xfb]|RIFF[^]{4}WAVE|fLaC|FORM[^]{4}AIF[FC]|#!AMR|caff)/;
const TAR = /^[^]{257}ustar/;
const ZIP_BEGINNINGS = ['PK\x03\x04', 'PK\x05\x06'];

/** Boxes that a fragment of an MP4 may begin with, and those of a QuickTime file without `ftyp`. */
const MP4_BOXES = /^(styp|moof|sidx|emsg|prft)$/;
const QUICKTIME_BOXES = /^(moov|mdat|wide|free|skip|pnot|udta|uuid|junk|PICT|pict)$/;

/** How streams of Theora, OGM and VP8 begin in an Ogg file. */
const OGG_VIDEOS = ['\x80theora', '\x01video', 'OVP80'];

/** How ASF identifies an audio stream and a video stream. */
const ASF = '\x30\x26\xb2\x75\x8e\x66\xcf\x11';
const ASF_SOUND = '\x40\x9e\x69\xf8\x4d\x5b\xcf\x11';
const ASF_VIDEO = '\xc0\xef\x19\xbc\x4d\x5b\xcf\x11';

/** Whether and how a file that begins with `head` is read; undefined when it is nothing known. */
export async function mediaTypeOf(head: Uint8Array): Promise<MediaType | undefined> {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES)).toString('latin1');
  if (NO_MEDIA.test(text)) return undefined;
  const own = isoType(text) ?? streamType(text) ?? packedType(text);
  if (own) return own;
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head.subarray(0, HEAD_BYTES)).catch(() => undefined);
  const name = found?.mime.replace(/;.*$/, '').toLowerCase() ?? '';
  return TYPES[name];
}

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

/** Containers whose first bytes do not tell audio from video, or that look like others. */
function streamType(text: string): MediaType | undefined {
  if (text.startsWith('OggS')) {
    return OGG_VIDEOS.some((one) => text.includes(one)) ? OGG : refused('audio/ogg', SOUND);
  }
  if (text.startsWith(ASF)) {
    const sound = text.includes(ASF_SOUND) && !text.includes(ASF_VIDEO);
    return sound ? refused('audio/x-ms-wma', SOUND) : WMV;
  }
  if (text.startsWith('\0\0\x01\xba')) return MPEG;
  // Cameras put a time of four bytes before each packet.
  const transport = /^(G[^]{187}G|[^]{4}G[^]{191}G[^]{191}G)/.test(text);
  const other = transport || text.startsWith('\0\0\x01\xb3') || text.startsWith('FLV\x01');
  return other ? OTHER_VIDEO : undefined;
}

function packedType(text: string): MediaType | undefined {
  if (PHOTOS.test(text)) return refused('application/octet-stream', PHOTO);
  if (SOUNDS.test(text)) return refused('application/octet-stream', SOUND);
  if (TAR.test(text)) return refused('application/x-tar', ARCHIVE);
  return ZIP_BEGINNINGS.some((one) => text.startsWith(one))
    ? { kind: 'shots-set', mimeType: 'application/zip' }
    : undefined;
}
