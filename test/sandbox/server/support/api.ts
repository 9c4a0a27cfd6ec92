import { strict as assert } from 'node:assert';
import { TEST_ACCOUNT, startSandbox } from '@ozflow/oz-sandbox/server/index';
import type { Sandbox, SandboxOptions } from '@ozflow/oz-sandbox/server/index';
import { TinyEngine, tiny } from './tinyEngine';
import type { TinyMedia } from './tinyEngine';

/** An answer, with its body as text and, where it is JSON, as a value to look into. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Bodies are looked at from outside, field by field, as a client of an unknown server does.
  body: Json;
}

export type Json = { readonly [key: string]: Json } & { readonly length?: number } & Iterable<Json>;

/** What a test that failed left running would keep the run from ending. */
const started = new Set<Sandbox>();
after(async () => {
  for (const sandbox of started) await sandbox.close();
});

/** Starts a sandbox on a free port with the tiny engine, unless another is given. */
export async function sandboxWith(
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; api: Api; engine: TinyEngine }> {
  const engine = new TinyEngine();
  const sandbox = await startSandbox({ port: 0, engine, ...options });
  started.add(sandbox);
  return { sandbox, api: await new Api(sandbox.url).signIn(), engine };
}

/** A part of a form. */
export interface FilePart {
  key: string;
  name: string;
  type: string;
  data: Uint8Array<ArrayBuffer>;
}

export const video = (media: TinyMedia, name = 'selfie.mp4', key = 'video1'): FilePart => ({
  key,
  name,
  type: 'video/mp4',
  data: tiny(media),
});

export const photo = (media: TinyMedia, name = 'photo.jpg', key = 'photo1'): FilePart => ({
  key,
  name,
  type: 'image/jpeg',
  data: tiny(media),
});

/** A plain client of the wire, that knows nothing of how the server is made. */
export class Api {
  token: string | undefined;
  expireToken: string | undefined;

  constructor(readonly url: string) {}

  async signIn(credentials: { email: string; password: string } = TEST_ACCOUNT): Promise<this> {
    const { status, body } = await this.post('/api/authorize/auth', { credentials });
    assert.equal(status, 200);
    this.token = String(body['access_token']);
    this.expireToken = String(body['expire_token']);
    return this;
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  /** A form with file parts and the text part `payload`. */
  upload(path: string, files: FilePart[], payload?: unknown): Promise<Answer> {
    const form = new FormData();
    for (const { key, name, type, data } of files) form.append(key, new Blob([data], { type }), name);
    if (payload !== undefined) form.append('payload', JSON.stringify(payload));
    return this.call('POST', path, form);
  }

  /** A new folder; returns the folder object. */
  async folder(files: FilePart[], payload?: unknown): Promise<Json> {
    const empty = files.length === 0 && payload === undefined;
    const answer = empty
      ? await this.post('/api/folders/', {})
      : await this.upload('/api/folders/', files, payload);
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  }

  /** Orders analyses and returns the array of them. */
  async order(folderId: unknown, ...analyses: object[]): Promise<Json[]> {
    const answer = await this.post(`/api/folders/${String(folderId)}/analyses/`, { analyses });
    assert.equal(answer.status, 201, answer.text);
    return [...answer.body];
  }

  /** Reads an analysis until it is decided. */
  async decided(analysis: Json | undefined, timeoutMs = 20_000): Promise<Json> {
    const id = String(analysis?.['analysis_id'] ?? analysis?.['analyse_id']);
    const end = Date.now() + timeoutMs;
    while (Date.now() < end) {
      const { body, status } = await this.get(`/api/analyses/${id}`);
      assert.equal(status, 200);
      if (String(body['resolution']) !== 'PROCESSING') return body;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`Analysis ${id} was not decided within ${timeoutMs} ms`);
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const raw = rawBody(body);
    const answer = await fetch(this.url + path, {
      method,
      redirect: 'error',
      headers: {
        ...(this.token === undefined ? {} : { 'X-Forensic-Access-Token': this.token }),
        ...(body === undefined || raw !== undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ?? JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: json && text !== '' ? JSON.parse(text) : undefined,
    };
  }
}

/** What is sent as it is; undefined for what becomes JSON. */
function rawBody(body: unknown): FormData | string | Uint8Array<ArrayBuffer> | undefined {
  if (body instanceof FormData || typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : undefined;
}

/** Asserts a documented error: status, code, and the message word for word. */
export function assertError(answer: Answer, status: number, code: number, message?: string): void {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf8');
  assert.equal(answer.body['error_code'], code);
  if (message !== undefined) assert.equal(answer.body['error_message'], message);
  assert.deepEqual(answer.body['details'], answer.body['error_details']);
}
