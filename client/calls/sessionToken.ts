import type { Api } from '../api';
import type { CallOptions } from '../contract';
import { ozError } from '../errors/errorMessages';
import { asObject, textOf } from '../wire/shapes';

/** docs/oz-api.md 1.5; the key of the answer is inferred. */
export async function sessionToken(api: Api, options?: CallOptions): Promise<string> {
  const json = await api.json({
    stage: 'session-token',
    path: 'authorize/session_token',
    secret: true,
    ...options,
  });
  const token = typeof json === 'string' ? json : textOf(asObject(json), 'session_token', 'token');
  if (token === undefined || token === '') {
    throw ozError(
      'wrongShape',
      { host: api.server.host, field: 'session_token' },
      { stage: 'session-token' },
    );
  }
  return token;
}
