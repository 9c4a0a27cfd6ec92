import { stat } from 'node:fs/promises';
import { LIMITS } from '../limits';
import { EngineError } from '../types';
import { checkComplete } from './complete';
import { openVideo, type VideoOptions } from './video';
import type { Media } from './shot';
import { checkPacking } from './packing';
import { openShotsSet } from './shotsSet';
import { sniff } from './sniff';
import { openStill } from './stills';

/**
 * Opens a file as media, by what its bytes say it is.
 *
 * @param name The name the sender gave it, if any.
 * @throws EngineError `not-media`, `damaged` (empty, missing) or `too-large`.
 */
export async function openMedia(path: string, name: string | undefined, video: VideoOptions): Promise<Media> {
  const size = await stat(path).then(
    (stats) => (stats.isFile() ? stats.size : undefined),
    () => undefined,
  );
  if (size === undefined) throw new EngineError('not-media', 'There is no file to read at the path given.');
  if (size === 0) throw new EngineError('not-media', 'The file is empty.');
  if (size > LIMITS.fileBytes) {
    throw new EngineError('too-large', `The file is larger than ${LIMITS.fileBytes / 1024 / 1024} MB.`);
  }
  const sniffed = await sniff(path, name);
  if (sniffed.kind === 'video') {
    await checkComplete(path, sniffed.container);
    await checkPacking(path, sniffed.container);
    return openVideo(path, sniffed.mimeType, sniffed.container, video);
  }
  if (sniffed.kind === 'image') return openStill(path, sniffed.mimeType);
  return openShotsSet(path, sniffed.mimeType);
}
