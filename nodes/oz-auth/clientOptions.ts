import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { ClientOptions, ProxyOptions, SignIn } from '../../client';
import { readGestures } from '../shared/bestShotState';
import { nodeError } from '../shared/errors';
import { isDisabled, type OzServer } from '../shared/server';
import { settingsOf, type Config, type Settings } from '../shared/settings';
import { isRecord } from '../shared/message';
import { PROPERTIES } from './properties';

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
  /** Where its secrets go, and how they get there. Empty texts for what is not chosen. */
  reach: { url: string; tls: string; proxy: string };
}

const MEGABYTE = 1024 * 1024;

/** Everything the client needs, from an oz-auth node's flow properties and credentials. Throws OZ_CONFIG. */
export function clientOptions(RED: NodeAPI, config: Config, credentials: AuthCredentials): ClientOptions {
  const settings = settingsOf(PROPERTIES, config);
  const tls = tlsOptions(RED, settings.tls);
  const proxy = proxyOptions(RED, settings.proxy);
  return {
    url: settings.url.trim(),
    api: settings.api,
    signIn: signIn(settings, credentials),
    ...(tls === undefined ? {} : { tls }),
    proxy,
    timeoutMs: settings.timeout * 1000,
    maxParallel: settings.maxParallel,
    maxFileBytes: settings.maxFileMB * MEGABYTE,
    maxFiles: settings.maxFiles,
    rebaseUrls: settings.rebaseUrls,
    ...filePlaces(RED, config),
    mediaHosts: hostsOf(config['mediaHosts']),
    bestShotGestures: readGestures(settings.bestShotGestures),
  };
}

/** Host names separated by commas. The client checks each. */
function hostsOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'string')
    throw nodeError('settingInvalid', { field: 'mediaHosts', value: typeof value });
  return value.split(/[,\s]+/).filter((host) => host !== '');
}

/**
 * Where media files may be read from. The folder of settings.js is the operator's word: a flow's own can only narrow it.
 * Throws OZ_CONFIG when either cannot be a folder, because then the limit that somebody wanted would not hold.
 */
function filePlaces(RED: NodeAPI, config: Config): Pick<ClientOptions, 'mediaFolders' | 'workingDirectory'> {
  const workingDirectory = ownSetting(RED, 'fileWorkingDirectory');
  const operators = folderOf(ownSetting(RED, 'ozMediaFolder'), 'ozMediaFolder');
  const own = folderOf(config['mediaFolder'], 'mediaFolder');
  const at = (folder: string): string =>
    resolve(typeof workingDirectory === 'string' ? workingDirectory : '', folder);
  const narrows = operators === undefined || (own !== undefined && isBelow(at(operators), at(own)));
  const mediaFolders = [operators, narrows ? own : undefined].filter((folder) => folder !== undefined);
  return {
    mediaFolders,
    ...(typeof workingDirectory === 'string' && workingDirectory !== '' ? { workingDirectory } : {}),
  };
}

/** A property of settings.js that the types of Node-RED do not know. */
const ownSetting = (RED: NodeAPI, name: string): unknown => Reflect.get(RED.settings, name);

function folderOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw nodeError('settingInvalid', { field, value: typeof value });
}

const isBelow = (folder: string, path: string): boolean => {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

function signIn(settings: Settings<typeof PROPERTIES>, credentials: AuthCredentials): SignIn {
  const text = (name: keyof AuthCredentials): string => {
    const value: unknown = credentials[name];
    // An environment variable of a flow has its own type, and a password may be all digits.
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  switch (settings.auth) {
    case 'password':
      return { kind: 'password', email: text('email'), password: text('password') };
    case 'token':
      return { kind: 'token', token: text('token') };
    case 'none':
      return { kind: 'none' };
    case 'sandbox':
      return { kind: 'sandbox' };
  }
}

/** The config node that was chosen, if one was. Throws OZ_CONFIG when it was but is not there. */
function chosenNode(RED: NodeAPI, id: string, type: string): Node | undefined {
  if (id === '') return undefined;
  const node: Node | null = RED.nodes.getNode(id);
  if (node === null || node.type !== type)
    throw nodeError(isDisabled(RED, id) ? 'configNodeDisabled' : 'configNodeMissing', { type });
  return node;
}

/** What core's tls-config node adds to the options of an `https.Agent`. */
function tlsOptions(RED: NodeAPI, id: string): ClientOptions['tls'] {
  const node = chosenNode(RED, id, 'tls-config');
  if (node === undefined || !('addTLSOptions' in node) || typeof node.addTLSOptions !== 'function')
    return undefined;
  const options: unknown = node.addTLSOptions({});
  return isRecord(options) ? options : undefined;
}

/** The settings of core's http proxy node; without one, those of the environment, as for core's http request. */
function proxyOptions(RED: NodeAPI, id: string): ProxyOptions | 'environment' {
  const node = chosenNode(RED, id, 'http proxy');
  if (node === undefined) return 'environment';
  const { username, password }: { username?: unknown; password?: unknown } = node.credentials ?? {};
  const noProxy = 'noproxy' in node && Array.isArray(node.noproxy) ? node.noproxy : [];
  return {
    url: 'url' in node && typeof node.url === 'string' ? node.url : '',
    ...(typeof username === 'string' && username !== '' ? { username } : {}),
    ...(typeof password === 'string' && password !== '' ? { password } : {}),
    noProxy: noProxy.filter((host): host is string => typeof host === 'string' && host !== ''),
  };
}
