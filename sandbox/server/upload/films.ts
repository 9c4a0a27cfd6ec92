import type { EngineOptions, MediaInput } from '../../engine/types';
import { filmOfShots } from '../../engine/media/shotsFilm';

/** An upload waits for its films no longer than this, waiting for others included. */
const TIMEOUT_MS = 10_000;

/** Makes films of ZIPs of pictures, one at a time: analyses need the machine more. */
export class Films {
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
    const film = this.#last.then(() => filmOfShots(path, this.#decoder, signal));
    this.#last = film;
    return film;
  }
}
