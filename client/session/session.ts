import { unlessAborted, type StopSignal } from '../abort';
import { OzError } from '../errors/ozError';
import { ozError } from '../errors/errorMessages';
import type { Server } from '../server';
import { jsonBody, parseJson } from '../transport/json';
import { errorFromResponse } from '../errors/errorFromResponse';
import type { HttpResponse, HttpRequest } from '../transport/request';
import type { Transport } from '../transport/transport';
import { readTokens, type Tokens } from '../wire/tokens';
import { accountOf, type Account, type SignIn } from './signIn';

/** Header of every authenticated call (reference 1.3; one page of the docs misprints it). */
export const TOKEN_HEADER = 'X-Forensic-Access-Token';

/** A token is renewed when less than this is left of its life. */
const RENEW_BEFORE_MS = 60_000;
/** After a refused sign-in, further requests fail at once for so long: hammering locks accounts. */
const REFUSED_MS = 3000;

/**
 * Proves who we are. Signs in when the first request needs it, once for all that wait; follows the sliding expiry;
 * renews shortly before the end; signs in again when the server no longer knows the token. Tokens stay in memory.
 */
export class Session {
  readonly #account: Account | undefined;
  #tokens: Tokens | undefined;
  /** When the token ends by this machine's monotonic clock; undefined when the server did not say. */
  #endsAt: number | undefined;
  #renewal: Promise<void> | undefined;
  #refused: { error: OzError; until: number } | undefined;

  /** @throws OZ_CONFIG */
  constructor(
    private readonly signIn: SignIn,
    private readonly server: Server,
    private readonly transport: Transport,
    /** Ends a sign-in under way when the client is closed. */
    private readonly closed: StopSignal,
  ) {
    this.#account = accountOf(signIn, server);
    if (signIn.kind === 'token') this.#tokens = { accessToken: signIn.token };
  }

  /** The token to send now, or undefined when there is no sign-in. Signs in or renews first when needed. */
  async token(signal: StopSignal): Promise<string | undefined> {
    if (this.#account !== undefined && (this.#tokens === undefined || this.#endsSoon())) {
      await unlessAborted(this.#renewOnce(this.#tokens !== undefined), signal);
    }
    return this.#tokens?.accessToken;
  }

  /** A request with the current token succeeded: the server's clock for it starts again (reference 1.3). */
  used(token: string): void {
    if (this.#tokens?.accessToken === token && this.#tokens.lifeMs !== undefined) {
      this.#endsAt = performance.now() + this.#tokens.lifeMs;
    }
  }

  /**
   * The server refused this token. Resolves when there is another one to try.
   * @throws OZ_AUTH when there cannot be another
   */
  async replace(token: string | undefined, signal: StopSignal): Promise<void> {
    const { host } = this.server;
    if (this.signIn.kind === 'none')
      throw ozError('signInNeeded', { host }, { stage: 'sign-in', status: 401 });
    if (this.#account === undefined)
      throw ozError('tokenRefused', { host }, { stage: 'sign-in', status: 401 });
    if (this.#tokens !== undefined && this.#tokens.accessToken !== token) return;
    await unlessAborted(this.#renewOnce(false), signal);
  }

  /** Takes our secrets out of a text that comes from the server. */
  redact(text: string): string {
    const secrets = [this.#tokens?.accessToken, this.#tokens?.expireToken, this.#account?.password];
    return secrets.reduce<string>(
      (clean, secret) => (secret ? clean.replaceAll(secret, '***') : clean),
      text,
    );
  }

  #endsSoon(): boolean {
    const life = this.#tokens?.lifeMs;
    if (this.#endsAt === undefined || life === undefined) return false;
    return this.#endsAt - performance.now() < Math.min(RENEW_BEFORE_MS, life / 5);
  }

  #renewOnce(mayRefresh: boolean): Promise<void> {
    this.#renewal ??= this.#renew(mayRefresh).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(mayRefresh: boolean): Promise<void> {
    if (this.#refused !== undefined && performance.now() < this.#refused.until) throw this.#refused.error;
    if (mayRefresh && (await this.#refresh())) return;
    this.#tokens = undefined;
    try {
      this.#keep(await this.#logIn());
      this.#refused = undefined;
    } catch (error) {
      if (error instanceof OzError && error.code === 'OZ_AUTH') {
        this.#refused = { error, until: performance.now() + REFUSED_MS };
      }
      throw error;
    }
  }

  #keep(tokens: Tokens): void {
    this.#tokens = tokens;
    this.#endsAt = tokens.lifeMs === undefined ? undefined : performance.now() + tokens.lifeMs;
  }

  /** Reference 1.4. Any failure means: sign in instead. */
  async #refresh(): Promise<boolean> {
    const old = this.#tokens;
    if (old?.expireToken === undefined) return false;
    try {
      const answer = await this.transport.sendNow({
        ...this.#request('authorize/refresh', { expire_token: old.expireToken }),
        headers: { [TOKEN_HEADER]: old.accessToken },
      });
      if (answer.status < 200 || answer.status > 299) return false;
      this.#keep(this.#read(answer));
      return true;
    } catch (error) {
      if (this.closed.aborted) throw error;
      return false;
    }
  }

  /** Reference 1.2. Every 2xx counts: the status of a successful sign-in is not documented. */
  async #logIn(): Promise<Tokens> {
    const { email, password } = this.#account ?? { email: '', password: '' };
    const { host } = this.server;
    const answer = await this.transport.sendNow(
      this.#request('authorize/auth', { credentials: { email, password } }),
    );
    const { status } = answer;
    if (status >= 200 && status <= 299) return this.#read(answer);
    const refused = errorFromResponse(answer, host, 'sign-in', 'account');
    // What the server says to a sign-in may repeat what was sent, so its words are left out.
    const { apiMessage: _, ...details } = refused.cause;
    if (status === 401 || status === 403 || details.apiCode === 15) {
      throw ozError('signInRefused', { host }, details);
    }
    if (refused.key === 'routeMissing') throw ozError('notOz', { host }, details);
    if (refused.code === 'OZ_REJECTED') {
      throw ozError('rejected', { host, status, reason: `sign-in refused` }, details);
    }
    throw refused;
  }

  #read(answer: HttpResponse): Tokens {
    const tokens = readTokens(parseJson(answer, this.server.host, 'sign-in'), answer.headers['date']);
    if (tokens === undefined) {
      throw ozError('notOz', { host: this.server.host }, { stage: 'sign-in', status: answer.status });
    }
    return tokens;
  }

  #request(path: string, body: object): HttpRequest {
    return {
      stage: 'sign-in',
      method: 'POST',
      url: this.server.api(path),
      body: jsonBody(body),
      lane: 'quick',
      idempotent: true,
      signal: this.closed,
    };
  }
}
