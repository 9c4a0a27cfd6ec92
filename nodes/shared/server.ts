import type { Node, NodeAPI } from 'node-red';
import type { OzClient } from '../../client';
import { nodeError } from './errors';

/** What the other nodes see of an oz-auth node. */
export interface OzServer {
  /** Nodes that use it, by id: Node-RED shows a global config node's errors and statuses in the flows of these. */
  readonly users: Record<string, Node>;
  /** The one client of this server, made at the first call. Rejects with OZ_CONFIG when the settings are unusable. */
  client(): Promise<OzClient>;
}

const isServer = (node: Node | null): node is Node & OzServer =>
  node !== null && node.type === 'oz-auth' && 'client' in node && typeof node.client === 'function';

/** The server a node was told to use. */
export interface ServerLink {
  /** Whether there is one. */
  readonly chosen: boolean;
  /** Rejects with OZ_CONFIG when there is none. */
  client(): Promise<OzClient>;
}

/** The oz-auth node that is deployed now under an id. */
export function findServer(RED: NodeAPI, id: unknown): OzServer | undefined {
  // The types say that there is always a node; the runtime answers null for an unknown or disabled one.
  const found: Node | null = typeof id === 'string' && id !== '' ? RED.nodes.getNode(id) : null;
  return isServer(found) ? found : undefined;
}

/** Looks up the oz-auth node and signs `node` on as its user until it closes. */
export function linkServer(RED: NodeAPI, node: Node, id: unknown): ServerLink {
  const server = findServer(RED, id);
  if (server !== undefined) {
    server.users[node.id] = node;
    node.on('close', () => {
      delete server.users[node.id];
    });
  }
  return {
    chosen: server !== undefined,
    async client() {
      if (server === undefined) throw nodeError('serverMissing');
      return server.client();
    },
  };
}
