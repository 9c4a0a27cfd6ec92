/** Tags of photos of documents (docs/oz-api.md 4.4). */
const DOCUMENT_TAGS: ReadonlySet<string> = new Set(['photo_id', 'photo_id_front', 'photo_id_back']);

/** Whether these are the tags of a photo of a document, which is no medium for liveness (docs/oz-api.md 4.3). */
export const isDocument = (tags: readonly string[]): boolean => tags.some((tag) => DOCUMENT_TAGS.has(tag));
