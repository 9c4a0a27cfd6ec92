import type { Database, RootDatabase } from 'lmdb';
import type { Tables, TableName } from './records';
import { TABLE_NAMES } from './records';
import { privateDirectory } from './privateDirectory';
import type { Store } from './store';

/** Records in an LMDB environment on disk; every `put` is on disk when it returns. */
export class LmdbStore implements Store {
  readonly #root: RootDatabase;
  readonly #tables: { [T in TableName]: Database<Tables[T], string> };

  private constructor(root: RootDatabase) {
    this.#root = root;
    this.#tables = {
      folders: root.openDB({ name: 'folders' }),
      media: root.openDB({ name: 'media' }),
      reports: root.openDB({ name: 'reports' }),
      analyses: root.openDB({ name: 'analyses' }),
      collections: root.openDB({ name: 'collections' }),
      persons: root.openDB({ name: 'persons' }),
      sessions: root.openDB({ name: 'sessions' }),
    };
  }

  /** Opens (and creates when needed) the environment in `directory`. The native library is loaded only here. */
  static async open(directory: string): Promise<LmdbStore> {
    // Made by the library, it would be open to others: it holds tokens and faces' descriptors.
    await privateDirectory(directory);
    const { open } = await import('lmdb');
    return new LmdbStore(open({ path: directory, maxDbs: TABLE_NAMES.length }));
  }

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#tables[table].get(id);
  }

  put<T extends TableName>(table: T, id: string, record: Tables[T]): void {
    this.#tables[table].putSync(id, record);
  }

  remove(table: TableName, id: string): void {
    this.#tables[table].removeSync(id);
  }

  all<T extends TableName>(table: T): Iterable<Tables[T]> {
    return this.#tables[table].getRange().map(({ value }) => value);
  }

  async close(): Promise<void> {
    await this.#root.close();
  }
}
