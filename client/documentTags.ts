import type { Media } from './model';

/** Tags of photos of documents (docs/oz-api.md 4.4). */
const DOCUMENT_TAGS: ReadonlySet<string> = new Set(['photo_id', 'photo_id_front', 'photo_id_back']);

/**
 * Those media of a folder that liveness can judge: not photos of documents, which were an error before 5.1.0
 * (docs/oz-api.md 4.3). Undefined when there is nothing to leave out, or nothing else.
 */
export function livenessMedia(media: readonly Pick<Media, 'mediaId' | 'tags'>[]): string[] | undefined {
  // What a message holds may have no tags.
  const others = media.filter(({ tags }) => !Array.isArray(tags) || !isDocument(tags));
  if (others.length === 0 || others.length === media.length) return undefined;
  return others.map(({ mediaId }) => mediaId);
}

/** Whether these are the tags of a photo of a document, which liveness cannot judge (docs/oz-api.md 4.3). */
export const isDocument = (tags: readonly string[]): boolean => tags.some((tag) => DOCUMENT_TAGS.has(tag));
