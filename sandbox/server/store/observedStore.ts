import type { TableName, Tables } from './records';
import type { Store } from './store';

/** A store that reports every change, so that the page can update itself. */
export class ObservedStore implements Store {
  readonly #listeners = new Set<() => void>();

  constructor(readonly inner: Store) {}

  /** Calls `listener` after each change; returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.inner.get(table, id);
  }

  put<T extends TableName>(table: T, id: string, record: Tables[T]): void {
    this.inner.put(table, id, record);
    this.#tell(table);
  }

  remove(table: TableName, id: string): void {
    this.inner.remove(table, id);
    this.#tell(table);
  }

  all<T extends TableName>(table: T): Iterable<Tables[T]> {
    return this.inner.all(table);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  #tell(table: TableName): void {
    // Sessions slide with every call and are shown nowhere.
    if (table === 'sessions') return;
    for (const listener of this.#listeners) listener();
  }
}
