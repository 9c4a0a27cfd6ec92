import type { Node, NodeAPI } from 'node-red';
import { isRecord } from '../shared/message';
import type { AuthNode } from './clientOptions';

/** Both spellings that Node-RED fills in the properties of a deployed node. */
const WHOLE_VARIABLE = /^\$(?:\{(\S+)\}|\((\S+)\))$/;

/** Maximum nesting of subflows that is followed. */
const MAX_NESTING = 10;

const isAuthNode = (node: Node | null | undefined): node is AuthNode =>
  node !== null && node !== undefined && node.type === 'oz-auth' && 'reach' in node;

/** A deployed node's secrets, and where they go. */
export type Deployed = Pick<AuthNode, 'credentials' | 'reach'>;

/** The runtime's side of a node in a dialog: the deployed node, and the environment variables that it sees. */
interface Scope {
  /** The running node, within a subflow the one of its first instance; else as it is saved. */
  deployed: Deployed | undefined;
  /** The value of a text that is nothing but an environment variable; any other text as it is. */
  readonly fill: (text: string) => string;
}

/**
 * @param z id of the tab or subflow that holds the node, empty for one that is there for all flows
 * @param held environment variables of `z` and of all flows as the editor holds them, deployed or not
 */
export function scopeOf(RED: NodeAPI, id: string, z: string, held: Readonly<Record<string, string>>): Scope {
  const configs: Record<string, unknown>[] = [];
  RED.nodes.eachNode((config) => configs.push({ ...config }));
  const node = (one: string): Node | undefined =>
    one === '' ? undefined : (RED.nodes.getNode(one) ?? undefined);
  const instances = realIds(configs, z).map((instance) => ({
    node: node(instance),
    auth: node(`${instance}-${id}`),
  }));
  const own = [node(id), ...instances.map(({ auth }) => auth)].find(isAuthNode);
  const inSubflow = configs.some(({ type }) => type === `subflow:${z}`);
  const anyNode = (matches: (config: Record<string, unknown>) => boolean): Node | undefined =>
    configs
      .filter(matches)
      .map((config) => node(String(config['id'])))
      .find((found) => found !== undefined);
  const seer =
    own ??
    instances.find((instance) => instance.node !== undefined)?.node ??
    (z === '' ? undefined : anyNode((config) => config['z'] === z)) ??
    anyNode(({ type }) => type === 'global-config');

  const running = (name: string): unknown =>
    seer === undefined ? process.env[name] : RED.util.evaluateNodeProperty(name, 'env', seer, {});
  const inEditor = (name: string): string | undefined => (Object.hasOwn(held, name) ? held[name] : undefined);
  // An instance of a subflow may set it otherwise than the subflow itself does.
  const seen = (name: string): unknown =>
    inSubflow ? (given(running(name)) ?? inEditor(name)) : (inEditor(name) ?? running(name));
  return { deployed: own ?? saved(RED, id, configs, running), fill: (text) => filled(text, seen) };
}

/**
 * A node that is disabled, or whose flows are stopped, as in safe mode. What the editor says of its variables is not
 * asked: it could lead the stored secrets elsewhere.
 */
function saved(
  RED: NodeAPI,
  id: string,
  configs: readonly Record<string, unknown>[],
  running: (name: string) => unknown,
): Deployed | undefined {
  const config = configs.find((one) => one['id'] === id && one['type'] === 'oz-auth');
  if (config === undefined) return undefined;
  const credentials: unknown = RED.nodes.getCredentials(id);
  const text = (of: unknown, field: string): string => {
    const value = isRecord(of) ? of[field] : undefined;
    return typeof value === 'string' ? filled(value, running) : '';
  };
  return {
    reach: { url: text(config, 'url'), tls: text(config, 'tls'), proxy: text(config, 'proxy') },
    credentials: {
      email: text(credentials, 'email'),
      password: text(credentials, 'password'),
      token: text(credentials, 'token'),
    },
  };
}

function filled(text: string, valueOf: (name: string) => unknown): string {
  const found = WHOLE_VARIABLE.exec(text.trim());
  const name = found?.[1] ?? found?.[2];
  if (name === undefined) return text;
  const value = valueOf(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** For an unknown variable Node-RED returns an empty text. */
const given = (value: unknown): unknown => (value === '' ? undefined : value);

/** Ids of the running instances of a subflow: within another one, the id of that one's instance comes first. */
function realIds(configs: readonly Record<string, unknown>[], subflow: string, nesting = 0): string[] {
  if (subflow === '' || nesting > MAX_NESTING) return [];
  return configs
    .filter(({ type }) => type === `subflow:${subflow}`)
    .flatMap(({ id, z }) => [
      String(id),
      ...realIds(configs, String(z), nesting + 1).map((outer) => `${outer}-${String(id)}`),
    ]);
}

/** The environment variables that the editor sent. */
export function readHeld(value: unknown): Record<string, string> {
  const entries = Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
