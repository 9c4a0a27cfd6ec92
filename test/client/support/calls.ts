import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { inspect } from 'node:util';
import sinon from 'sinon';
import { OzError, createClient, type ClientOptions, type OzClient } from '../../../client';
import { ACCOUNT, OzServer } from '../../support/ozServer';

/** Bytes of the smallest thing that passes for a photo. */
export const PHOTO = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
  Buffer.alloc(200, 7),
]);

const PASSWORD = { kind: 'password', ...ACCOUNT } as const;

/** The error a promise ends with; fails when it ends well, or with anything that is no {@link OzError}. */
export async function failure(promise: Promise<unknown>): Promise<OzError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OzError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'it should have failed, but did not' });
}

/** Everything that can be seen of a value, however deep and hidden. */
export function everything(value: unknown): string {
  return inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });
}

/** Gives each test a server and clients that are gone when it ends. */
export class Bench {
  readonly #ends: (() => Promise<void>)[] = [];

  async server(options?: Parameters<typeof OzServer.start>[0]): Promise<OzServer> {
    const server = await OzServer.start(options);
    this.#ends.push(() => server.stop());
    return server;
  }

  /** A server that answers whatever it is told to. */
  async raw(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    return this.listen(server);
  }

  async listen(server: Server): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#ends.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    return `http://127.0.0.1:${address.port}`;
  }

  client(url: string, options: Partial<ClientOptions> = {}): OzClient {
    const client = createClient({ url, signIn: PASSWORD, ...options });
    this.#ends.unshift(() => client.close());
    return client;
  }

  /** A server, and a client that has signed in; no call has been counted yet. */
  async signedIn(options: Partial<ClientOptions> = {}): Promise<{ server: OzServer; client: OzClient }> {
    const server = await this.server();
    const client = this.client(server.url, options);
    await client.folders.list({});
    server.calls.length = 0;
    return { server, client };
  }

  /** Puts the monotonic clock of this process ahead until the test ends. Timers that are running stay as they are. */
  passTime(ms: number): void {
    const now = performance.now.bind(performance);
    const clock = sinon.stub(performance, 'now').callsFake(() => now() + ms);
    this.#ends.push(async () => clock.restore());
  }

  async end(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }
}
