/** Media tags that change what an analysis does with a media file (docs/oz-api.md 4.4). */

/** What a person does in a video; `zoom_in` and `zoom_out` are no longer listed by the vendor, but known to old clients. */
export const GESTURES = [
  'left',
  'right',
  'down',
  'high',
  'smile',
  'eyes',
  'scan',
  'blank',
  'oneshot',
  'best',
  'zoom_in',
  'zoom_out',
] as const;

const GESTURE_PREFIX = 'video_selfie_';

/** Photos of documents: liveness leaves them out since 5.1.0 (docs/oz-api.md 4.3). */
const ID_PHOTO_TAGS: readonly string[] = ['photo_id', 'photo_id_front', 'photo_id_back'];

/** The tag of a gesture given as `blank` or as `video_selfie_blank`; undefined for no gesture. */
export function gestureTag(name: string): string | undefined {
  const found = GESTURES.find((gesture) => gesture === name || GESTURE_PREFIX + gesture === name);
  return found === undefined ? undefined : GESTURE_PREFIX + found;
}

/** Whether the tags say that this is a photo of a document, not of a person. */
export function isIdPhoto(tags: readonly string[]): boolean {
  return tags.some((tag) => ID_PHOTO_TAGS.includes(tag));
}
