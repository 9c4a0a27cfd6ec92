import type { EngineError } from '../../types';
import type { Decoder } from './decoder';
import { ffmpegDecoder, findFfmpeg } from './ffmpeg';
import { hasNodeAv, nodeAvDecoder } from './nodeAv';
import { noDecoderError, startTrouble } from './trouble';

/**
 * The decoders to use, the best one first: the one asked for, or for `auto` ffmpeg where the program is found, and node-av
 * where npm installed it.
 *
 * @throws EngineError `no-decoder`, saying what to install.
 */
export function findDecoders(
  wanted: 'auto' | Decoder['name'],
  environment: NodeJS.ProcessEnv,
): readonly [Decoder, ...Decoder[]] {
  const ffmpeg = wanted === 'node-av' ? undefined : findFfmpeg(environment);
  const [first, ...others] = [
    ...(ffmpeg === undefined ? [] : [ffmpegDecoder(ffmpeg)]),
    ...(wanted !== 'ffmpeg' && hasNodeAv() ? [nodeAvDecoder()] : []),
  ];
  if (!first) throw noDecoderError(wanted);
  return [first, ...others];
}

/** Why no video can be decoded on this system; undefined when it can. Starts the decoders to see. */
export async function missingDecoder(
  wanted: 'auto' | Decoder['name'],
  environment: NodeJS.ProcessEnv,
): Promise<EngineError | undefined> {
  let trouble: EngineError | undefined;
  for (const decoder of findDecoders(wanted, environment)) {
    const found = await startTrouble(decoder);
    if (!found) return undefined;
    trouble ??= found;
  }
  return trouble;
}
