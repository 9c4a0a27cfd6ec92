import { join } from 'node:path';
import type { EngineOptions } from '../types';
import { findFfmpeg } from './decoder/ffmpeg';
import { hasNodeAv } from './decoder/nodeAv';

/** Pixels of all frames, even numbers; frames a second. */
export interface VideoShape {
  width: number;
  height: number;
  rate: number;
}

/** A program that makes an MP4 at `path` out of frames on its standard input, each as rows of red, green and blue bytes. */
export interface Encoder {
  command: string;
  args: (shape: VideoShape, path: string) => string[];
}

/** H.264, because every browser plays it. One thread: videos are short, and analyses need the rest. */
export const PRESET = 'veryfast';

/** What could encode here, the best first: the same programs that decode. Whether one really does shows when it is used. */
export function findEncoders(
  wanted: NonNullable<EngineOptions['decoder']>,
  environment: NodeJS.ProcessEnv,
): Encoder[] {
  const ffmpeg = wanted === 'node-av' ? undefined : findFfmpeg(environment);
  return [
    ...(ffmpeg === undefined ? [] : [ffmpegEncoder(ffmpeg)]),
    ...(wanted !== 'ffmpeg' && hasNodeAv() ? [NODE_AV] : []),
  ];
}

const ffmpegEncoder = (command: string): Encoder => ({
  command,
  args: ({ width, height, rate }, path) => [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'],
    ...['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${height}`],
    ...['-framerate', String(rate), '-i', 'pipe:0', '-vf', 'format=yuv420p'],
    ...['-c:v', 'libx264', '-preset', PRESET, '-threads', '1'],
    ...['-movflags', '+faststart', '-f', 'mp4', `file:${path}`],
  ],
});

/** npm's node-av in its own Node.js process. */
const NODE_AV: Encoder = {
  command: process.execPath,
  args: ({ width, height, rate }, path) => [
    join(__dirname, 'encoderChild.js'),
    path,
    ...[width, height, rate].map(String),
  ],
};
