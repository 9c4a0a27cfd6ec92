import { extname } from 'node:path';
import { mediaTypeOf } from '../../engine/media/mediaTypes';
import { headOf } from '../../engine/media/sniff';
import { ApiError } from '../errors';
import type { MediaType } from '../store/records';
import type { FilePart } from './multipart';

interface Kind {
  mediaType: MediaType;
  extension: string;
}

/** By the MIME type of the file part, as the server decides it (docs/oz-api.md 2.2); formats of 4.8, old and new. */
const BY_MIME = new Map<string, Kind>(
  Object.entries({
    'image/jpeg': { mediaType: 'IMAGE_FOLDER', extension: 'jpg' },
    'image/jpg': { mediaType: 'IMAGE_FOLDER', extension: 'jpg' },
    'image/png': { mediaType: 'IMAGE_FOLDER', extension: 'png' },
    'video/mp4': { mediaType: 'VIDEO_FOLDER', extension: 'mp4' },
    'video/mpeg': { mediaType: 'VIDEO_FOLDER', extension: 'mpeg' },
    'video/quicktime': { mediaType: 'VIDEO_FOLDER', extension: 'mov' },
    'video/webm': { mediaType: 'VIDEO_FOLDER', extension: 'webm' },
    'video/ogg': { mediaType: 'VIDEO_FOLDER', extension: 'ogv' },
    'video/x-ms-wmv': { mediaType: 'VIDEO_FOLDER', extension: 'wmv' },
    'video/x-msvideo': { mediaType: 'VIDEO_FOLDER', extension: 'avi' },
    'video/3gpp': { mediaType: 'VIDEO_FOLDER', extension: '3gp' },
    'video/3gpp2': { mediaType: 'VIDEO_FOLDER', extension: '3g2' },
    'video/x-matroska': { mediaType: 'VIDEO_FOLDER', extension: 'mkv' },
    'application/zip': { mediaType: 'SHOTS_SET_FOLDER', extension: 'zip' },
    'application/x-zip-compressed': { mediaType: 'SHOTS_SET_FOLDER', extension: 'zip' },
  } satisfies Record<string, Kind>),
);

const BY_EXTENSION = new Map<string, Kind>([
  ...[...BY_MIME.values()].map((kind): [string, Kind] => [kind.extension, kind]),
  ['jpeg', { mediaType: 'IMAGE_FOLDER', extension: 'jpg' }],
]);

/**
 * Kind of media of a file part; throws `invalidValue` for a type that no analysis can read, whatever the part calls
 * it. Unknown bytes pass: the analyses will find out.
 */
export async function mediaKind({ key, mimeType, name, received }: FilePart): Promise<Kind> {
  const mime = mimeType.toLowerCase();
  const byName = BY_EXTENSION.get(extname(name).slice(1).toLowerCase());
  const kind = mime === 'application/octet-stream' || mime === '' ? byName : BY_MIME.get(mime);
  const { at } = received;
  const type = await mediaTypeOf('path' in at ? await headOf(at.path) : at.data);
  const message =
    type?.kind === 'refused'
      ? type.advice
      : `Expected an image, a video or a ZIP archive: ${[...BY_MIME.keys()].join(', ')}`;
  if (kind === undefined || type?.kind === 'refused') {
    throw new ApiError('invalidValue', { key, content_type: mimeType, message });
  }
  return kind;
}
