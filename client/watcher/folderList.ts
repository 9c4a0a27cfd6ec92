import { OzError } from '../errors/ozError';
import type { Folder, FolderQuery } from '../model';
import { omitUndefined } from '../omitUndefined';
import { showsAnalyses } from '../wire/folder';
import { Changes } from './changes';

const MIN_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;
/** At most 12,000 folders are searched at a time; those not found are asked about one by one. */
const MAX_PAGES = 12;
/** Servers round the creation times they show: to milliseconds, or older ones to seconds (docs/oz-api.md 1.1). */
const slackSeconds = (times: number[]): number => (times.every(Number.isInteger) ? 1 : 0.01);
/** Reading this many items costs less than asking singly for a while, even if hardly any of them are ours. */
const FEW_ITEMS = 100;
/**
 * Where lists of changes are enough, the whole list is still requested this often, in case they miss something; but not
 * so often that it takes more than a fiftieth of the time, as nothing else is seen meanwhile.
 */
const WHOLE_EVERY_MS = 2000;
const WHOLE_EVERY_TIMES = 50;
/** A list that did not help is not requested again for this long. */
const REST_MS = 30_000;

/** Reads a page and makes folders only of those that are wanted, asked for each once and in order; `items` counts all. */
export type ListRead = (
  query: FolderQuery,
  wanted: (folderId: string) => boolean,
  signal: AbortSignal,
) => Promise<{ folders: Folder[]; items: number }>;

/** What was read of a list. */
interface ListedFolders {
  /** Those that are wanted, by id. */
  found: ReadonlyMap<string, Folder>;
  /** How many folders were read, whosever they are. */
  items: number;
  /** The place of the last that is wanted among them, counted from 1; 0 for none. */
  lastOfOurs: number;
  /** The latest time on its first page, epoch seconds. */
  latest: number;
}

/** The documented list of folders as one question about many (docs/oz-api.md 2.6 and 5.8), and whether it is any use. */
export class FolderList {
  #restUntil = 0;
  #failures = 0;
  /** Smoothed durations of whole lists and of lists of changes, milliseconds. */
  readonly #tookMs = { whole: 0, changes: 0 };
  #wholeAt = -Infinity;
  /** Folders in the last list for each of ours, counted up to the last of ours. */
  #itemsEach = 1;
  readonly #changes = new Changes();

  readonly #read: ListRead;

  constructor(read: ListRead) {
    this.#read = read;
  }

  usable(now: number): boolean {
    return now >= this.#restUntil;
  }

  /** Whether lists, apart from an occasional one, ask only for what has changed. */
  get ofChanges(): boolean {
    return this.#changes.areTold;
  }

  /** Minimum pause between two lists, so that a slow server spends no more than half of its time with them. */
  get pauseMs(): number {
    const { whole, changes } = this.#tookMs;
    return Math.max(10, this.#changes.areTold ? changes : whole);
  }

  /** How long the slower kind of list takes. */
  get tookMs(): number {
    return Math.max(this.#tookMs.whole, this.#tookMs.changes);
  }

  /**
   * Finds folders by their creation time. Folders that the list does not have are missing in the answer.
   * @param all folder ids with their creation times, epoch seconds
   * @param young ids among them that can hardly have ended yet: looked for only where that makes later lists shorter
   * @returns undefined when the list failed; then folders are asked about one by one for a while
   */
  async find(
    all: ReadonlyMap<string, number>,
    young: ReadonlySet<string>,
    now: () => number,
    signal: AbortSignal,
  ): Promise<Map<string, Folder | 'unchanged'> | undefined> {
    const started = now();
    const wholeEveryMs = Math.max(WHOLE_EVERY_MS, WHOLE_EVERY_TIMES * this.#tookMs.whole);
    const isWhole = !this.#changes.areTold || started - this.#wholeAt >= wholeEveryMs;
    // The list begins with the oldest, so the youngest would only make it longer.
    const wanted = this.#changes.areTold ? all : new Map([...all].filter(([id]) => !young.has(id)));
    let list: ListedFolders;
    try {
      list = await this.#readPages(wanted, isWhole ? undefined : this.#changes.since(all), signal);
    } catch (error) {
      if (!isWhole && isRefusal(error)) {
        // Whole lists were answered before.
        this.#changes.refuse();
        return this.find(all, young, now, signal);
      }
      this.#failed(error, now());
      return undefined;
    }
    this.#failures = 0;
    const kind = isWhole ? 'whole' : 'changes';
    this.#tookMs[kind] += (now() - started - this.#tookMs[kind]) * 0.3;
    const unchanged = isWhole ? [] : [...all.keys()].filter((id) => this.#changes.isUnchanged(id));
    this.#changes.learn(wanted, list.found, isWhole, list.latest);
    if (isWhole) {
      this.#wholeAt = started;
      this.#judge(list, wanted.size, now());
    }
    return new Map<string, Folder | 'unchanged'>([
      ...unchanged.map((id) => [id, 'unchanged'] as const),
      ...list.found,
    ]);
  }

  /** Reads pages until all are found that are wanted. @param updatedMin epoch seconds: only what has changed since then */
  async #readPages(
    wanted: ReadonlyMap<string, number>,
    updatedMin: number | undefined,
    signal: AbortSignal,
  ): Promise<ListedFolders> {
    const found = new Map<string, Folder>();
    const expected = Math.ceil(wanted.size * Math.max(1.1, this.#itemsEach)) + 20;
    const limit = Math.min(MAX_PAGE_SIZE, Math.max(MIN_PAGE_SIZE, expected));
    const times = [...wanted.values()];
    const createdMin = Math.round((Math.min(...times) - slackSeconds(times)) * 1000) / 1000;
    let items = 0;
    let read = 0;
    let lastOfOurs = 0;
    let latest = 0;
    const isOurs = (folderId: string): boolean => {
      read += 1;
      if (!wanted.has(folderId)) return false;
      lastOfOurs = read;
      return true;
    };
    for (let page = 0; page < MAX_PAGES && found.size < wanted.size; page += 1) {
      const query = omitUndefined({
        createdMin,
        updatedMin,
        withAnalyses: true,
        newestFirst: false,
        limit,
        offset: items,
      });
      const answer = await this.#read(query, isOurs, signal);
      // Without analyses the list answers another question than ours.
      for (const folder of answer.folders) if (showsAnalyses(folder)) found.set(folder.folderId, folder);
      if (page === 0) latest = latestTime(answer.folders);
      items += answer.items;
      if (answer.items < limit) break;
    }
    return { found, items, lastOfOurs, latest };
  }

  /** Whether the list is any use: not if it has mostly other people's folders, or hardly any of ours. */
  #judge({ found, items, lastOfOurs }: ListedFolders, wanted: number, now: number): void {
    this.#itemsEach = lastOfOurs / Math.max(1, found.size);
    if (found.size * 2 < wanted || items > Math.max(FEW_ITEMS, found.size * 20))
      this.#restUntil = now + REST_MS;
  }

  #failed(error: unknown, now: number): void {
    this.#failures += 1;
    this.#restUntil = now + (isRefusal(error) ? Infinity : Math.min(REST_MS, 1000 * 2 ** this.#failures));
  }
}

/** When the last thing happened to any of them, epoch seconds. */
const latestTime = (folders: readonly Folder[]): number =>
  Math.max(0, ...folders.map(({ timeCreated = 0, timeUpdated = 0 }) => Math.max(timeCreated, timeUpdated)));

/** Whether an error is final; any other may pass. */
const isRefusal = (error: unknown): boolean =>
  error instanceof OzError && ['OZ_FORBIDDEN', 'OZ_NOT_FOUND', 'OZ_REJECTED'].includes(error.code);
