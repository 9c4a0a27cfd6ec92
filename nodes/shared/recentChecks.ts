import type { OzErrorCode, Resolution } from '../../client';
import type { BestShotState } from './oz';

/** One finished check, or one that failed, as the editor's sidebar shows it. */
export interface RecentCheck {
  /** Grows with every check, so that an editor can ask for what is new. */
  readonly sequence: number;
  /** The node on the canvas: in a subflow, the one of its template. */
  readonly nodeId: string;
  /** Id of the oz-auth node. */
  readonly serverId: string;
  /** Epoch milliseconds. */
  readonly finishedAt: number;
  /** Upload and analyses as far as the nodes measured them, else the wait for the result. */
  readonly durationMs: number;
  readonly folderId?: string;
  readonly resolution?: Resolution;
  /** Probability that the face is not real, 0..1. */
  readonly spoofing?: number;
  readonly bestShotState?: BestShotState;
  readonly error?: { readonly code: OzErrorCode; readonly message: string };
}

/** Fetches the best shot of a check from its server. */
export type FetchBestShot = () => Promise<{ data: Buffer; contentType: string }>;

interface Kept {
  check: RecentCheck;
  bestShot?: FetchBestShot;
}

const MAX_PER_SERVER = 20;
/** An open editor asks every few seconds; after this long without a question nothing is kept. */
const WATCH_MS = 15_000;

/**
 * The latest checks of this process, kept in memory only while an editor is open: they are about persons, so nothing is
 * collected while nobody can look at it. Pictures are never kept but fetched when an editor shows them.
 */
export class RecentChecks {
  /** Starts with the current time, so that it keeps growing across a restart while an editor stays open. */
  #sequence = Date.now();
  #kept: Kept[] = [];
  #forget: NodeJS.Timeout | undefined;

  /** Whether an editor is looking. */
  get watched(): boolean {
    return this.#forget !== undefined;
  }

  /** An editor looks: checks are kept until it has not asked for a while. Returns those after `sequence`. */
  watch(sequence: number): (RecentCheck & { hasBestShot: boolean })[] {
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => this.clear(), WATCH_MS);
    this.#forget.unref();
    return this.#kept
      .filter(({ check }) => check.sequence > sequence)
      .map(({ check, bestShot }) => ({ ...check, hasBestShot: bestShot !== undefined }));
  }

  /** Keeps a check if an editor is looking; drops the oldest one of the same server if there are too many. */
  add(check: Omit<RecentCheck, 'sequence'>, bestShot?: FetchBestShot): void {
    if (!this.watched) return;
    this.#sequence += 1;
    const kept = { check: { ...check, sequence: this.#sequence } };
    this.#kept.push(bestShot === undefined ? kept : { ...kept, bestShot });
    const same = this.#kept.filter((other) => other.check.serverId === check.serverId);
    if (same.length > MAX_PER_SERVER) this.#kept = this.#kept.filter((other) => other !== same[0]);
  }

  bestShotOf(sequence: number): FetchBestShot | undefined {
    return this.#kept.find(({ check }) => check.sequence === sequence)?.bestShot;
  }

  /** Forgets everything. */
  clear(): void {
    clearTimeout(this.#forget);
    this.#forget = undefined;
    this.#kept = [];
  }
}

/** One for the process, because the nodes that add to it and the route that reads it are loaded separately. */
export const recentChecks = new RecentChecks();
