import { pause, unlessAborted } from '../abort';
import { OzError } from '../errors/ozError';
import { ozError } from '../errors/errorMessages';
import type { Server } from '../server';
import { jsonBody, parseJson } from '../transport/json';
import { errorFromResponse, withoutText } from '../errors/errorFromResponse';
import type { HttpResponse, HttpRequest, Signature, Signer } from '../transport/request';
import type { Transport } from '../transport/transport';
import { readTokens, type Tokens } from '../wire/tokens';
import { redactor } from './redact';
import { accountOf, type Account, type SignIn } from './signIn';

/** Header of every authenticated call (docs/oz-api.md 1.3; one page of the docs misprints it). */
const TOKEN_HEADER = 'X-Forensic-Access-Token';

/** A token is renewed when less than this is left of its life. */
const RENEW_BEFORE_MS = 60_000;
/** After a refused sign-in, further requests fail at once for this long: hammering locks accounts. */
const REFUSED_MS = 3000;
/** A token refused this soon, and never accepted before, was worthless from the start. */
const FRESH_MS = 1000;
/**
 * Signing in is given up after this many tokens in a row that were worthless from the start, over at least this long.
 * Fewer occur where somebody revokes sessions again and again.
 */
const MANY_WORTHLESS_TOKENS = 4;
const WORTHLESS_MS = 4000;
/** From the second worthless token on, the next sign-in waits, each time twice as long up to the maximum. */
const FIRST_WORTHLESS_PAUSE_MS = 250;
const MAX_WORTHLESS_PAUSE_MS = 1000;
/** How often one request may meet a token that was revoked meanwhile. */
const MAX_REFUSALS = 8;
/** How many replaced tokens are still redacted, since a server may repeat one. */
const REMEMBERED_SECRETS = 16;

/**
 * Signs requests. Signs in when the first request needs it, once for all that wait; follows the sliding expiry;
 * renews shortly before the end; signs in again when the server no longer knows the token. Tokens stay in memory.
 */
export class Session implements Signer {
  readonly #account: Account | undefined;
  #tokens: Tokens | undefined;
  /** When the current token was obtained, and whether the server has taken it since. */
  #obtainedAt = -Infinity;
  #accepted = false;
  /** Tokens in a row that were refused while fresh. */
  #worthless = 0;
  #worthlessSince = 0;
  /** When the token ends by this machine's monotonic clock; undefined when the server did not say. */
  #endsAt: number | undefined;
  #renewal: Promise<void> | undefined;
  #refused: { error: OzError; until: number } | undefined;
  #secrets: (string | undefined)[] = [];
  #redact: ((text: string) => string) | undefined;

  readonly #signIn: SignIn;
  readonly #server: Server;
  readonly #transport: Transport;
  /** Ends a sign-in under way when the client is closed. */
  readonly #closed: AbortSignal;
  readonly #otherSecrets: () => readonly string[];

  /**
   * @param otherSecrets what else requests carry that must not be repeated: the proxy's sign-in
   * @throws OZ_CONFIG
   */
  constructor(
    signIn: SignIn,
    server: Server,
    transport: Transport,
    closed: AbortSignal,
    otherSecrets: () => readonly string[],
  ) {
    this.#signIn = signIn;
    this.#server = server;
    this.#transport = transport;
    this.#closed = closed;
    this.#otherSecrets = otherSecrets;
    this.#account = accountOf(signIn, server);
    if (signIn.kind === 'token') this.#keep({ accessToken: signIn.token });
  }

  /** Who signs in; undefined with a token, and without a sign-in. */
  get email(): string | undefined {
    return this.#account?.email;
  }

  async sign(signal: AbortSignal): Promise<Signature> {
    if (this.#account !== undefined) {
      while (this.#renewal !== undefined || this.#tokens === undefined || this.#endsSoon()) {
        await unlessAborted(this.#renewOnce(this.#tokens !== undefined), signal);
      }
    }
    const token = this.#tokens?.accessToken;
    return { token, headers: token === undefined ? {} : { [TOKEN_HEADER]: token } };
  }

  /** The server's clock for the token starts again with each use (docs/oz-api.md 1.3). */
  accepted({ token }: Signature): void {
    if (token === undefined || this.#tokens?.accessToken !== token) return;
    this.#accepted = true;
    this.#worthless = 0;
    if (this.#tokens.lifeMs !== undefined) this.#endsAt = performance.now() + this.#tokens.lifeMs;
  }

  async refused({ token }: Signature, refusals: number, stage: string, signal: AbortSignal): Promise<void> {
    const { host } = this.#server;
    if (this.#signIn.kind === 'none')
      throw ozError('signInNeeded', { host }, { stage: 'sign-in', status: 401 });
    if (this.#account === undefined)
      throw ozError('tokenRefused', { host }, { stage: 'sign-in', status: 401 });
    const sessionRefused = ozError('sessionRefused', { host }, { stage, status: 401 });
    if (refusals >= MAX_REFUSALS) throw sessionRefused;
    // It was replaced while the request was under way; the next try uses the new one.
    if (this.#tokens?.accessToken !== token) return;
    const now = performance.now();
    const fresh = !this.#accepted && now - this.#obtainedAt < FRESH_MS;
    if (fresh && this.#worthless === 0) this.#worthlessSince = now;
    this.#worthless = fresh ? this.#worthless + 1 : 0;
    this.#tokens = undefined;
    if (this.#worthless >= MANY_WORTHLESS_TOKENS && now - this.#worthlessSince >= WORTHLESS_MS) {
      this.#worthless = 0;
      this.#refused = { error: sessionRefused, until: now + REFUSED_MS };
      throw sessionRefused;
    }
    await unlessAborted(this.#renewOnce(false), signal);
  }

  /** Takes our secrets out of a text that comes from the server. */
  redact(text: string): string {
    this.#redact ??= redactor([
      this.#account?.email,
      this.#account?.password,
      ...this.#secrets,
      ...this.#otherSecrets(),
    ]);
    return this.#redact(text);
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
    if (this.#worthless > 1) await pause(worthlessPauseMs(this.#worthless), this.#closed);
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
    this.#accepted = false;
    this.#obtainedAt = performance.now();
    this.#endsAt = tokens.lifeMs === undefined ? undefined : this.#obtainedAt + tokens.lifeMs;
    this.#secrets = [tokens.accessToken, tokens.expireToken, ...this.#secrets].slice(0, REMEMBERED_SECRETS);
    this.#redact = undefined;
  }

  /** docs/oz-api.md 1.4. Any failure means: sign in instead. */
  async #refresh(): Promise<boolean> {
    const old = this.#tokens;
    if (old?.expireToken === undefined) return false;
    try {
      const answer = await this.#transport.sendNow({
        ...this.#request('authorize/refresh', { expire_token: old.expireToken }),
        headers: { [TOKEN_HEADER]: old.accessToken },
        // If it fails, signing in is quicker than a repeat.
        idempotent: false,
        awaitedByMany: false,
      });
      if (answer.status < 200 || answer.status > 299) return false;
      this.#keep(this.#read(answer));
      return true;
    } catch (error) {
      if (this.#closed.aborted) throw error;
      return false;
    }
  }

  /** docs/oz-api.md 1.2. Every 2xx counts: the status of a successful sign-in is not documented. */
  async #logIn(): Promise<Tokens> {
    const { email, password } = this.#account ?? { email: '', password: '' };
    const { host } = this.#server;
    const answer = await this.#transport.sendNow(
      this.#request('authorize/auth', { credentials: { email, password } }),
    );
    const { status } = answer;
    if (status >= 200 && status <= 299) return this.#read(answer);
    // The server's words may repeat what was sent, so none of them go into the error.
    const refused = errorFromResponse(withoutText(answer, host), host, 'sign-in', 'account', (text) =>
      this.redact(text),
    );
    const details = refused.cause;
    if (refused.key === 'notJson') throw refused;
    if (status === 401 || status === 403 || details.apiCode === 15) {
      throw ozError('signInRefused', { host }, details);
    }
    if (refused.key === 'routeMissing') throw ozError('notOz', { host }, details);
    if (refused.code === 'OZ_REJECTED') {
      throw ozError('rejected', { host, status, reason: 'sign-in refused' }, details);
    }
    throw refused;
  }

  #read(answer: HttpResponse): Tokens {
    const { host } = this.#server;
    const json = parseJson(answer, host, 'sign-in', () => 'unknown type');
    const tokens = readTokens(json, answer.headers['date']);
    if (tokens === undefined) {
      throw ozError('notOz', { host }, { stage: 'sign-in', status: answer.status });
    }
    return tokens;
  }

  #request(path: string, body: object): HttpRequest {
    return {
      stage: 'sign-in',
      method: 'POST',
      url: this.#server.api(path),
      body: jsonBody(body),
      lane: 'quick',
      idempotent: true,
      awaitedByMany: true,
      signal: this.#closed,
    };
  }
}

/** Random, so that it does not fall into step with whoever revokes. */
function worthlessPauseMs(tokens: number): number {
  const maxMs = Math.min(FIRST_WORTHLESS_PAUSE_MS * 2 ** (tokens - 2), MAX_WORTHLESS_PAUSE_MS);
  return maxMs * (0.5 + Math.random() / 2);
}
