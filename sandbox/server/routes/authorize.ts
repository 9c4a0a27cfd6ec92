import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { TokenPair } from '../auth/sessions';
import { SignInLimit } from '../auth/signInLimit';
import type { Context } from '../context';
import { callerOf, tokenOf } from '../context';
import { ApiError, missingField } from '../errors';
import type { JsonObject } from '../store/records';
import { isJsonObject } from '../upload/json';
import { jsonBody, requiredText } from './call';
import { userBody } from './users';

/** Sign-in, refresh and the token for containers (docs/oz-api.md 1.2 to 1.5). */
export function authorizeRoutes(app: FastifyInstance, context: Context): void {
  const { sessions } = context;
  const attempts = new SignInLimit();

  const signedIn = (email: string, password: string, address: string): TokenPair => {
    try {
      const pair = sessions.signIn(email, password);
      attempts.succeeded(email, address);
      return pair;
    } catch (error) {
      attempts.failed(email, address);
      throw error;
    }
  };

  app.post('/api/authorize/auth', async (request, reply) => {
    const credentials = jsonBody(request)['credentials'];
    if (credentials === undefined) throw missingField('credentials');
    if (!isJsonObject(credentials)) throw new ApiError('invalidType', { key_path: 'credentials' });
    const email = requiredText(credentials, 'email', 'credentials.email');
    const password = requiredText(credentials, 'password', 'credentials.password');
    const waitMs = attempts.waitMs(email, request.ip);
    if (waitMs > 0) {
      void reply.header('Retry-After', String(Math.ceil(waitMs / 1000)));
      throw new ApiError('throttling');
    }
    const pair = signedIn(email, password, request.ip);
    // Who signed in: recalled, not documented (docs/oz-api.md 1.2).
    return { ...pairBody(pair), user: userBody(sessions.authenticate(pair.accessToken)) };
  });

  app.post('/api/authorize/refresh', async (request) => {
    const body = jsonBody(request);
    return pairBody(sessions.refresh(tokenOf(request), body['expire_token']));
  });

  app.get('/api/authorize/session_token', async (request) => {
    const account = callerOf(request, context);
    if (account.role === 'operator') throw new ApiError('authForbidden');
    return { session_token: randomBytes(32).toString('hex') };
  });
}

function pairBody(pair: TokenPair): JsonObject {
  return { access_token: pair.accessToken, expire_token: pair.expireToken, expire_date: pair.expireDate };
}
