import type { StoreWarnings } from './storeWarnings';
import type { Wait } from './waitBackend';
import { WaitStore } from './waitStore';

/**
 * The entry of one wait in the store. That it cannot be stored or removed is a warning, not an error of the message: the
 * wait goes on, but does not survive a stop, or may come again after one.
 */
export class StoredWait {
  readonly #warnings: StoreWarnings;
  readonly #store: WaitStore;
  readonly #wait: Omit<Wait, 'forDecision' | 'deadline'>;
  readonly #key: string;
  #exists: boolean;
  /** A store that reports an error may hold the wait all the same. */
  #mayExist: boolean;

  /** @param key of the entry, if there is one already */
  constructor(
    warnings: StoreWarnings,
    store: WaitStore,
    wait: Omit<Wait, 'forDecision' | 'deadline'>,
    key?: string,
  ) {
    this.#warnings = warnings;
    this.#store = store;
    this.#wait = wait;
    this.#key = key ?? WaitStore.newKey();
    this.#exists = this.#mayExist = key !== undefined;
  }

  get exists(): boolean {
    return this.#exists;
  }

  /** @param deadline epoch milliseconds */
  async save(forDecision: boolean, deadline: number): Promise<void> {
    this.#mayExist = true;
    try {
      await this.#store.save({ ...this.#wait, forDecision, deadline }, this.#key);
      this.#exists = true;
    } catch (error) {
      this.#warnings.warn('notStored', error);
    }
  }

  async remove(): Promise<void> {
    if (!this.#mayExist) return;
    try {
      await this.#store.remove(this.#key);
    } catch (error) {
      if (this.#exists) this.#warnings.warn('notRemoved', error);
    }
  }
}
