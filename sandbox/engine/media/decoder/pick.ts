import { EngineError } from '../../types';
import type { Decoder } from './decoder';
import { ffmpegDecoder, findFfmpeg } from './ffmpeg';
import { hasNodeAv, nodeAvDecoder } from './nodeAv';

/**
 * The decoder to use: the one asked for, or for `auto` ffmpeg where the program is found, else node-av.
 *
 * @throws EngineError `no-decoder`, saying what to install.
 */
export function pickDecoder(wanted: 'auto' | Decoder['name'], environment: NodeJS.ProcessEnv): Decoder {
  const ffmpeg = wanted === 'node-av' ? undefined : findFfmpeg(environment);
  if (ffmpeg !== undefined) return ffmpegDecoder(ffmpeg);
  if (wanted !== 'ffmpeg' && hasNodeAv()) return nodeAvDecoder();
  const ways = 'Install ffmpeg (Debian: apt-get install ffmpeg) or name the program in OZ_FFMPEG';
  throw new EngineError(
    'no-decoder',
    wanted === 'ffmpeg'
      ? `The program ffmpeg was not found. ${ways}.`
      : `Nothing that decodes video was found. ${ways}, or install the npm package node-av.`,
  );
}
