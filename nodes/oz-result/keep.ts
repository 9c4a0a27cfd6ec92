import { randomUUID } from 'node:crypto';
import type { Node } from 'node-red';
import type { WaitTarget } from '../../client';
import { isRecord } from '../shared/message';
import { targetOf } from './target';
import type { Question } from './waits';

/** A wait that outlives the node. */
export interface Kept {
  /** The part of the message that can be kept: see {@link keepable}. */
  msg: Record<string, unknown>;
  target: WaitTarget;
  origin: Question['origin'];
  /** Epoch milliseconds. */
  deadline: number;
}

/** Key of the node's context under which the waits are kept, each under a key of its own. */
const KEY = 'waiting';
/** Longer texts may be media or documents and are left out. Characters. */
const LONGEST_TEXT = 4096;
/** A message that is larger than this keeps its topic and `oz` only. Characters of JSON. */
const LARGEST = 100_000;
const DEEPEST = 8;

/** A wait as it was found in the store. */
export interface Found extends Kept {
  key: string;
}

/**
 * Keeps waits in the node's context, in the store that the dialog names, so that they go on after a restart (with a
 * store that survives it) or a deploy. Ids and small values only: no media, no best shot, no request or response.
 */
export class Keeper {
  /** What this node itself has stored: nothing to resume. */
  private readonly own = new Set<string>();

  constructor(
    private readonly node: Node,
    private readonly store: string | undefined,
  ) {}

  /** Resolves with the key under which the wait is stored. */
  async keep(kept: Kept): Promise<string> {
    const key = `w${randomUUID().replaceAll('-', '')}`;
    this.own.add(key);
    await this.set(`${KEY}.${key}`, kept);
    return key;
  }

  /** The wait is over. */
  async drop(key: string): Promise<void> {
    this.own.delete(key);
    await this.set(`${KEY}.${key}`, undefined);
  }

  /** What was stored before this node started. */
  async found(): Promise<Found[]> {
    const stored = await this.get();
    if (!isRecord(stored)) return [];
    // A store in memory hands out its own object, which the flow must not change.
    const copy = structuredClone(stored);
    return Object.entries(copy).flatMap(([key, entry]) => {
      const kept = this.own.has(key) ? undefined : readKept(entry);
      return kept === undefined ? [] : { ...kept, key };
    });
  }

  private get(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.node.context().get(KEY, this.store, (error: Error | null, value: unknown) => {
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  private set(key: string, value: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.node.context().set(key, value, this.store, (error?: Error | null) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
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

/**
 * The part of a message that may be written to a store: plain values, short texts, arrays and objects of those. Never
 * `req` and `res` (they are of one connection), never `payload` (it may be the media, and the result replaces it),
 * never bytes or data URLs.
 */
export function keepable(msg: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { req: _req, res: _res, payload: _payload, ...rest } = msg;
  const kept = plainObject(rest, 0);
  if (JSON.stringify(kept).length <= LARGEST) return kept;
  return plainObject({ _msgid: msg['_msgid'], topic: msg['topic'], oz: msg['oz'] }, 0);
}

function plainObject(value: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  const pairs = Object.entries(value).map(([name, part]) => [name, plain(part, depth + 1)] as const);
  return Object.fromEntries(pairs.filter(([, part]) => part !== undefined));
}

/** `undefined` for what may not be kept. */
function plain(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') {
    return value.length > LONGEST_TEXT || value.startsWith('data:') ? undefined : value;
  }
  if (typeof value !== 'object' || depth > DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((part) => plain(part, depth + 1) ?? null);
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? plainObject({ ...value }, depth) : undefined;
}
