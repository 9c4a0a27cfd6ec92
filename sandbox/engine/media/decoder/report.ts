import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { LIMITS } from '../../limits';
import { EngineError } from '../../types';

/**
 * The decoder's lines with numbers: when a frame is shown; what a tick is; when a packet is shown. Packets from before
 * the start are never shown: they are there for others to be made from, where a video was cut.
 */
const LINE = /pts_time:\s*(-?[\d.]+)|^#tb 0: (\d+)\/(\d+)|^0, *-?\d+, *(\d+),/;
/** Times this close are the same: they are reported with six digits, which is a millisecond from 100 s on. */
const SAME_MS = 2;

/** What a decoder tells about the video while it decodes, see `Decoder`. */
export class VideoReport {
  /** When the frames of the video are shown by the decoder's clock, milliseconds; in no order. */
  readonly #times: number[] = [];
  #firstMs = Infinity;
  #lastMs = 0;
  readonly #picks: number[] = [];
  /** When the video starts by the decoder's clock. */
  #startMs: number | undefined;
  /** Whether any frame was picked, which takes one that could be decoded. */
  anyPicked = false;
  #wake: () => void = () => {};
  /** Settles when the decoder has told everything; rejects when the video breaks a limit. */
  readonly complete: Promise<void>;
  #over = false;

  /** @param startsWithFirst Whether time is counted from the first frame, instead of by the decoder's clock. */
  constructor(lines: Readable, startsWithFirst = false) {
    if (!startsWithFirst) this.#startMs = 0;
    this.complete = this.#follow(lines).finally(() => {
      this.#over = true;
      this.#wake();
    });
    this.complete.catch(() => undefined);
  }

  /** Frames of the video reported so far. */
  get frames(): number {
    return this.#times.length;
  }

  /** When the next picked frame is shown, milliseconds of the video, in order; undefined when there is none any more. */
  async nextPick(): Promise<number | undefined> {
    while (this.#picks.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const shownMs = this.#picks.shift();
    this.#startMs ??= shownMs;
    return shownMs === undefined ? undefined : shownMs - (this.#startMs ?? 0);
  }

  /** Index of the frame that is shown at this time of the video, from 0. Right once `complete` has come. */
  frameAt(timeMs: number): number {
    const shownMs = timeMs + (this.#startMs ?? 0);
    return this.#times.filter((time) => time < shownMs - SAME_MS).length;
  }

  /** From the first frame to the end of the last one, taking that for as long as the others are on average. */
  durationMs(): number {
    const span = this.#lastMs - this.#firstMs;
    return Math.round(this.frames > 1 ? (span * this.frames) / (this.frames - 1) : 0);
  }

  async #follow(lines: Readable): Promise<void> {
    let timeMs = 0;
    let tickMs = NaN;
    for await (const line of createInterface({ input: lines })) {
      const [, shown, numerator, denominator, ticks] = LINE.exec(line) ?? [];
      if (shown !== undefined) timeMs = Math.max(0, Number(shown) * 1000);
      else if (numerator !== undefined) tickMs = (Number(numerator) / Number(denominator)) * 1000;
      else if (ticks !== undefined) this.#see(Number(ticks) * tickMs);
      else if (line.startsWith('seen=')) this.#see(timeMs);
      else if (line.startsWith('pick=')) {
        this.#picks.push(timeMs);
        this.anyPicked = true;
        this.#wake();
      }
    }
  }

  #see(timeMs: number): void {
    this.#times.push(timeMs);
    this.#firstMs = Math.min(this.#firstMs, timeMs);
    this.#lastMs = Math.max(this.#lastMs, timeMs);
    if (this.#lastMs - this.#firstMs > LIMITS.videoMs || this.frames > LIMITS.videoFrames) {
      throw new EngineError(
        'too-long',
        `The video is longer than ${LIMITS.videoMs / 60_000} minutes or ${LIMITS.videoFrames} frames. Send a shorter one.`,
      );
    }
  }
}
