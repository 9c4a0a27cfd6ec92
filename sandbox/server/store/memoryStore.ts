import type { Tables, TableName } from './records';
import type { Store } from './store';

type Maps = { [T in TableName]: Map<string, Tables[T]> };

/** Records that live as long as the process. */
export class MemoryStore implements Store {
  readonly #tables: Maps = {
    folders: new Map(),
    media: new Map(),
    reports: new Map(),
    analyses: new Map(),
    collections: new Map(),
    persons: new Map(),
    sessions: new Map(),
  };

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#tables[table].get(id);
  }

  put<T extends TableName>(table: T, id: string, record: Tables[T]): void {
    this.#tables[table].set(id, record);
  }

  remove(table: TableName, id: string): void {
    this.#tables[table].delete(id);
  }

  all<T extends TableName>(table: T): Iterable<Tables[T]> {
    return this.#tables[table].values();
  }

  async close(): Promise<void> {
    for (const table of Object.values(this.#tables)) table.clear();
  }
}
