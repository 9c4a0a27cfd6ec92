import { execFile } from 'node:child_process';
import { EngineError } from '../../types';
import type { Decoder } from './decoder';

/** What a program says that is too old, or was built without what is needed. */
const INCOMPLETE =
  /Unrecognized option|Option .* not found|No such filter|Unknown (encoder|input format)|Unable to find a suitable output format|Requested output format/i;
/** What it says where it can decode videos, but not this one's codec. */
const NO_CODEC = /no decoder found for|Decoder \(codec .*\) not found|decoder not found|Unknown decoder/i;

const WAYS =
  'Install ffmpeg (Debian: apt-get install ffmpeg, Alpine: apk add ffmpeg, macOS: brew install ffmpeg) or name the program in OZ_FFMPEG';

/** The error when there is no decoder for video. */
export function noDecoderError(wanted: 'auto' | Decoder['name']): EngineError {
  return new EngineError(
    'no-decoder',
    wanted === 'ffmpeg'
      ? `No decoder: the program ffmpeg was not found. ${WAYS}.`
      : `No decoder: nothing that decodes video was found. ${WAYS}.`,
  );
}

/** Why a decoder could not decode because of what it is, not of the video; undefined when it is the video. */
export async function decoderTrouble(decoder: Decoder, complaints: string): Promise<EngineError | undefined> {
  if (NO_CODEC.test(complaints)) {
    return new EngineError(
      'no-decoder',
      `No decoder: the one in use (${decoder.name}) does not know how this video is packed. Convert it to MP4 with H.264, or get a decoder with more codecs. ${WAYS}.`,
    );
  }
  if (INCOMPLETE.test(complaints)) {
    return new EngineError(
      'no-decoder',
      `No decoder: the one that was found (${decoder.name}) is too old, or was built without a part that is needed. ${WAYS}.`,
    );
  }
  return startTrouble(decoder);
}

/**
 * Why a decoder does not even start, for example because it was built for another system, or is another program;
 * undefined when it does.
 */
export function startTrouble(decoder: Decoder): Promise<EngineError | undefined> {
  const { command, probe, introduction = '' } = decoder;
  return new Promise((resolve) => {
    execFile(command, probe, { windowsHide: true }, (error, said) => {
      resolve(error || !said.startsWith(introduction) ? doesNotRun(decoder) : undefined);
    }).stdin?.end();
  });
}

function doesNotRun({ name }: Decoder): EngineError {
  return new EngineError(
    'no-decoder',
    `No decoder: the one that was found (${name}) does not run here. ${WAYS}.`,
  );
}
