import { strict as assert } from 'node:assert';
import { openVideo } from '@ozflow/oz-sandbox/engine/media/video';
import type { Decoder } from '@ozflow/oz-sandbox/engine/media/decoder/decoder';
import { findFfmpeg } from '@ozflow/oz-sandbox/engine/media/decoder/ffmpeg';
import { Standby } from '@ozflow/oz-sandbox/engine/media/decoder/standby';
import { findDecoders } from '@ozflow/oz-sandbox/engine/media/decoder/pick';
import type { MediaFacts, Shot } from '@ozflow/oz-sandbox/engine/media/shot';
import type { Container } from '@ozflow/oz-sandbox/engine/media/mediaTypes';

/**
 * The decoders that this machine has; each passes the same tests. The ffmpeg that `npm test` fetches makes clips only:
 * the sandbox would not find it, and it is too old.
 */
export const DECODERS: readonly Decoder['name'][] =
  findFfmpeg(process.env) === undefined ? ['node-av'] : ['ffmpeg', 'node-av'];

export interface Decoded {
  /** All sampled frames, still open. */
  shots: Shot[];
  facts: MediaFacts;
  /** Processes the decoding left running. */
  left: number;
}

/** What is not the usual. */
export interface Decoding {
  decoder?: Decoder;
  standby?: Standby;
  signal?: AbortSignal;
  /** Called for every sample. */
  onShot?: () => void;
}

/** Decodes a video to its end. */
export async function decode(
  name: Decoder['name'],
  path: string,
  container: Container,
  {
    decoder = findDecoders(name, process.env)[0],
    standby = new Standby(),
    signal = new AbortController().signal,
    onShot = () => {},
  }: Decoding = {},
): Promise<Decoded> {
  const children = new Set<number>();
  const video = openVideo(path, 'video/test', container, {
    decoders: () => [decoder],
    standby,
    signal,
    onChild: (pid, alive) => (alive ? children.add(pid) : children.delete(pid)),
  });
  const shots: Shot[] = [];
  for await (const shot of video.shots()) {
    shots.push(shot);
    onShot();
  }
  return { shots, facts: video.facts(), left: children.size };
}

/** The shot with the given index in the video. */
export function shotOf(shots: Shot[], frame: number): Shot {
  const found = shots.find((shot) => shot.frame === frame);
  assert.ok(found, `frame ${frame} is not among the samples ${shots.map((shot) => shot.frame).join(', ')}`);
  return found;
}
