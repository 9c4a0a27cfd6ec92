import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import busboy from 'busboy';
import { record } from '../../tools/launch/values';

/** A file part of a multipart form. */
interface SentFile {
  field: string;
  filename: string;
  contentType: string;
  bytes: Buffer;
}

/** One request as the server saw it. */
export interface Call {
  method: string;
  /** Without the query, without a trailing slash. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** `X-Forensic-Access-Token`. */
  token?: string;
  files: SentFile[];
  /** The JSON of the form's text part `payload`. */
  payload: Record<string, unknown>;
  /** The JSON of the body. */
  json: Record<string, unknown>;
  /** The body, when it was no form. */
  body: Buffer;
  /** The connection it came by. */
  connection: Socket;
}

/** Reads a request to its end. Rejects when it breaks off. */
export async function readCall(request: IncomingMessage): Promise<Call> {
  const url = new URL(request.url ?? '/', 'http://server');
  const token = request.headers['x-forensic-access-token'];
  const call: Call = {
    method: request.method ?? '',
    path: url.pathname.replace(/\/$/, ''),
    query: url.searchParams,
    headers: request.headers,
    ...(typeof token === 'string' ? { token } : {}),
    files: [],
    payload: {},
    json: {},
    body: Buffer.alloc(0),
    connection: request.socket,
  };
  if (request.headers['content-type']?.startsWith('multipart/form-data')) await readForm(request, call);
  else await readBody(request, call);
  return call;
}

async function readBody(request: IncomingMessage, call: Call): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  call.body = Buffer.concat(chunks);
  if (/json/.test(request.headers['content-type'] ?? ''))
    call.json = record(JSON.parse(call.body.toString('utf8')));
}

function readForm(request: IncomingMessage, call: Call): Promise<void> {
  return new Promise((resolve, reject) => {
    const form = busboy({ headers: request.headers, defParamCharset: 'utf8' });
    form.on('file', (field, stream, { filename = '', mimeType }) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () =>
        call.files.push({ field, filename, contentType: mimeType, bytes: Buffer.concat(chunks) }),
      );
    });
    form.on('field', (name, value) => {
      if (name === 'payload') call.payload = record(JSON.parse(value));
    });
    form.on('close', resolve);
    form.on('error', reject);
    request.on('aborted', () => reject(new Error('the request broke off')));
    request.pipe(form);
  });
}
