import { randomUUID } from 'node:crypto';
import type { Node, NodeAPI } from 'node-red';
import type { WaitTarget } from '../../client';
import { isRecord } from '../shared/message';
import { targetOf } from './target';
import type { Question } from './pendingResults';

/** A wait that outlives the node. */
export interface Kept {
  /** The part of the message that can be kept: see keepable.ts. */
  msg: Record<string, unknown>;
  target: WaitTarget;
  origin: Question['origin'];
  /** Epoch milliseconds. */
  deadline: number;
}

/** A wait as it was found in the store. */
export interface Found extends Kept {
  key: string;
}

/** Where waits are kept, by key. */
interface Shelf {
  all(): Promise<unknown>;
  put(key: string, kept: Kept | undefined): Promise<void>;
}

/**
 * Keeps waits, so that they go on after a restart or a deploy. Ids and small values only: no media, no best shot, no
 * request or response.
 */
export class WaitStore {
  private readonly shelf: Shelf;
  /** What this node itself has stored: nothing to resume. */
  private readonly own = new Set<string>();

  /** @param store name of a context store of the settings file; without it, the default one */
  constructor(RED: NodeAPI, node: Node, store: string | undefined) {
    // Without stores in the settings file, Node-RED forgets a node's context with every deploy of the node.
    this.shelf = RED.settings.contextStorage === undefined ? processShelf(node) : contextShelf(node, store);
  }

  /** Resolves with the key under which the wait is stored. */
  async keep(kept: Kept): Promise<string> {
    const key = `w${randomUUID().replaceAll('-', '')}`;
    this.own.add(key);
    await this.shelf.put(key, kept);
    return key;
  }

  /** The wait is over. */
  async drop(key: string): Promise<void> {
    this.own.delete(key);
    await this.shelf.put(key, undefined);
  }

  /** What was stored before this node started. */
  async found(): Promise<Found[]> {
    const stored = await this.shelf.all();
    if (!isRecord(stored)) return [];
    // A store in memory hands out its own object, which the flow must not change.
    const copy = structuredClone(stored);
    return Object.entries(copy).flatMap(([key, entry]) => {
      const kept = this.own.has(key) ? undefined : readKept(entry);
      return kept === undefined ? [] : { ...kept, key };
    });
  }
}

/** The node's context, in one of the stores of the settings file. */
function contextShelf(node: Node, store: string | undefined): Shelf {
  const KEY = 'waiting';
  return {
    all: () =>
      new Promise((resolve, reject) => {
        node.context().get(KEY, store, (error: Error | null, value: unknown) => {
          if (error) reject(error);
          else resolve(value);
        });
      }),
    put: (key, kept) =>
      new Promise((resolve, reject) => {
        node.context().set(`${KEY}.${key}`, kept, store, (error?: Error | null) => {
          if (error) reject(error);
          else resolve();
        });
      }),
  };
}

/** Waits of this process by node id. */
const shelves = new Map<string, Record<string, Kept>>();

/** The memory of this process: outlives deploys, not restarts. */
function processShelf(node: Node): Shelf {
  const shelf = shelves.get(node.id) ?? {};
  shelves.set(node.id, shelf);
  node.on('close', (removed: boolean, done: () => void) => {
    if (removed) shelves.delete(node.id);
    done();
  });
  return {
    all: () => Promise.resolve(shelf),
    put: (key, kept) => {
      if (kept === undefined) delete shelf[key];
      else shelf[key] = kept;
      return Promise.resolve();
    },
  };
}

function readKept(entry: unknown): Kept | undefined {
  if (!isRecord(entry) || !isRecord(entry['msg'])) return undefined;
  const target = targetOf(entry['target']);
  if (target === undefined) return undefined;
  return {
    msg: entry['msg'],
    target,
    origin: entry['origin'] === 'webhook' ? 'webhook' : 'flow',
    deadline: Number(entry['deadline']) || 0,
  };
}
