import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createEngine } from '../engine';
import type { Engine } from '../engine';
import type { EngineOptions } from '../engine/types';
import { similarity } from '../engine/face';
import { buildApp } from './app';
import { Accounts } from './auth/accounts';
import { Sessions } from './auth/sessions';
import { AnonymousWork } from './auth/anonymousWork';
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
import { ObservedStore } from './store/observedStore';
import { Workspace } from './store/workspace';
import { SetVideos } from './upload/setVideos';
import { folderBody } from './wire/view';
import { workersOfThisMachine } from './workers';

export type { SandboxOptions } from './options';
export type { AccountOptions, Role } from './auth/accounts';
export { TEST_ACCOUNT } from './auth/accounts';

/** Requests of callers without a sign-in that are worked on or wait for it; each may hold 100 MB. */
const MAX_ANONYMOUS = 32;

export interface Sandbox {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Ends everything that runs, and removes the media unless `data` was given. */
  close(): Promise<void>;
}

/**
 * Starts an Oz-compatible server for development; its verdicts are never for real decisions. Throws what `listen`
 * throws (`EADDRINUSE` for a busy port), OptionsError for options that cannot be used, and an Error when `data` is in
 * use by another sandbox.
 */
export async function startSandbox(given: SandboxOptions = {}): Promise<Sandbox> {
  const options = resolveOptions(given);
  const home = options.data === null ? await temporaryHome() : lastingHome(options.data);
  const closers: (() => Promise<void> | void)[] = [() => home.leave()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    const store = new ObservedStore(
      options.data === null ? new MemoryStore() : await LmdbStore.open(join(home.directory, 'state')),
    );
    closers.push(() => store.close());
    const files = new DiskFiles(home.directory);
    await files.open();
    const workspace = new Workspace(store, files);

    const engine = isEngine(given.engine)
      ? given.engine
      : createEngine({ workers: workersOfThisMachine(), ...given.engine });
    closers.push(() => engine.close());
    const accounts = new Accounts(options.accounts);
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
    const onGroupDone = (folderId: string): void => webhooks.groupDone(folderId);
    const { bestShotGestures } = options;
    const analyses = new Analyses({ workspace, engine, similarity, bestShotGestures, onGroupDone, log });
    closers.push(() => analyses.close());
    const context: Context = {
      options,
      workspace,
      accounts,
      sessions,
      anonymous: new AnonymousWork(MAX_ANONYMOUS),
      engine,
      similarity,
      analyses,
      webhooks,
      setVideos: new SetVideos(decoderOf(given.engine)),
      failures: new FailureInjector(sessions),
      log,
    };
    const app = await buildApp(context, files.root, store);
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

function decoderOf(engine: SandboxOptions['engine']): NonNullable<EngineOptions['decoder']> {
  return (isEngine(engine) ? undefined : engine?.decoder) ?? 'auto';
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
