import { Api } from './api';
import { accountCalls } from './calls/accounts';
import { analysisCalls } from './calls/analyses';
import { checkCall } from './calls/check';
import { collectionCalls } from './calls/collections';
import { download } from './calls/download';
import { folderCalls } from './calls/folders';
import { mediaCalls } from './calls/media';
import { metadataCalls } from './calls/metadata';
import { settling } from './calls/settle';
import { sessionToken } from './calls/sessionToken';
import { testConnection } from './calls/testConnection';
import { watch } from './calls/watch';
import type { ClientOptions, OzClient } from './contract';
import { omitUndefined } from './omitUndefined';
import { ozError } from './errors/errorMessages';
import { liteClient } from './createLite';
import { Server } from './server';
import { Session } from './session/session';
import type { SignIn } from './session/signIn';
import { Agents } from './transport/agents';
import { ProxyRules } from './transport/proxy';
import { Transport } from './transport/transport';

const MB = 1024 * 1024;

/**
 * Makes a client; it sends nothing before the first call.
 * @throws OZ_CONFIG for an invalid URL
 */
export function createClient(options: ClientOptions): OzClient {
  const { timeoutMs = 30_000, maxParallel = 8, maxFileBytes = 10 * MB, maxFiles = 10 } = options;
  const apiKind = options.api ?? 'oz';
  const signIn: SignIn = apiKind === 'lite' ? { kind: 'none' } : options.signIn;
  const server = new Server(options.url, options.rebaseUrls === true, options.mediaHosts);
  const closing = new AbortController();
  // The sandbox's account works on loopback addresses only, and behind a proxy these would be the proxy's own.
  const proxy = signIn.kind === 'sandbox' ? undefined : options.proxy;
  const proxies = new ProxyRules(proxy);
  const agents = new Agents(options.tls, proxies, maxParallel);
  const transport = new Transport(
    agents,
    omitUndefined({ timeoutMs, maxParallel, trace: options.trace }),
    closing.signal,
  );
  const session = new Session(signIn, server, transport, closing.signal, () =>
    proxies.secrets(new URL(server.origin)),
  );
  const api = new Api(server, session, transport, closing.signal);
  const { mediaFolders, workingDirectory } = options;
  const limits = omitUndefined({ maxFileBytes, maxFiles, mediaFolders, workingDirectory });
  const common: Pick<OzClient, 'bestShotGestures' | 'testConnection' | 'load' | 'close'> = {
    bestShotGestures: options.bestShotGestures ?? [],
    testConnection: async (call) => ({
      way: proxies.way(new URL(server.origin)),
      ...(await testConnection(api, apiKind, signIn, call)),
    }),
    load: () => transport.load(),
    async close() {
      closing.abort(ozError('closed'));
      transport.close();
    },
  };
  if (apiKind === 'lite') return { ...liteClient(api, limits), ...common };

  const url = (address: string): string => server.media(address);
  const settle = settling(timeoutMs);
  const reading = analysisCalls(api, url, settle);
  const folderCallsOf = folderCalls(api, url, limits, settle);
  const { watcher, folders, start } = watch(api, folderCallsOf, reading);
  const wait: OzClient['analyses']['wait'] = (target, waitOptions) => watcher.wait(target, waitOptions);
  return {
    ...common,
    folders,
    analyses: {
      start,
      get: (analysisId, call) => reading.get(analysisId, call),
      wait,
      hint: (folderId) => watcher.hint(folderId),
    },
    media: mediaCalls(api, url),
    metadata: metadataCalls(api),
    collections: collectionCalls(api, url, limits, settle),
    accounts: accountCalls(api, session.email, settle),
    check: checkCall({ api, url, limits, folders: folderCallsOf, start, wait }),
    sessionToken: (call) => sessionToken(api, call),
    download: (address, call) => download(api, address, call),
    faceTemplate: () => Promise.reject(ozError('templateNeedsLite')),
    close() {
      watcher.close(ozError('closed'));
      return common.close();
    },
  };
}
