import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { EngineOptions } from '../types';
import { findEncoders, type Encoder, type VideoShape } from './encoder';
import { picturesIn } from './shotsSet';
import { rgbOf, sizeOf } from './stills';

/** The pictures of a capture are taken about so often; no document says how often. */
const RATE = 10;
const MAX_SIDE = 1280;

/**
 * A ZIP of pictures as a video that browsers play: an MP4 (H.264), ten pictures a second, in the shape of the first one.
 * Undefined where it cannot be made: nothing here encodes, no picture can be read, or the signal comes first. Never
 * rejects.
 */
export async function videoOfSet(
  zip: string,
  decoder: NonNullable<EngineOptions['decoder']>,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  try {
    if (signal.aborted) return undefined;
    const shape = await shapeOf(zip);
    if (shape === undefined) return undefined;
    for (const encoder of findEncoders(decoder, process.env)) {
      const video = await encode(encoder, shape, zip, signal).catch(() => undefined);
      if (video !== undefined || signal.aborted) return video;
    }
  } catch {
    // What is wrong with the ZIP is for its analysis to say.
  }
  return undefined;
}

async function shapeOf(zip: string): Promise<VideoShape | undefined> {
  for await (const picture of picturesIn(zip)) {
    const size = await sizeOf(picture).catch(() => undefined);
    if (size === undefined) continue;
    const scale = Math.min(1, MAX_SIDE / Math.max(size.width, size.height));
    const even = (side: number): number => Math.max(16, 2 * Math.round((side * scale) / 2));
    return { width: even(size.width), height: even(size.height), rate: RATE };
  }
  return undefined;
}

async function encode(
  { command, args }: Encoder,
  shape: VideoShape,
  zip: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const folder = await mkdtemp(join(tmpdir(), `oz-engine-${process.pid}-`));
  try {
    const path = join(folder, 'video.mp4');
    const child = spawn(command, args(shape, path), {
      stdio: ['pipe', 'ignore', 'ignore'],
      windowsHide: true,
      signal,
    });
    const ended = once(child, 'close');
    const fed = pipeline(Readable.from(frames(zip, shape)), child.stdin, { signal });
    const [[code]] = await Promise.all([ended, fed]);
    return code === 0 ? await readFile(path) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* frames(zip: string, { width, height }: VideoShape): AsyncGenerator<Uint8Array> {
  for await (const picture of picturesIn(zip)) {
    const rgb = await rgbOf(picture, width, height).catch(() => undefined);
    if (rgb !== undefined) yield rgb;
  }
}
