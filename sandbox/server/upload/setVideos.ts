import type { EngineOptions, MediaInput } from '../../engine/types';
import { videoOfSet } from '../../engine/media/setVideo';

/** An upload waits for its videos no longer than this, waiting for others included. */
const TIMEOUT_MS = 10_000;

/** Makes videos of ZIPs of pictures, one at a time: analyses need the machine more. */
export class SetVideos {
  readonly #decoder: NonNullable<EngineOptions['decoder']>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(decoder: NonNullable<EngineOptions['decoder']>) {
    this.#decoder = decoder;
  }

  /** An MP4; undefined where none can be made in time. */
  of(zip: MediaInput): Promise<Uint8Array | undefined> {
    if (!('path' in zip)) return Promise.resolve(undefined);
    const { path } = zip;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const video = this.#last.then(() => videoOfSet(path, this.#decoder, signal));
    this.#last = video;
    return video;
  }
}
