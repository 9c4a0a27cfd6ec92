import type { Api } from '../api';
import type { CallOptions, ConnectionReport, ServerApi } from '../contract';
import { OzError } from '../errors/ozError';
import { ozError } from '../errors/errorMessages';
import type { SignIn } from '../session/signIn';
import { isList } from '../wire/folder';
import { liteCalls, type LiteCalls } from './lite';

type Report = Omit<ConnectionReport, 'way'>;

const STAGE = { stage: 'test-connection' };

/**
 * Finds out whether the settings work, and which API it is that answers: where it is not the expected one, the other
 * one is asked for.
 * @throws OzError that says what is wrong: unreachable, TLS, refused, not an Oz server
 */
export async function testConnection(
  api: Api,
  expected: ServerApi,
  signIn: SignIn,
  options?: CallOptions,
): Promise<Report> {
  const lite = liteCalls(api);
  return expected === 'lite' ? testLite(api, lite, options) : testOz(api, lite, signIn, options);
}

/**
 * The version needs no sign-in (docs/oz-api.md 1.1); then the sign-in is tried: with an account by signing in, with a
 * token by a harmless question.
 */
async function testOz(
  api: Api,
  lite: LiteCalls,
  signIn: SignIn,
  options: CallOptions | undefined,
): Promise<Report> {
  const { host } = api.server;
  try {
    await readVersion(api, options);
  } catch (error) {
    if (!(error instanceof OzError)) throw error;
    // Before any password is sent there.
    if (isNoSuchApi(error) && (await answers(lite.health('liveness', options))))
      return { api: 'lite', signedIn: false };
    // A web server that is no Oz API answers with a page, or knows no such route.
    if (error.key === 'notJson') throw ozError('notOz', { host }, error.cause);
    // Some installations hide the version; then the sign-in decides.
    const hidden = error.code === 'OZ_NOT_FOUND' || error.code === 'OZ_AUTH' || error.code === 'OZ_FORBIDDEN';
    if (!hidden) throw error;
    if (signIn.kind === 'none') throw ozError('notOz', { host }, error.cause);
  }
  if (signIn.kind === 'none') return { api: 'oz', signedIn: false };
  try {
    const query = { limit: '1', total_omit: 'true' };
    const json = await api.json({ ...STAGE, path: 'folders/', query, ...options });
    if (!isList(json)) throw ozError('notOz', { host }, STAGE);
  } catch (error) {
    // An account may be allowed to upload without being allowed to list.
    if (!(error instanceof OzError) || error.code !== 'OZ_FORBIDDEN') throw error;
  }
  return { api: 'oz', signedIn: true };
}

/** Both processors have to work; the version is there from 1.1.1 (docs/oz-api.md 5.6). */
async function testLite(api: Api, lite: LiteCalls, options: CallOptions | undefined): Promise<Report> {
  const { host } = api.server;
  try {
    for (const processor of ['liveness', 'pattern'] as const) {
      if ((await lite.health(processor, options)) !== 0)
        throw ozError('liteNotReady', { host, processor }, STAGE);
    }
    const version = await lite.version(options);
    return { api: 'lite', signedIn: false, ...(version === undefined ? {} : { version }) };
  } catch (error) {
    if (!(error instanceof OzError) || !isNoSuchApi(error)) throw error;
    if (await answers(readVersion(api, options))) return { api: 'oz', signedIn: false };
    if (error.code === 'OZ_AUTH') throw error;
    throw ozError('notOz', { host }, error.cause);
  }
}

const readVersion = (api: Api, options: CallOptions | undefined): Promise<unknown> =>
  api.json({ ...STAGE, path: 'version', signIn: false, ...options });

/** Something answered, but not as the API that was asked for: it may be the other one. */
const isNoSuchApi = ({ code, key }: OzError): boolean =>
  code === 'OZ_NOT_FOUND' || code === 'OZ_REJECTED' || ['notJson', 'wrongShape', 'liteSignIn'].includes(key);

async function answers(question: Promise<unknown>): Promise<boolean> {
  try {
    await question;
    return true;
  } catch (error) {
    if (!(error instanceof OzError) || error.code === 'OZ_CANCELLED') throw error;
    return false;
  }
}
