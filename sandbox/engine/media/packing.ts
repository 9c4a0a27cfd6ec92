import { EngineError } from '../types';
import { filmContents } from './filmContents';

/** Why nothing is decoded of films that are packed like this, by the name of their sample entry (ISO/IEC 14496-12, 8.5.2). */
const REFUSED: Readonly<Record<string, string>> = {
  ...all(
    ['encv', 'drmi'],
    'The video is protected against copying (DRM): only its own player can decode it. Send a recording of your own.',
  ),
  // Of those that decode, old releases cannot and new ones can: the answer must not depend on that.
  ...all(
    ['vvc1', 'vvi1', 'evc1', 'apv1'],
    'The video is packed in a way that is too new to be supported. Convert it to MP4 with H.264.',
  ),
};

function all(names: readonly string[], reason: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}

/**
 * Refuses an MP4 or MOV that cannot be decoded because of how it is packed, before a decoder calls it damaged.
 *
 * @throws EngineError `not-media`.
 */
export async function checkPacking(path: string): Promise<void> {
  const entries = (await filmContents(path))?.inSampleTable('stsd') ?? [];
  for (const entry of entries) {
    // After version, flags and the number of entries: the first one's length and name.
    const reason = REFUSED[entry.toString('latin1', 12, 16)];
    if (reason !== undefined) throw new EngineError('not-media', reason);
  }
}
