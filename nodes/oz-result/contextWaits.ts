import type { Node } from 'node-red';
import { isRecord } from '../shared/message';
import { answerOf } from '../shared/storeAnswer';
import { isGone, RENEW_MS, thisProcess, type ProcessIdentity } from './processIdentity';
import type { Wait, WaitBackend } from './waitBackend';

interface StoredWait {
  wait: unknown;
  /** The run of the process that waits. */
  run: string;
}

/**
 * Waits in the node's context, in a store of the settings file. Several Node-RED instances with the same flow may share
 * the store, such as Redis: each wait names the process that holds it, and another takes it over when that one is gone.
 */
export class ContextWaits implements WaitBackend {
  readonly #node: Node;
  readonly #store: string | undefined;
  #renewal: NodeJS.Timeout | undefined;

  constructor(node: Node, store: string | undefined) {
    this.#node = node;
    this.#store = store;
    node.on('close', () => clearInterval(this.#renewal));
  }

  async put(key: string, wait: Wait | undefined): Promise<void> {
    if (this.#renewal === undefined) {
      await this.#renew();
      this.#renewal = setInterval(() => void this.#renew().catch(() => undefined), RENEW_MS).unref();
    }
    await this.#set(`waiting.${key}`, wait && { wait, run: thisProcess.run });
  }

  async all(): Promise<Record<string, unknown>> {
    const [waiting, runs] = [await this.#get('waiting'), await this.#get('runs')];
    const now = Date.now();
    const mine: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(waiting)) {
      if (!isStoredWait(entry)) continue;
      if (entry.run !== thisProcess.run) {
        const owner = runs[entry.run];
        if (isRun(owner) && !isGone(owner, owner.renewedAt, now)) continue;
        await this.#set(`waiting.${key}.run`, thisProcess.run);
      }
      mine[key] = entry.wait;
    }
    for (const [run, owner] of Object.entries(runs)) {
      if (!isRun(owner) || isGone(owner, owner.renewedAt, now)) await this.#set(`runs.${run}`, undefined);
    }
    return mine;
  }

  #renew(): Promise<void> {
    return this.#set(`runs.${thisProcess.run}`, { ...thisProcess, renewedAt: Date.now() });
  }

  async #get(key: string): Promise<Record<string, unknown>> {
    const value = await answerOf((answer) => this.#node.context().get(key, this.#store, answer));
    return isRecord(value) ? value : {};
  }

  async #set(key: string, value: unknown): Promise<void> {
    await answerOf((answer) => this.#node.context().set(key, value, this.#store, answer));
  }
}

const isStoredWait = (entry: unknown): entry is StoredWait =>
  isRecord(entry) && typeof entry['run'] === 'string' && entry['wait'] !== undefined;

const isRun = (owner: unknown): owner is ProcessIdentity & { renewedAt: number } =>
  isRecord(owner) &&
  typeof owner['host'] === 'string' &&
  typeof owner['run'] === 'string' &&
  typeof owner['pid'] === 'number' &&
  typeof owner['renewedAt'] === 'number';
