import { filmContents } from './filmContents';

/** A film longer than this is long: only its keyframes are decoded, where there are enough. Milliseconds. */
const LONG_FILM_MS = 30_000;
/** Keyframes further apart than this on average are too few. Milliseconds. */
const MAX_KEYFRAME_GAP_MS = 2000;

/**
 * Whether the keyframes of an MP4 or MOV are enough samples, by its table of contents (ISO/IEC 14496-12, 8.6.2):
 * phones write one a second, and of a long film not many more frames are looked at. False where the table does not
 * tell.
 */
export async function keyframesSuffice(path: string): Promise<boolean> {
  const contents = await filmContents(path);
  const [table] = contents?.inSampleTable('stss') ?? [];
  if (!contents || !table || table.length < 8) return false;
  return (
    contents.durationMs > LONG_FILM_MS && contents.durationMs / table.readUInt32BE(4) <= MAX_KEYFRAME_GAP_MS
  );
}
