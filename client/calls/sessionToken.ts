import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { ozError } from '../errors/errorMessages';
import { readSessionToken } from '../wire/tokens';

/** docs/oz-api.md 1.5. */
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
