import type { NodeAPI } from 'node-red';
import { apiAddress, createClient, type OzClient } from '../../client';
import { nodeError, toNodeError } from '../shared/errors';
import { isRecord } from '../shared/message';
import type { Config } from '../shared/settings';
import { readHeld, scopeOf, type Deployed } from './scope';
import { clientOptions, type AuthCredentials } from './clientOptions';

/** What the editor shows instead of a secret that is stored and was not typed again. */
const PLACEHOLDER = '__PWRD__';

/** A server node as the editor holds it now, deployed or not. */
interface ServerInEditor {
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

/** An answer never holds a secret. */
type DialogAnswer<T> = ({ ok: true } & T) | { ok: false; code: string; message: string };

/**
 * Lets a dialog ask a server before anything is deployed: `POST <path>` for those who may deploy, with the server node as
 * the editor holds it. Answers 200 with what `work` finds, or with `{ ok: false, code, message }`.
 */
export function serveDialog<T extends object>(
  RED: NodeAPI,
  path: string,
  work: (client: OzClient, signal: AbortSignal) => Promise<T>,
): void {
  RED.httpAdmin.post(path, RED.auth.needsPermission('flows.write'), (request, response) => {
    // A form on another web site cannot send JSON. It could have the environment's secrets sent wherever it likes.
    if (!request.is('json')) {
      response.sendStatus(415);
      return;
    }
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    void answer(RED, request.body, (client) => work(client, gone.signal)).then((found) =>
      response.json(found),
    );
  });
}

/** Never rejects. */
async function answer<T extends object>(
  RED: NodeAPI,
  body: unknown,
  work: (client: OzClient) => Promise<T>,
): Promise<DialogAnswer<T>> {
  try {
    const server = readServer(body);
    const held = readHeld(isRecord(body) ? body['env'] : undefined);
    const { deployed, fill } = scopeOf(RED, server.id, server.z, held);
    const config: Config = { ...server, url: fill(server.url) };
    const credentials = secretsFor(server, config, deployed, fill);
    const client = createClient(clientOptions(RED, config, credentials));
    try {
      return { ok: true, ...(await work(client)) };
    } finally {
      await client.close();
    }
  } catch (error) {
    const { code, message } = toNodeError(RED, error);
    return { ok: false, code, message };
  }
}

function readServer(body: unknown): ServerInEditor {
  const field = (name: keyof ServerInEditor): string => {
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
  server: ServerInEditor,
  config: Config,
  deployed: Deployed | undefined,
  fill: (text: string) => string,
): AuthCredentials {
  const secret = (name: keyof AuthCredentials): string => {
    if (server[name] !== PLACEHOLDER) return fill(server[name]);
    if (deployed === undefined || !sameWay(config, deployed)) throw nodeError('secretNotSent');
    return deployed.credentials[name] ?? '';
  };
  if (server.api === 'lite') return {};
  if (server.auth === 'token') return { token: secret('token') };
  if (server.auth === 'none' || server.auth === 'sandbox') return {};
  return { email: secret('email'), password: secret('password') };
}

function sameWay(config: Config, deployed: Deployed): boolean {
  const address = (url: unknown): string => apiAddress(typeof url === 'string' ? url : '');
  const { url, tls, proxy } = deployed.reach;
  return address(config['url']) === address(url) && config['tls'] === tls && config['proxy'] === proxy;
}
