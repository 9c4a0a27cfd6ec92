import { WEIGHTS } from '@ozflow/oz-sandbox/engine/quality/weights';
import type { ComponentName, Engine, MediaInput, MediaReport } from '@ozflow/oz-sandbox/engine/types';
import { EngineError } from '@ozflow/oz-sandbox/engine/types';
import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/** What a made-up media tells the tiny engine. */
export interface TinyMedia {
  /** Whose face it shows; none without it. Equal names give equal descriptors. */
  face?: string;
  spoofing?: number;
  kind?: MediaReport['kind'];
  error?: EngineError['code'];
  /** The analysis goes on until it is cancelled. */
  endless?: boolean;
}

/** The bytes of a media file for the tiny engine. */
export const tiny = (media: TinyMedia): Uint8Array<ArrayBuffer> => Buffer.from(JSON.stringify(media));

/** An engine without pictures, so that the wire can be tested in milliseconds; the real one has its own tests. */
export class TinyEngine implements Engine {
  /** How often a media file was looked at. */
  calls = 0;
  /** `call`: a media file is looked at; `cancelled`: the look at an endless one was given up. */
  readonly events = new EventEmitter();

  async analyze(input: MediaInput, { signal }: { signal?: AbortSignal } = {}): Promise<MediaReport> {
    this.calls++;
    this.events.emit('call');
    const bytes = 'path' in input ? await readFile(input.path) : input.data;
    const media = parse(Buffer.from(bytes).toString());
    if (media.endless === true) await this.#untilCancelled(signal);
    if (media.error !== undefined)
      throw new EngineError(media.error, `The tiny engine failed: ${media.error}`);
    return report(media);
  }

  async close(): Promise<void> {}

  #untilCancelled(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_resolve, reject) => {
      const cancel = (): void => {
        this.events.emit('cancelled');
        reject(new EngineError('cancelled', 'Cancelled'));
      };
      signal?.addEventListener('abort', cancel);
      if (signal?.aborted === true) cancel();
    });
  }
}

function parse(text: string): TinyMedia {
  try {
    const media: TinyMedia = JSON.parse(text);
    return media;
  } catch {
    throw new EngineError('not-media', 'This is not a video, a picture or a ZIP of pictures.');
  }
}

async function report({ face, spoofing = 0.03, kind = 'video' }: TinyMedia): Promise<MediaReport> {
  const frames = [0, 1, 2].map((frame) => ({
    frame,
    timeMs: frame * 100,
    faces: face === undefined ? 0 : 1,
    score: face === undefined ? 0 : 0.5 + frame / 10,
    components: {},
  }));
  const common: MediaReport = {
    kind,
    mimeType: 'video/mp4',
    width: 16,
    height: 16,
    durationMs: 300,
    frames,
    spoofing: { value: spoofing, simulated: true },
    elapsedMs: 1,
  };
  if (face === undefined) return common;
  const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#a86' } })
    .jpeg()
    .toBuffer();
  const components = Object.fromEntries(Object.keys(WEIGHTS).map((name) => [name, 1])) as Record<
    ComponentName,
    number
  >;
  return {
    ...common,
    descriptor: descriptor(face),
    bestShot: { frame: 2, timeMs: 200, score: 0.7, faces: 1, width: 16, height: 16, components, jpeg },
  };
}

/** One direction in space for each name. */
function descriptor(face: string): Float32Array {
  const vector = new Float32Array(64);
  for (const [index, character] of [...face].entries())
    vector[(character.charCodeAt(0) + index * 7) % 64] = 1;
  const length = Math.hypot(...vector);
  return vector.map((value) => (value / length) * Math.SQRT2);
}
