import type { NodeAPI } from 'node-red';
import { apiAddress, createClient, type ConnectionReport } from '../../client';
import { nodeError, toNodeError } from '../shared/errors';
import { isRecord } from '../shared/message';
import type { Config } from '../shared/settings';
import { readHeld, scopeOf } from './scope';
import { clientOptions, type AuthCredentials, type AuthNode } from './settings';

/** What the editor shows instead of a secret that is stored and was not typed anew. */
const PLACEHOLDER = '__PWRD__';

/** What the dialog sends: its fields as they are now, deployed or not. */
interface TestRequest {
  id: string;
  /** Id of the tab or subflow that holds the node. */
  z: string;
  url: string;
  api: string;
  auth: string;
  email: string;
  password: string;
  token: string;
  tls: string;
  proxy: string;
  timeout: string;
}

/** The client's report, or what is wrong. */
type TestAnswer = ({ ok: true } & ConnectionReport) | { ok: false; code: string; message: string };

/**
 * The *Test connection* button of the dialog: `POST /oz-auth/test`, for those who may deploy. Answers 200 with
 * `{ ok: true, way, api, signedIn }` or `{ ok: false, code, message }`; no answer holds a secret.
 */
export function serveConnectionTest(RED: NodeAPI): void {
  RED.httpAdmin.post('/oz-auth/test', RED.auth.needsPermission('flows.write'), (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const held = readHeld(isRecord(request.body) ? request.body['env'] : undefined);
    void testConnection(RED, readRequest(request.body), held, gone.signal).then((answer) =>
      response.json(answer),
    );
  });
}

/** Never rejects. */
async function testConnection(
  RED: NodeAPI,
  request: TestRequest,
  held: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TestAnswer> {
  try {
    const { deployed, fill } = scopeOf(RED, request.id, request.z, held);
    const config: Config = { ...request, url: fill(request.url) };
    const credentials = secretsFor(request, config, deployed, fill);
    const client = createClient(clientOptions(RED, config, credentials));
    try {
      return { ok: true, ...(await client.testConnection({ signal })) };
    } finally {
      await client.close();
    }
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
    z: field('z'),
    url: field('url'),
    api: field('api'),
    auth: field('auth'),
    email: field('email'),
    password: field('password'),
    token: field('token'),
    tls: field('tls'),
    proxy: field('proxy'),
    timeout: field('timeout'),
  };
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
  if (request.api === 'lite') return {};
  if (request.auth === 'token') return { token: secret('token') };
  if (request.auth === 'none' || request.auth === 'sandbox') return {};
  return { email: secret('email'), password: secret('password') };
}

function sameWay(config: Config, deployed: AuthNode): boolean {
  const address = (url: unknown): string => apiAddress(typeof url === 'string' ? url : '');
  const { url, tls, proxy } = deployed.reach;
  return address(config['url']) === address(url) && config['tls'] === tls && config['proxy'] === proxy;
}
