import { unescape } from 'node:querystring';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlsOf } from '../failureInjection/controls';
import type { Workspace } from '../store/workspace';
import type { JsonObject } from '../store/records';

/** An answer must come within this time. */
const TIMEOUT_MS = 10_000;

interface WebhooksOptions {
  workspace: Workspace;
  retryMs: readonly number[];
  /** The body: folder with its analyses (docs/oz-api.md 5.1). */
  body(folderId: string): JsonObject | undefined;
  log(line: string): void;
}

/**
 * Tells the addresses of a folder that a group of its analyses has ended: POST of the folder as JSON, repeated until
 * it is answered with 2xx or the attempts are used up (method, body and repetitions are inferred, docs/oz-api.md
 * 5.1).
 */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Called when all analyses that were ordered together are over. */
  groupDone(folderId: string): void {
    void this.#send(folderId, this.#asked(folderId) === 'webhook-duplicate' ? 2 : 1);
  }

  /** Called when analyses begin: the control `webhook-early` sends a first message before anything is decided. */
  async analysesBegin(folderId: string): Promise<void> {
    if (this.#asked(folderId) === 'webhook-early') await Promise.all(this.#send(folderId, 1));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  #asked(folderId: string): string | undefined {
    const folder = this.#options.workspace.store.get('folders', folderId);
    if (folder === undefined) return undefined;
    const names = this.#options.workspace.mediaOf(folder).map(({ originalName }) => originalName);
    return controlsOf(folder.metaData, names).failure;
  }

  #send(folderId: string, copies: number): Promise<void>[] {
    const endpoints = this.#options.workspace.store.get('folders', folderId)?.endpoints ?? [];
    const body = this.#options.body(folderId);
    if (body === undefined) return [];
    const text = JSON.stringify(body);
    return endpoints.flatMap((endpoint) => Array.from({ length: copies }, () => this.#start(endpoint, text)));
  }

  #start(endpoint: string, text: string): Promise<void> {
    const delivery = this.#deliver(endpoint, text).finally(() => this.#running.delete(delivery));
    this.#running.add(delivery);
    return delivery;
  }

  async #deliver(endpoint: string, text: string): Promise<void> {
    for (const pause of [0, ...this.#options.retryMs]) {
      try {
        await sleep(pause, undefined, { signal: this.#closing.signal });
        if (await this.#post(endpoint, text)) return;
      } catch {
        if (this.#closing.signal.aborted) return;
      }
    }
    // The path and the query of an address may hold a secret.
    this.#options.log(`A webhook at ${new URL(endpoint).origin} did not accept the message`);
  }

  async #post(endpoint: string, body: string): Promise<boolean> {
    const { bare, headers } = signedIn(endpoint);
    const answer = await fetch(bare, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closing.signal]),
    });
    await answer.body?.cancel();
    return answer.ok;
  }
}

/** Basic authentication by the user name and password in an address, which `fetch` does not take. */
function signedIn(endpoint: string): { bare: URL; headers: Record<string, string> } {
  const bare = new URL(endpoint);
  const { username, password } = bare;
  if (username === '' && password === '') return { bare, headers: {} };
  bare.username = '';
  bare.password = '';
  // Unlike decodeURIComponent, it takes a % that stands for itself.
  const pair = `${unescape(username)}:${unescape(password)}`;
  return { bare, headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}
