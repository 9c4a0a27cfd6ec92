import { asObject, numberOf, textOf } from './shapes';

/** A session as the client keeps it. */
export interface Tokens {
  accessToken: string;
  /** Renews the session (docs/oz-api.md 1.4). */
  expireToken?: string;
  /** How long the token lives from now, milliseconds. */
  lifeMs?: number;
}

/** No server takes a header as long as this. */
const MAX_TOKEN_LENGTH = 16_384;

const isTooLong = (token: string | undefined): boolean => (token?.length ?? 0) > MAX_TOKEN_LENGTH;

/**
 * Reads the answer of sign-in and refresh (docs/oz-api.md 1.2). `expire_date` is epoch seconds by the server's clock,
 * which the `Date` header tells, so that a wrong clock on either side does no harm.
 */
export function readTokens(json: unknown, dateHeader: string | undefined): Tokens | undefined {
  const body = asObject(json);
  const accessToken = textOf(body, 'access_token');
  if (accessToken === undefined || !/^[\x21-\x7e]+$/.test(accessToken) || isTooLong(accessToken))
    return undefined;
  const expireToken = textOf(body, 'expire_token');
  const expireDate = numberOf(body, 'expire_date');
  const serverNow = dateHeader === undefined ? NaN : Date.parse(dateHeader);
  const lifeMs =
    expireDate === undefined
      ? undefined
      : expireDate * 1000 - (Number.isNaN(serverNow) ? Date.now() : serverNow);
  return {
    accessToken,
    ...(expireToken === undefined || isTooLong(expireToken) ? {} : { expireToken }),
    // A token that seems to have expired already means that the clocks disagree: then only a 401 tells.
    ...(lifeMs === undefined || lifeMs < 1000 ? {} : { lifeMs }),
  };
}

/** The token of a capture page (docs/oz-api.md 1.5): a text, or under a key that is inferred. */
export function readSessionToken(json: unknown): string | undefined {
  const token = typeof json === 'string' ? json : textOf(asObject(json), 'session_token', 'token');
  return token === '' ? undefined : token;
}
