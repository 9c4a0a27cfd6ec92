import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { WaitTarget } from '../../client';
import { isInFlows } from '../shared/inFlows';
import { isRecord } from '../shared/message';
import { ContextWaits } from './contextWaits';
import { targetOf } from './target';
import { WaitJournal } from './waitJournal';
import { isForgotten, type Wait, type WaitBackend } from './waitBackend';

/** A wait as it was found in the store. */
export interface FoundWait extends Wait {
  key: string;
}

/**
 * Stores waits, so that they go on after a restart, a crash or a deploy. Ids and small values only: no media, no best
 * shot, no request or response.
 */
export class WaitStore {
  readonly #backend: WaitBackend;
  /** Waits that this node is already dealing with. */
  readonly #own = new Set<string>();

  /** @param store name of a context store of the settings file; without it, the default one */
  constructor(RED: NodeAPI, node: Node, store: string | undefined) {
    const place = placeOf(RED, store);
    this.#backend =
      'directory' in place ? journalBackend(RED, node, place.directory) : new ContextWaits(node, store);
  }

  static newKey(): string {
    return `w${randomUUID().replaceAll('-', '')}`;
  }

  /** Stores a wait under a new key, or under that of the wait that it takes the place of. */
  async save(wait: Wait, key: string): Promise<void> {
    this.#own.add(key);
    await this.#backend.put(key, wait);
  }

  /** The wait is over. */
  async remove(key: string): Promise<void> {
    await this.#backend.put(key, undefined);
    this.#own.delete(key);
  }

  /** This node does not deal with it after all. */
  leave(key: string): void {
    this.#own.delete(key);
  }

  /** Takes over the stored waits that no node is dealing with. */
  async takeOver(): Promise<FoundWait[]> {
    const stored = await this.#backend.all();
    const found: FoundWait[] = [];
    for (const [key, entry] of Object.entries(stored)) {
      if (this.#own.has(key)) continue;
      this.#own.add(key);
      // A store in memory hands out its own object, which the flow must not change.
      const wait = readWait(structuredClone(entry));
      if (wait === undefined || isForgotten(wait)) await this.remove(key).catch(() => undefined);
      else found.push({ ...wait, key });
    }
    return found;
  }
}

/**
 * Files are written by the journal, at once: the `localfilesystem` store writes every 30 seconds, or, without its
 * cache, all waits for each change. What would be in memory by default goes to the journal, too, as it has to survive
 * a restart.
 */
function placeOf(
  RED: NodeAPI,
  store: string | undefined,
): { directory: string | undefined } | { context: true } {
  const { userDir, contextStorage } = RED.settings;
  const stores: Record<string, unknown> = isRecord(contextStorage) ? contextStorage : {};
  const named = stores[store ?? 'default'] ?? stores['default'] ?? Object.values(stores)[0];
  const chosen = typeof named === 'string' ? stores[named] : named;
  const { module: type = 'memory', config } = isRecord(chosen) ? chosen : {};
  const isChosen = store !== undefined && store in stores;
  if (type !== 'localfilesystem' && (type !== 'memory' || isChosen)) return { context: true };
  const base = isRecord(config) && typeof config['dir'] === 'string' ? config['dir'] : userDir;
  return { directory: typeof base === 'string' ? join(base, 'oz-waits') : undefined };
}

function journalBackend(RED: NodeAPI, node: Node, directory: string | undefined): WaitBackend {
  const journal = WaitJournal.in(directory);
  node.on('close', (removed: boolean, done: () => void) => {
    const isDeleted = removed && !isInFlows(RED, node);
    const forgotten = isDeleted ? journal.forget(node.id) : Promise.resolve();
    // What cannot be deleted from the disk now is forgotten once its retention has passed.
    void forgotten.catch(() => undefined).finally(done);
  });
  return {
    all: () => journal.waitsOf(node.id),
    put: (key, wait) => journal.put(node.id, key, wait),
  };
}

/** `undefined` for anything but a wait: a damaged entry must not keep the others from going on. */
function readWait(entry: unknown): Wait | undefined {
  if (!isRecord(entry) || !isRecord(entry['msg'])) return undefined;
  const target = readTarget(entry['target']);
  if (target === undefined) return undefined;
  return {
    msg: entry['msg'],
    target,
    origin: entry['origin'] === 'webhook' ? 'webhook' : 'flow',
    forDecision: entry['forDecision'] === true,
    deadline: Number(entry['deadline']) || 0,
  };
}

function readTarget(entry: unknown): WaitTarget | undefined {
  try {
    return targetOf(entry);
  } catch {
    return undefined;
  }
}
