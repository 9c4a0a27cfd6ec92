import { EngineError } from '../types';
import { codecOf, videoContents } from './videoContents';
import { matroskaVideo } from './matroska';
import type { Container } from './mediaTypes';

const PROTECTED =
  'The video is protected against copying (DRM): only its own player can decode it. Send a recording of your own.';
const TOO_NEW = 'The video is packed in a way that is too new to be supported. Convert it to MP4 with H.264.';

/**
 * Refuses a video that cannot be decoded because of how it is packed, before a decoder calls it damaged. Of those that are
 * too new, old decoders cannot read them and new ones can: the answer must not depend on that.
 *
 * @throws EngineError `not-media`.
 */
export async function checkPacking(path: string, container: Container): Promise<void> {
  const reason = await REASONS[container]?.(path);
  if (reason !== undefined) throw new EngineError('not-media', reason);
}

const REASONS: Partial<Record<Container, (path: string) => Promise<string | undefined>>> = {
  async mov(path) {
    const contents = await videoContents(path);
    const codec = contents && codecOf(contents);
    if (codec === 'encv' || codec === 'drmi') return PROTECTED;
    return /^(vvc1|vvi1|evc1|apv1)$/.test(codec ?? '') ? TOO_NEW : undefined;
  },
  async matroska(path) {
    const video = await matroskaVideo(path);
    if (video?.encrypted) return PROTECTED;
    return video?.codec.startsWith('V_MPEGI/ISO/VVC') ? TOO_NEW : undefined;
  },
};
