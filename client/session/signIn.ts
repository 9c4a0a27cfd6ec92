import { ozError } from '../errors/errorMessages';
import type { Server } from '../server';

/** How to prove who we are (docs/oz-api.md 1.2 to 1.6). */
export type SignIn =
  | { kind: 'password'; email: string; password: string }
  | { kind: 'token'; token: string }
  | { kind: 'none' }
  /** The sandbox's well-known test account; refused for any host that is not a loopback address. */
  | { kind: 'sandbox' };

export interface Account {
  email: string;
  password: string;
}

/** Public on purpose: it opens nothing but a sandbox on this machine. */
const SANDBOX_ACCOUNT: Account = { email: 'sandbox@oz.localhost', password: 'oz-sandbox' };

/**
 * The account to sign in with, or undefined for a token or no sign-in.
 * @throws OZ_CONFIG when something is missing, or the sandbox account is meant for another machine
 */
export function accountOf(signIn: SignIn, server: Server): Account | undefined {
  switch (signIn.kind) {
    case 'password':
      if (signIn.email === '') throw ozError('signInIncomplete', { what: 'e-mail' });
      if (signIn.password === '') throw ozError('signInIncomplete', { what: 'password' });
      return { email: signIn.email, password: signIn.password };
    case 'sandbox':
      if (!server.loopback) throw ozError('sandboxNotLoopback', { host: server.host });
      return SANDBOX_ACCOUNT;
    case 'token':
      if (signIn.token === '') throw ozError('signInIncomplete', { what: 'access token' });
      if (!/^[\x21-\x7e]+$/.test(signIn.token)) throw ozError('tokenCharacters');
      return undefined;
    case 'none':
      return undefined;
  }
}
