import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LIMITS } from '../../limits';
import { EngineError } from '../../types';
import type { Container } from '../mediaTypes';
import {
  DECODING_THREADS,
  countsPackets,
  filters,
  skipped,
  type Decoder,
  type Reading,
  USUAL,
} from './decoder';

/**
 * Finds the ffmpeg program: the one that the environment's OZ_FFMPEG names, else the first on PATH.
 *
 * @throws EngineError `no-decoder` when OZ_FFMPEG names no program.
 */
export function findFfmpeg(environment: NodeJS.ProcessEnv): string | undefined {
  const named = environment['OZ_FFMPEG'];
  if (named) {
    if (isProgram(named)) return named;
    throw new EngineError(
      'no-decoder',
      'OZ_FFMPEG names no program that can be run. Correct it or unset it.',
    );
  }
  const program = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return (environment['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Inputs are opened one after the other: this one, without any text, is open when standard input has ended. */
const WAIT = ['-protocol_whitelist', 'pipe', '-f', 'ffmetadata', '-i', 'pipe:0'];

/** Reports all packets without decoding them. */
const COUNT = ['-c', 'copy', '-flush_packets', '1', '-f', 'framecrc', 'pipe:3'];

/**
 * Before frames are converted. What else a frame carries, such as an encoder's remarks, would be told of byte by byte.
 */
const SOURCE = ['sidedata=mode=delete', 'showinfo@source=checksum=0'];

/** The ffmpeg program as a decoder. It puts frames upright by itself. */
export function ffmpegDecoder(command: string): Decoder {
  return {
    name: 'ffmpeg',
    command,
    args: (path, container, reading) => argsOf(path, container, reading, ['-fps_mode', 'passthrough']),
    probe: ['-hide_banner', '-version'],
    introduction: 'ffmpeg version',
    // Before 5.1 the option had another name.
    olderArgs: (path, container, reading) => argsOf(path, container, reading, ['-vsync', 'passthrough']),
  };
}

function argsOf(
  path: string,
  container: Container,
  reading: Reading = USUAL,
  allFrames: string[] = [],
): string[] {
  const skip = skipped(container, reading);
  const { track, turn, whole } = reading;
  // The first that is no cover of a recording.
  const video = track === undefined ? '1:V:0' : `1:i:${track}`;
  return [
    '-nostdin',
    '-hide_banner',
    // Each line with its level; showinfo reports frames at level `info`.
    '-nostats',
    '-loglevel',
    'level+info',
    ...WAIT,
    '-max_alloc',
    String(LIMITS.videoPixels * 16),
    '-filter_threads',
    '1',
    '-threads',
    String(DECODING_THREADS),
    '-max_pixels',
    String(LIMITS.videoPixels),
    // Only this container and only this file: a playlist or reference inside of it opens nothing else.
    '-protocol_whitelist',
    'file',
    ...(skip === undefined ? [] : ['-skip_frame', skip]),
    ...(turn === undefined ? [] : ['-noautorotate']),
    ...(whole ? ['-ignore_editlist', '1'] : []),
    '-f',
    container,
    '-i',
    `file:${path}`,
    '-map',
    video,
    '-vf',
    `${filters(container, reading, [...SOURCE, ...(turn ?? [])])},showinfo=checksum=0`,
    // No frame is duplicated, dropped or scaled to the shape of the first one on output.
    ...allFrames,
    '-autoscale',
    '0',
    // Copied into packets by one thread: without this, by as many as there are cores, each with a frame or two of its own,
    // and the first frame would wait for the next one.
    '-c:v',
    'rawvideo',
    '-threads',
    '1',
    // Written by its own thread; otherwise decoding stops whenever a frame is not read at once. One frame waits: more
    // cost memory and no time is won.
    '-f',
    'fifo',
    '-queue_size',
    '1',
    '-fifo_format',
    'rawvideo',
    'pipe:1',
    ...(countsPackets(container, reading) ? ['-map', video, ...COUNT] : []),
  ];
}
