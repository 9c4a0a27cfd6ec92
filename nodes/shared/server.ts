import type { Node, NodeAPI } from 'node-red';
import type { OzClient } from '../../client';
import { nodeError } from './errors';
import { onFlowsStarted } from './flowsStarted';
import type { Config } from './settings';

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
  /** What is wrong with the choice, if anything is; looked up each time. */
  problem(): 'serverMissing' | 'serverDisabled' | 'serverNotDeployed' | undefined;
  /** The client of the oz-auth node that is deployed now. Rejects with OZ_CONFIG when there is none. */
  client(): Promise<OzClient>;
}

/** The oz-auth node that is deployed now under an id. */
export function findServer(RED: NodeAPI, id: unknown): OzServer | undefined {
  // The types say that there is always a node; the runtime answers null for an unknown or disabled one.
  const found: Node | null = typeof id === 'string' && id !== '' ? RED.nodes.getNode(id) : null;
  return isServer(found) ? found : undefined;
}

/**
 * Looks up the oz-auth node for every message: a deploy may replace, disable or add it without restarting `node`, as
 * when the choice comes from an environment variable. Signs `node` on as its user until it closes.
 */
export function linkServer(RED: NodeAPI, node: Node, id: unknown): ServerLink {
  let linked: OzServer | undefined;
  const find = (): OzServer | undefined => {
    const server = findServer(RED, id);
    if (server !== linked) {
      if (linked !== undefined) delete linked.users[node.id];
      if (server !== undefined) server.users[node.id] = node;
      linked = server;
    }
    return server;
  };
  const problem = (): ReturnType<ServerLink['problem']> => {
    if (find() !== undefined) return undefined;
    if (typeof id !== 'string' || id === '') return 'serverMissing';
    return isDisabled(RED, id) ? 'serverDisabled' : 'serverNotDeployed';
  };
  find();
  const unsubscribe = onFlowsStarted(RED, find);
  node.on('close', () => {
    unsubscribe();
    if (linked !== undefined) delete linked.users[node.id];
    linked = undefined;
  });
  return {
    problem,
    async client() {
      const server = find();
      if (server === undefined) throw nodeError(problem() ?? 'serverMissing');
      return server.client();
    },
  };
}

/** Whether a node that does not run is in the flows all the same: disabled itself, or with its tab. */
export function isDisabled(RED: NodeAPI, id: string): boolean {
  const disabled = new Set<string>();
  const meant: { id: string; tab: unknown }[] = [];
  RED.nodes.eachNode((definition) => {
    const { d, disabled: tabDisabled, z }: Config = { ...definition };
    // Disabling a group in the editor disables the nodes in it one by one.
    if (d === true || tabDisabled === true) disabled.add(definition.id);
    // Within a subflow, the id of the instance comes first.
    if (definition.id === id || id.endsWith(`-${definition.id}`)) meant.push({ id: definition.id, tab: z });
  });
  return meant.some(
    ({ id: own, tab }) => disabled.has(own) || (typeof tab === 'string' && disabled.has(tab)),
  );
}
