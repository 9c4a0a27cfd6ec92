import type { Node, NodeAPI } from 'node-red';
import type { ClientOptions, SignIn } from '../../client';
import { nodeError } from '../shared/errors';
import type { OzServer } from '../shared/server';
import { configChoice, configFlag, configNumber, type Config } from '../shared/options';
import { isRecord } from '../shared/message';

/** Typed as credentials; any of them may be missing at run time. */
export interface AuthCredentials {
  email?: string;
  password?: string;
  token?: string;
}

/** The deployed config node. */
export interface AuthNode extends Node<AuthCredentials> {
  users: OzServer['users'];
  client: OzServer['client'];
  /** Where its secrets go, and by which way. Empty texts for what is not chosen. */
  reach: { url: string; tls: string; proxy: string };
}

const AUTH_KINDS = ['password', 'token', 'none', 'sandbox'] as const;

const MEGABYTE = 1024 * 1024;

/** Everything the client needs, out of an oz-auth node's flow properties and credentials. Throws OZ_CONFIG. */
export function clientOptions(RED: NodeAPI, config: Config, credentials: AuthCredentials): ClientOptions {
  const tls = tlsOptions(RED, config['tls']);
  const proxy = proxyOptions(RED, config['proxy']);
  return {
    url: typeof config['url'] === 'string' ? config['url'].trim() : '',
    signIn: signIn(config, credentials),
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    timeoutMs: configNumber(config, 'timeout', 30, { min: 1, max: 3600 }) * 1000,
    maxParallel: configNumber(config, 'maxParallel', 8, { min: 1, max: 256 }),
    maxFileBytes: configNumber(config, 'maxFileMB', 10, { min: 0.001, max: 100_000 }) * MEGABYTE,
    maxFiles: configNumber(config, 'maxFiles', 10, { min: 1, max: 10_000 }),
    rebaseUrls: configFlag(config, 'rebaseUrls', false),
  };
}

function signIn(config: Config, credentials: AuthCredentials): SignIn {
  switch (configChoice(config, 'auth', AUTH_KINDS, 'password')) {
    case 'password':
      return { kind: 'password', email: credentials.email ?? '', password: credentials.password ?? '' };
    case 'token':
      return { kind: 'token', token: credentials.token ?? '' };
    case 'none':
      return { kind: 'none' };
    case 'sandbox':
      return { kind: 'sandbox' };
  }
}

/** The config node that was chosen, if one was. Throws OZ_CONFIG when it was but is not there. */
function chosenNode(RED: NodeAPI, id: unknown, type: string): Node | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node: Node | null = RED.nodes.getNode(id);
  if (node === null || node.type !== type) throw nodeError('configNodeMissing', { type });
  return node;
}

/** What core's tls-config node adds to the options of an `https.Agent`. */
function tlsOptions(RED: NodeAPI, id: unknown): ClientOptions['tls'] {
  const node = chosenNode(RED, id, 'tls-config');
  if (node === undefined || !('addTLSOptions' in node) || typeof node.addTLSOptions !== 'function')
    return undefined;
  const options: unknown = node.addTLSOptions({});
  return isRecord(options) ? options : undefined;
}

/** The settings of core's http proxy node. */
function proxyOptions(RED: NodeAPI, id: unknown): ClientOptions['proxy'] {
  const node = chosenNode(RED, id, 'http proxy');
  if (node === undefined) return undefined;
  const { username, password }: { username?: unknown; password?: unknown } = node.credentials ?? {};
  const noProxy = 'noproxy' in node && Array.isArray(node.noproxy) ? node.noproxy : [];
  return {
    url: 'url' in node && typeof node.url === 'string' ? node.url : '',
    ...(typeof username === 'string' && username !== '' ? { username } : {}),
    ...(typeof password === 'string' && password !== '' ? { password } : {}),
    noProxy: noProxy.filter((host): host is string => typeof host === 'string' && host !== ''),
  };
}
