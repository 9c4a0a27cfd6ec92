import type { FastifyRequest } from 'fastify';
import type { Engine } from '../engine/types';
import type { Account, Accounts } from './auth/accounts';
import { mayRead } from './auth/accounts';
import type { Sessions } from './auth/sessions';
import type { AnonymousWork } from './auth/anonymousWork';
import { ApiError } from './errors';
import type { FailureInjector } from './failureInjection/failures';
import type { Analyses } from './jobs/analyses';
import type { AnalysisContext } from './jobs/outcome';
import type { Webhooks } from './jobs/webhooks';
import type { ResolvedOptions } from './options';
import type { FolderRecord } from './store/records';
import type { Workspace } from './store/workspace';
import type { SetVideos } from './upload/setVideos';
import type { Wire } from './wire/view';

/** Everything a route works with. */
export interface Context {
  options: ResolvedOptions;
  workspace: Workspace;
  accounts: Accounts;
  sessions: Sessions;
  /** Work for callers that did not sign in: Instant and API Lite. */
  anonymous: AnonymousWork;
  engine: Engine;
  similarity: AnalysisContext['similarity'];
  analyses: Analyses;
  webhooks: Webhooks;
  setVideos: SetVideos;
  failures: FailureInjector;
  /** For errors of the sandbox itself; never tokens, bodies, names or pictures. */
  log: (line: string) => void;
}

/** Header of every call but sign-in and version (docs/oz-api.md 1.3). */
const TOKEN_HEADER = 'x-forensic-access-token';

export function tokenOf(request: FastifyRequest): string | undefined {
  const value = request.headers[TOKEN_HEADER];
  return Array.isArray(value) ? value[0] : value;
}

/** Who calls; throws the 401 errors. */
export function callerOf(request: FastifyRequest, { sessions }: Context): Account {
  return sessions.authenticate(tokenOf(request));
}

/** Addresses are those under which the caller reached the server, so that they work for the caller. */
export function wireFor(request: FastifyRequest, context: Context): Wire {
  return wireAt(`${request.protocol}://${request.host}`, context);
}

export function wireAt(origin: string, { options, workspace }: Context): Wire {
  const fileUrl = (ownerId: string, file: string): string => `${origin}/static/${ownerId}/${file}`;
  return { profile: options.profile, workspace, mediaUrl: fileUrl, imageUrl: fileUrl };
}

/** A folder the caller may see; throws `notExist` and `authForbidden`. */
export function folderFor(account: Account, folderId: string, { workspace }: Context): FolderRecord {
  const folder = workspace.store.get('folders', folderId);
  if (folder === undefined) throw new ApiError('notExist', { folder_id: folderId });
  if (!mayRead(account, folder)) throw new ApiError('authForbidden', { folder_id: folderId });
  return folder;
}
