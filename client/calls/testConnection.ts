import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { OzError } from '../errors/ozError';
import { ozError } from '../errors/errorMessages';
import type { SignIn } from '../session/signIn';
import { isList } from '../wire/folder';

/**
 * Finds out whether the settings work. The version needs no sign-in (docs/oz-api.md 1.1); then the sign-in is tried: with
 * an account by signing in, with a token by a harmless question.
 * @throws OzError that says what is wrong: unreachable, TLS, refused, not an Oz server
 */
export async function testConnection(api: Api, signIn: SignIn, options?: CallOptions): Promise<void> {
  const { host } = api.server;
  const stage = 'test-connection';
  try {
    await api.json({ stage, path: 'version', signIn: false, ...options });
  } catch (error) {
    if (!(error instanceof OzError)) throw error;
    // A web server that is no Oz API answers with a page, or knows no such route.
    if (error.key === 'notJson') throw ozError('notOz', { host }, error.cause);
    // Some installations publish the version to nobody; the sign-in then tells.
    const hidden = error.code === 'OZ_NOT_FOUND' || error.code === 'OZ_AUTH' || error.code === 'OZ_FORBIDDEN';
    if (!hidden) throw error;
    if (signIn.kind === 'none') throw ozError('notOz', { host }, error.cause);
  }
  if (signIn.kind === 'none') return;
  try {
    const query = { limit: '1', total_omit: 'true' };
    const json = await api.json({ stage, path: 'folders/', query, ...options });
    if (!isList(json)) throw ozError('notOz', { host }, { stage });
  } catch (error) {
    // An account may be allowed to upload without being allowed to list.
    if (error instanceof OzError && error.code === 'OZ_FORBIDDEN') return;
    throw error;
  }
}
