import type { Node, NodeAPI } from 'node-red';
import { Server } from '../../client/server';
import { nodeError, toNodeError } from '../shared/errors';
import { isRecord } from '../shared/message';
import type { Config } from '../shared/settings';
import { clientOptions, type AuthCredentials, type AuthNode } from './settings';

/** What the editor shows instead of a secret that is stored and was not typed anew. */
const PLACEHOLDER = '__PWRD__';

/** What the dialog sends: its fields as they are now, deployed or not. */
interface TestRequest {
  id: string;
  url: string;
  auth: string;
  email: string;
  password: string;
  token: string;
  tls: string;
  proxy: string;
  timeout: string;
}

type TestAnswer = { ok: true } | { ok: false; code: string; message: string };

/**
 * The *Test connection* button of the dialog: `POST /oz-auth/test`, for those who may deploy. Answers 200 with
 * `{ ok: true }` or `{ ok: false, code, message }`; no answer holds a secret.
 */
export function serveConnectionTest(RED: NodeAPI): void {
  RED.httpAdmin.post('/oz-auth/test', RED.auth.needsPermission('flows.write'), (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    void testConnection(RED, readRequest(request.body), gone.signal).then((answer) => response.json(answer));
  });
}

/** Never rejects. */
async function testConnection(RED: NodeAPI, request: TestRequest, signal: AbortSignal): Promise<TestAnswer> {
  try {
    const deployed = deployedNode(RED, request.id);
    const fill = (text: string): string => fillEnvironment(RED, deployed, text);
    const config: Config = { ...request, url: fill(request.url) };
    const credentials = secretsFor(request, config, deployed, fill);
    const { createClient } = await import('../../client/index.js');
    const client = createClient(clientOptions(RED, config, credentials));
    try {
      await client.testConnection({ signal });
    } finally {
      await client.close();
    }
    return { ok: true };
  } catch (error) {
    const { code, message } = toNodeError(RED, error);
    return { ok: false, code, message };
  }
}

function readRequest(body: unknown): TestRequest {
  const field = (name: keyof TestRequest): string => {
    const value = isRecord(body) ? body[name] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return {
    id: field('id'),
    url: field('url'),
    auth: field('auth'),
    email: field('email'),
    password: field('password'),
    token: field('token'),
    tls: field('tls'),
    proxy: field('proxy'),
    timeout: field('timeout'),
  };
}

const isAuthNode = (node: Node | null): node is AuthNode =>
  node !== null && node.type === 'oz-auth' && 'reach' in node;

function deployedNode(RED: NodeAPI, id: string): AuthNode | undefined {
  const node: Node | null = id === '' ? null : RED.nodes.getNode(id);
  return isAuthNode(node) ? node : undefined;
}

/**
 * `${NAME}` alone stands for an environment variable, as in a deployed node. That tells nothing to a person who may
 * deploy and so can read the variable anyway.
 */
function fillEnvironment(RED: NodeAPI, node: AuthNode | undefined, text: string): string {
  const name = /^\$\{([^}]+)\}$/.exec(text.trim())?.[1];
  if (name === undefined) return text;
  const value: unknown =
    node === undefined ? process.env[name] : RED.util.evaluateNodeProperty(name, 'env', node, {});
  return typeof value === 'string' ? value : '';
}

/**
 * The secrets to try. A stored one stands in for its placeholder only on the way it was deployed for (same server
 * address, TLS and proxy settings), so that changing the address in the dialog sends it nowhere else.
 */
function secretsFor(
  request: TestRequest,
  config: Config,
  deployed: AuthNode | undefined,
  fill: (text: string) => string,
): AuthCredentials {
  const secret = (name: keyof AuthCredentials): string => {
    if (request[name] !== PLACEHOLDER) return fill(request[name]);
    if (deployed === undefined || !sameWay(config, deployed)) throw nodeError('secretNotSent');
    return deployed.credentials[name] ?? '';
  };
  if (request.auth === 'token') return { token: secret('token') };
  if (request.auth === 'none' || request.auth === 'sandbox') return {};
  return { email: secret('email'), password: secret('password') };
}

function sameWay(config: Config, deployed: AuthNode): boolean {
  const address = (url: unknown): string => new Server(typeof url === 'string' ? url : '', false).api('');
  const { url, tls, proxy } = deployed.reach;
  return address(config['url']) === address(url) && config['tls'] === tls && config['proxy'] === proxy;
}
