import type { Node, NodeAPI, NodeDef } from 'node-red';
import { createClient, type OzClient } from '../../client';
import { toNodeError } from '../shared/errors';
import { isRecord } from '../shared/message';
import type { Config } from '../shared/settings';
import { clientOptions, type AuthCredentials, type AuthNode } from './clientOptions';
import { serveLocalSandbox } from './localSandbox';
import { serveCollections, serveConnectionTest } from './dialogRoutes';

export = (RED: NodeAPI): void => {
  function OzAuth(this: AuthNode, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    // So that logging or inspecting this node, or one that refers to it, does not show the secrets.
    const { credentials } = this;
    Object.defineProperty(this, 'credentials', { value: credentials, writable: true, enumerable: false });
    /** The client, and the TLS and proxy nodes that it was made from. */
    let current: { client: Promise<OzClient>; madeFrom: (Node | null)[] } | undefined;
    /** Clients of earlier TLS and proxy settings: messages may still be under way in them. */
    const earlier: Promise<OzClient>[] = [];

    const config: Config = { ...def };
    const text = (field: string): string => {
      const value = config[field];
      return typeof value === 'string' ? value : '';
    };
    this.users = {};
    this.reach = { url: text('url'), tls: text('tls'), proxy: text('proxy') };
    this.client = () => {
      // A deploy may replace these without restarting this node, as when an environment variable chooses them.
      const madeFrom = [text('tls'), text('proxy')].map((id) => (id === '' ? null : RED.nodes.getNode(id)));
      if (current?.madeFrom.some((node, index) => node !== madeFrom[index])) {
        earlier.push(current.client);
        current = undefined;
      }
      current ??= { client: makeClient(RED, this, config), madeFrom };
      return current.client;
    };

    this.on('close', (_removed: boolean, done: () => void) => {
      const clients = current === undefined ? earlier : [...earlier, current.client];
      const closeOne = (client: Promise<OzClient>): Promise<void> =>
        // A client that could not be made has nothing to close.
        client
          .then((made) => made.close())
          .catch((error: unknown) => this.debug(toNodeError(RED, error).message));
      void Promise.all(clients.map(closeOne)).finally(done);
    });
  }

  // The dialog shows the e-mail address again, since it says which account is used; it is a credential nevertheless, so
  // that no export, log or `/flows` answer carries it.
  RED.nodes.registerType<AuthNode, NodeDef, object, AuthCredentials>('oz-auth', OzAuth, {
    credentials: { email: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  });
  serveConnectionTest(RED);
  serveCollections(RED);
  serveLocalSandbox(RED);
};

async function makeClient(RED: NodeAPI, node: AuthNode, config: Config): Promise<OzClient> {
  const options = clientOptions(RED, config, node.credentials);
  return createClient({ ...options, ...(isTraced(RED) && { trace: (line) => node.trace(line) }) });
}

/** Log levels that let lines of level `trace` through. */
const TRACING = new Set<unknown>(['trace', 'audit', 'metric']);

/** Whether any log accepts lines of level `trace`. Node-RED builds each line before it finds that none does. */
function isTraced(RED: NodeAPI): boolean {
  const logs: unknown = RED.settings.logging;
  return Object.values(isRecord(logs) ? logs : {}).some((log) => isRecord(log) && TRACING.has(log['level']));
}
