import type { TableName, Tables } from './records';

/**
 * Where the records are kept. All calls are synchronous, so that reading a record, changing it and writing it back
 * is never interrupted. What `get` and `all` return belongs to the caller only for reading: a change is made with `put`.
 */
export interface Store {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
  put<T extends TableName>(table: T, id: string, record: Tables[T]): void;
  remove(table: TableName, id: string): void;
  /** Every record of a table, in no promised order. */
  all<T extends TableName>(table: T): Iterable<Tables[T]>;
  close(): Promise<void>;
}
