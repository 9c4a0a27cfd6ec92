/** What the client remembers about recent folders. It saves questions; nothing depends on it. */
export interface FolderFacts {
  /** Epoch seconds by the server's clock. */
  createdAt?: number;
  /** When analyses were started, by the watcher's clock. */
  startedAt?: number;
  /** A webhook was asked for. */
  webhook?: boolean;
  /** When a webhook came, by the watcher's clock. */
  hintedAt?: number;
}

const MAX_FOLDERS = 5000;

/** Facts about the latest folders, the oldest forgotten first. */
export class RecentFolders {
  readonly #facts = new Map<string, FolderFacts>();

  get(folderId: string): FolderFacts {
    return this.#facts.get(folderId) ?? {};
  }

  note(folderId: string, facts: FolderFacts): void {
    const known = this.#facts.get(folderId);
    this.#facts.delete(folderId);
    this.#facts.set(folderId, { ...known, ...facts });
    const [oldest] = this.#facts.keys();
    if (this.#facts.size > MAX_FOLDERS && oldest !== undefined) this.#facts.delete(oldest);
  }
}
