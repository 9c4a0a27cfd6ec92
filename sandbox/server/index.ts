import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createEngine } from '../engine';
import type { Engine } from '../engine';
import { similarity } from '../engine/face';
import { buildApp } from './app';
import { Accounts, TEST_ACCOUNT } from './auth/accounts';
import { Sessions } from './auth/sessions';
import type { Context } from './context';
import { wireAt } from './context';
import { FailureInjector } from './failureInjection/failures';
import { Analyses } from './jobs/analyses';
import { Webhooks } from './jobs/webhooks';
import type { SandboxOptions } from './options';
import { resolveOptions } from './options';
import { DiskFiles } from './store/diskFiles';
import { lastingHome, temporaryHome } from './store/home';
import { LmdbStore } from './store/lmdbStore';
import { MemoryStore } from './store/memoryStore';
import { Workspace } from './store/workspace';
import { folderBody } from './wire/view';

export type { SandboxOptions } from './options';
export type { AccountOptions, Role } from './auth/accounts';
export { TEST_ACCOUNT } from './auth/accounts';

export interface Sandbox {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Ends everything that runs, and removes the media unless `data` was given. */
  close(): Promise<void>;
}

/**
 * Starts an Oz-compatible server for development; its verdicts are never for real decisions. Throws what `listen`
 * throws (`EADDRINUSE` for a busy port), and an Error when `data` is in use by another sandbox.
 */
export async function startSandbox(given: SandboxOptions = {}): Promise<Sandbox> {
  const options = resolveOptions(given);
  const home = options.data === null ? await temporaryHome() : lastingHome(options.data);
  const closers: (() => Promise<void> | void)[] = [() => home.leave()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const store =
      options.data === null ? new MemoryStore() : await LmdbStore.open(join(home.directory, 'state'));
    closers.push(() => store.close());
    const files = new DiskFiles(home.directory);
    await files.open();
    const workspace = new Workspace(store, files);

    const engine = isEngine(given.engine) ? given.engine : createEngine(given.engine);
    closers.push(() => engine.close());
    const accounts = new Accounts([{ ...TEST_ACCOUNT, role: options.role }, ...options.accounts]);
    const sessions = new Sessions(accounts, store, options.tokenTtlSeconds);

    let url = '';
    const webhooks = new Webhooks({
      workspace,
      retryMs: options.webhookRetryMs,
      body: (folderId) => {
        const folder = store.get('folders', folderId);
        return folder && folderBody(folder, wireAt(url, context), true);
      },
      log,
    });
    closers.push(() => webhooks.close());
    const onFolderDone = (folderId: string): void => webhooks.folderDone(folderId);
    const analyses = new Analyses({ workspace, engine, similarity, onFolderDone, log });
    closers.push(() => analyses.close());
    const context: Context = {
      options,
      workspace,
      sessions,
      engine,
      similarity,
      analyses,
      webhooks,
      failures: new FailureInjector(sessions),
      log,
    };
    const app = await buildApp(context, files.root);
    closers.push(() => app.close());
    await app.listen({ port: options.port, host: options.host });
    url = urlOf(options.host, app.server.address());
    analyses.resume();
    return { url, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function isEngine(value: SandboxOptions['engine']): value is Engine {
  return value !== undefined && 'analyze' in value;
}

function urlOf(host: string, address: AddressInfo | string | null): string {
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Errors of the sandbox itself; standard output belongs to the caller. */
function log(line: string): void {
  process.stderr.write(`oz-sandbox: ${line}\n`);
}
