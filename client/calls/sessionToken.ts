import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { ozError } from '../errors/errorMessages';
import { readSessionToken } from '../wire/tokens';

/** A short-lived token for a page that captures a container (docs/oz-api.md 1.5). @throws OZ_RESPONSE when there is none */
export async function sessionToken(api: Api, options?: CallOptions): Promise<string> {
  const json = await api.json({
    stage: 'session-token',
    path: 'authorize/session_token',
    secret: true,
    ...options,
  });
  const token = readSessionToken(json);
  if (token === undefined) {
    throw ozError(
      'wrongShape',
      { host: api.server.host, field: 'session_token' },
      { stage: 'session-token' },
    );
  }
  return token;
}
