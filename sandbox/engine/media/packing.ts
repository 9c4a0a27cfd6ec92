import { EngineError } from '../types';
import { codecOf, inSampleEntry, videoContents } from './videoContents';
import { matroskaVideo } from './matroska';
import type { Container } from './mediaTypes';

const PROTECTED =
  'The video is protected against copying (DRM): only its own player can decode it. Send a recording of your own.';
const DOLBY_ONLY =
  'The video is in a kind of Dolby Vision that only players made for it show in its colours. Record without Dolby Vision, or convert it to MP4 with H.264.';
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

/** Boxes that say how a video is one of Dolby Vision (Dolby Vision Streams Within the ISO Base Media File Format). */
const DOLBY = ['dvcC', 'dvvC', 'dvwC'];

/** Whether such a box says that the frames have colours of their own, instead of those of another kind of video. */
function isDolbyOnly(box: Buffer): boolean {
  const profile = (box[2] ?? 0) >> 1;
  const compatible = (box[4] ?? 0) >> 4 !== 0;
  // Of the earlier profiles, only this one has them.
  return profile === 5 || (profile >= 10 && !compatible);
}

const REASONS: Partial<Record<Container, (path: string) => Promise<string | undefined>>> = {
  async mov(path) {
    const contents = await videoContents(path);
    const codec = contents && codecOf(contents);
    if (codec === 'encv' || codec === 'drmi') return PROTECTED;
    if (/^(vvc1|vvi1|evc1|apv1)$/.test(codec ?? '')) return TOO_NEW;
    const dolby = contents ? DOLBY.flatMap((name) => inSampleEntry(contents, name)) : [];
    return dolby.some(isDolbyOnly) ? DOLBY_ONLY : undefined;
  },
  async matroska(path) {
    const video = await matroskaVideo(path);
    if (video?.encrypted) return PROTECTED;
    if (video?.codec.startsWith('V_MPEGI/ISO/VVC')) return TOO_NEW;
    const dolby = video?.additions.filter(({ name }) => DOLBY.includes(name)) ?? [];
    return dolby.some(({ data }) => isDolbyOnly(data)) ? DOLBY_ONLY : undefined;
  },
};
