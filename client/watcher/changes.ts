import type { Folder } from '../model';

/** Once this many results in a row showed as a change of their folder, a list of changes is enough. */
const MIN_PROOFS = 10;
/** One that did not show costs this many more. */
const PENALTY = 100;
/** A change may show this much later than its timestamp says. */
const LATEST_SHOWN_SECONDS = 0.1;
/** Servers round the creation times they show to milliseconds. */
const ROUNDED_SECONDS = 0.01;

/**
 * Whether `time_updated` of a folder tells when its analyses ended. The documents say only that it exists and that lists can
 * be filtered by it (docs/oz-api.md 2.6). Once whole lists have shown that it does, a list of what has changed since the
 * last one is enough: of hundreds of folders that are waited for, only a few have changed.
 */
export class Changes {
  #proofs = 0;
  /** The latest time in the lists so far, epoch seconds by the server's clock. */
  #since = 0;
  /** What had not ended by then, and the time of its last change. */
  #running: ReadonlyMap<string, number> = new Map();

  /** Whether lists of changes can be relied on. */
  get areTold(): boolean {
    return this.#proofs >= MIN_PROOFS;
  }

  /**
   * Since when changes must be listed, epoch seconds.
   * @param wanted folder ids with their creation times, epoch seconds
   */
  since(wanted: ReadonlyMap<string, number>): number {
    let since = this.#since - LATEST_SHOWN_SECONDS;
    for (const [id, createdAt] of wanted)
      if (!this.#running.has(id)) since = Math.min(since, createdAt - ROUNDED_SECONDS);
    return since;
  }

  /** Whether a folder that a list of changes does not have is known to be as it was. */
  isUnchanged(folderId: string): boolean {
    return this.#running.has(folderId);
  }

  /** The server refuses to list what has changed. */
  refuse(): void {
    this.#proofs = -Infinity;
  }

  /**
   * A list was answered.
   * @param isWhole whether it was not one of changes
   * @param shown the latest time on its first page, epoch seconds: what ends while later pages are read is not on it
   */
  learn(
    wanted: ReadonlyMap<string, number>,
    found: ReadonlyMap<string, Folder>,
    isWhole: boolean,
    shown: number,
  ): void {
    const running = new Map<string, number>();
    for (const id of wanted.keys()) {
      const folder = found.get(id);
      const before = this.#running.get(id);
      if (folder === undefined) {
        if (!isWhole && before !== undefined) running.set(id, before);
        continue;
      }
      const { timeUpdated = 0 } = folder;
      if (!hasEnded(folder)) running.set(id, timeUpdated);
      else if (isWhole && before !== undefined) this.#judge(before, timeUpdated);
    }
    this.#running = running;
    this.#since = isWhole ? shown : Math.max(this.#since, shown);
  }

  /** A folder of which analyses have ended since the last list: would a list of changes have had it? */
  #judge(before: number, now: number): void {
    if (now > before && now >= this.#since - LATEST_SHOWN_SECONDS) this.#proofs += 1;
    else this.#proofs = Math.min(this.#proofs, MIN_PROOFS - PENALTY);
  }
}

const hasEnded = ({ analyses }: Folder): boolean =>
  analyses.length > 0 && analyses.every(({ resolution }) => resolution !== 'PROCESSING');
