import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LIMITS } from '../../limits';
import { EngineError } from '../../types';

/** Where a picked frame stands in the film. */
export interface Pick {
  frame: number;
  timeMs: number;
}

/** What a decoder tells about the film while it decodes, see `Decoder`. */
export class FilmReport {
  /** Frames decoded so far. */
  frames = 0;
  private firstMs = 0;
  private lastMs = 0;
  private readonly picks: Pick[] = [];
  private wake: () => void = () => {};
  /** Settles when the decoder has told everything; rejects when the film breaks a limit. */
  readonly complete: Promise<void>;
  private over = false;

  constructor(lines: Readable) {
    this.complete = this.follow(lines).finally(() => {
      this.over = true;
      this.wake();
    });
    this.complete.catch(() => undefined);
  }

  /** Place and time of the next picked frame, in order; undefined when there is none any more. */
  async nextPick(): Promise<Pick | undefined> {
    while (this.picks.length === 0 && !this.over) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    return this.picks.shift();
  }

  /** From the first frame to the end of the last one, taking that for as long as the others are on average. */
  durationMs(): number {
    const span = this.lastMs - this.firstMs;
    return Math.round(this.frames > 1 ? (span * this.frames) / (this.frames - 1) : 0);
  }

  private async follow(lines: Readable): Promise<void> {
    let timeMs = 0;
    for await (const line of createInterface({ input: lines })) {
      const time = /pts_time:\s*(-?[\d.]+)/.exec(line)?.[1];
      if (time !== undefined) timeMs = Math.max(0, Number(time) * 1000);
      else if (line.startsWith('seen=')) this.see(timeMs);
      else if (line.startsWith('pick=')) {
        this.picks.push({ frame: this.frames - 1, timeMs: Math.round(timeMs) });
        this.wake();
      }
    }
  }

  private see(timeMs: number): void {
    if (this.frames === 0) this.firstMs = timeMs;
    this.frames++;
    this.lastMs = timeMs;
    if (timeMs - this.firstMs > LIMITS.filmMs || this.frames > LIMITS.filmFrames) {
      throw new EngineError(
        'too-long',
        `The film is longer than ${LIMITS.filmMs / 60_000} minutes or ${LIMITS.filmFrames} frames. Send a shorter one.`,
      );
    }
  }
}
