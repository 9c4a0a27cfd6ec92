import { ozError } from '../../../client/errors/errorMessages';
import type { Reads } from '../../../client/watcher/poller';
import { readFolder } from '../../../client/wire/folder';
import type { VirtualTime } from './virtualTime';

export interface FakeFolder {
  id: string;
  /** Virtual milliseconds. */
  created: number;
  /** When each of its analyses ends. */
  ends: number[];
  /** When a person decides; until then the server wants one to. */
  decidedAt?: number;
}

export interface Failures {
  /** Whether this question, counted from 0, meets a broken server. */
  broken: (question: number) => boolean;
  list: 'works' | 'forbidden' | 'lags' | 'lacksAnalyses' | 'ignoresFilters' | 'hidesEnds';
  /** Milliseconds each question takes. */
  latency: (question: number) => number;
}

/** What a server would answer about folders, in virtual time. */
export class FakeFolders implements Reads {
  readonly #folders = new Map<string, FakeFolder>();
  singles = 0;
  lists = 0;

  readonly #time: VirtualTime;
  readonly #failures: Failures;

  constructor(time: VirtualTime, failures: Failures) {
    this.#time = time;
    this.#failures = failures;
  }

  add(folder: FakeFolder): void {
    this.#folders.set(folder.id, folder);
  }

  readonly folder: Reads['folder'] = async (folderId, signal) => {
    this.singles += 1;
    const found = this.#folders.get(folderId);
    // A server looks when the question arrives; the answer travels afterwards.
    const seen = found === undefined ? undefined : this.#json(found);
    await this.#travel(signal);
    if (seen === undefined) throw ozError('notFound', { what: 'folder' }, { status: 404 });
    const folder = readFolder(seen, (url) => url);
    return { analyses: folder.analyses, media: folder.media, createdAt: folder.timeCreated };
  };

  readonly analysis: Reads['analysis'] = async () => {
    throw ozError('internal');
  };

  readonly list: Reads['list'] = async (query, wanted, signal) => {
    this.lists += 1;
    const { list } = this.#failures;
    const lag = list === 'lags' ? 400 : 0;
    const from = list === 'ignoresFilters' ? 0 : (query.createdMin ?? 0) * 1000;
    const page = [...this.#folders.values()]
      .filter(({ created }) => created >= from && created <= this.#time.now() - lag)
      .filter((folder) => list === 'ignoresFilters' || this.#updated(folder) >= (query.updatedMin ?? 0))
      .slice(query.offset ?? 0)
      .slice(0, query.limit ?? 100);
    const seen = page.map((folder) => this.#json(folder));
    await this.#travel(signal);
    if (list === 'forbidden') throw ozError('forbidden', {}, { status: 403 });
    const items =
      list === 'lacksAnalyses'
        ? seen.map(({ folder_id, time_created }) => ({ folder_id, time_created }))
        : seen;
    const folders = items
      .filter(({ folder_id }) => wanted(folder_id))
      .map((json) => readFolder(json, (url) => url));
    return { folders, items: items.length };
  };

  /** Epoch seconds. */
  #updated({ created, ends }: FakeFolder): number {
    const ended = this.#failures.list === 'hidesEnds' ? [] : ends.filter((end) => end <= this.#time.now());
    return Math.max(created, ...ended) / 1000 + 0.0001;
  }

  #json(folder: FakeFolder): {
    folder_id: string;
    time_created: number;
    time_updated: number;
    analyses: object[];
  } {
    const { id, created, ends, decidedAt = 0 } = folder;
    const analyses = ends.map((end, at) => {
      const done = this.#time.now() >= end;
      return {
        analysis_id: `${id}-${at}`,
        type: 'QUALITY',
        state: done ? 'FINISHED' : 'PROCESSING',
        resolution: !done ? 'PROCESSING' : this.#time.now() < decidedAt ? 'OPERATOR_REQUIRED' : 'SUCCESS',
        results_data: done ? { confidence_spoofing: 0.01 } : {},
      };
    });
    return {
      folder_id: id,
      time_created: created / 1000 + 0.0001,
      time_updated: this.#updated(folder),
      analyses,
    };
  }

  async #travel(signal: AbortSignal): Promise<void> {
    const question = this.singles + this.lists;
    await this.#time.sleep(this.#failures.latency(question));
    if (signal.aborted) throw ozError('cancelled');
    if (this.#failures.broken(question))
      throw ozError('serverError', { host: 'fake', status: 503 }, { status: 503 });
  }
}
