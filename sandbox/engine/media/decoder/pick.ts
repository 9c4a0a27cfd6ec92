import { EngineError } from '../../types';
import type { Decoder } from './decoder';
import { ffmpegDecoder, findFfmpeg } from './ffmpeg';

/**
 * The decoder to use: the one asked for, or for `auto` ffmpeg where the program is found, else node-av.
 *
 * @throws EngineError `no-decoder`, saying what to install.
 */
export function pickDecoder(wanted: 'auto' | Decoder['name'], environment: NodeJS.ProcessEnv): Decoder {
  const ffmpeg = wanted === 'node-av' ? undefined : findFfmpeg(environment);
  if (ffmpeg !== undefined) return ffmpegDecoder(ffmpeg);
  throw new EngineError(
    'no-decoder',
    'No ffmpeg program was found. Install ffmpeg (Debian: apt-get install ffmpeg) or name it in OZ_FFMPEG.',
  );
}
