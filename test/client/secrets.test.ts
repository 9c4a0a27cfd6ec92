import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import type { OzClient } from '../../client';
import { Bench, everything, failure } from './support/calls';

const EMAIL = 'somebody@secret.example';
const PASSWORD = 'pässword with "quotes" 4711';
const FACE = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
  Buffer.from('THIS-IS-A-FACE'.repeat(20)),
]);
const TOKEN = 'token-of-the-session-0815';
const RENEWAL = 'renewal-of-the-session-0816';
const PROXY_PASSWORD = 'pröxy "secret" 0818';
const NOTE = 'metadata-about-a-person-0817';

/** What must not be seen, also not in base64 or as bytes. */
const SECRETS = [
  EMAIL,
  PASSWORD,
  TOKEN,
  RENEWAL,
  NOTE,
  'THIS-IS-A-FACE',
  Buffer.from('THIS-IS-A-FACE').toString('base64').slice(0, 16),
  Buffer.from('THIS-IS-A-FACE').toString('hex').match(/../g)?.join(' ') ?? '',
  PROXY_PASSWORD,
  Buffer.from(`u:${PROXY_PASSWORD}`).toString('base64'),
  'query-secret-0819',
];

const calls: Record<string, (client: OzClient) => Promise<unknown>> = {
  upload: (client) => client.folders.create({ media: [{ data: FACE, tags: [] }], metadata: { note: NOTE } }),
  analyses: (client) =>
    client.analyses.start('f', { analyses: [{ type: 'quality', params: { note: NOTE } }] }),
  metadata: (client) => client.metadata.change({ object: 'folder', id: 'f' }, { note: NOTE }),
  download: (client) => client.download('http://127.0.0.1:1/a.jpg?key=query-secret-0819'),
  wait: (client) => client.analyses.wait({ folderId: 'f' }, { timeoutMs: 300, onTimeout: 'error' }),
  check: (client) =>
    client.check(
      { media: [{ data: FACE, tags: [] }], analyses: [{ type: 'quality' }], metadata: { note: NOTE } },
      { timeoutMs: 300, onTimeout: 'error' },
    ),
  test: (client) => client.testConnection(),
};

describe('secrets and faces', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  const behaviours = {
    'rejected the sign-in and repeats what it was sent': (auth: boolean, body: string) =>
      auth
        ? { status: 401, text: JSON.stringify({ error_code: 15, error_message: body }) }
        : { status: 500, text: body },
    'rejects every call and repeats the token': (auth: boolean, _body: string, token: string) =>
      auth
        ? undefined
        : { status: 400, text: JSON.stringify({ error_code: 4, error_message: `token ${token} is odd` }) },
    'rejects every call and repeats what the proxy is sent': (_auth, _body, _token, proxy) => ({
      status: 400,
      text: JSON.stringify({
        error_message: `${proxy} is odd`,
        details: { why: Buffer.from(proxy.slice(6), 'base64').toString() },
      }),
    }),
    'refuses every session': (auth: boolean) =>
      auth ? undefined : { status: 401, text: '{"error_code":7}' },
    'breaks every connection': (auth: boolean) => (auth ? undefined : 'reset'),
    'answers HTML': (auth: boolean) => (auth ? undefined : { status: 200, text: `<html>${TOKEN}</html>` }),
    'answers half a JSON': (auth: boolean) =>
      auth ? undefined : { status: 200, text: `{"access_token":"${TOKEN}"` },
    'answers another shape': (auth: boolean) => (auth ? undefined : { status: 200, text: `["${TOKEN}"]` }),
    hangs: (auth: boolean) => (auth ? undefined : 'hang'),
  } satisfies Record<
    string,
    (
      auth: boolean,
      body: string,
      token: string,
      proxy: string,
    ) => { status: number; text: string } | string | undefined
  >;

  for (const [behaviour, answer] of Object.entries(behaviours)) {
    it(`stay out of every error, stack and trace when the server ${behaviour}`, async function () {
      const url = await bench.raw((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const auth = request.url?.includes('authorize') === true;
          const { 'x-forensic-access-token': token, 'proxy-authorization': proxy } = request.headers;
          const told = answer(auth, Buffer.concat(chunks).toString('latin1'), String(token), String(proxy));
          if (told === 'reset') return void request.socket.resetAndDestroy();
          if (told === 'hang') return;
          if (typeof told === 'object') return void response.writeHead(told.status).end(told.text);
          response.end(JSON.stringify({ access_token: TOKEN, expire_token: RENEWAL }));
        });
      });
      const seen: string[] = [];
      const one = async ([name, call]: [string, (typeof calls)[string]]): Promise<void> => {
        // As its own proxy, the server sees what the proxy is sent, too.
        const client = bench.client('http://oz.example.com', {
          signIn: { kind: 'password', email: EMAIL, password: PASSWORD },
          proxy: { url, username: 'u', password: PROXY_PASSWORD },
          timeoutMs: 300,
          trace: (line) => seen.push(line),
        });
        const error = await failure(call(client).then(() => assert.fail(`${name} ended well`)));
        seen.push(`${name}: ${everything(error)} ${error.stack ?? ''} ${JSON.stringify(error)}`);
        await client.close();
      };
      await Promise.all(Object.entries(calls).map(one));
      const text = seen.join('\n');
      assert.ok(text.length > 1000);
      assert.doesNotMatch(text, /proxy(Refused|SignIn)/, 'the answers came');
      for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${text}`);
    });
  }

  it('stay out of errors about media and settings', async () => {
    const client = bench.client('http://127.0.0.1:1', { maxFileBytes: 100 });
    const errors = [
      await failure(client.folders.create({ media: [{ data: FACE, tags: [] }] })),
      await failure(Promise.resolve().then(() => bench.client(`http://${EMAIL}:query-secret-0819@host/`))),
      await failure(Promise.resolve().then(() => bench.client('not an address?key=query-secret-0819'))),
      await failure(Promise.resolve().then(() => bench.client('http://host/?key=query-secret-0819'))),
    ];
    const text = errors.map(everything).join('\n');
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${text}`);
  });

  it('are not in what Node.js logs of its connections', async () => {
    const tokens: string[] = [];
    const waiting: ServerResponse[] = [];
    const url = await bench.raw((request, response) => {
      tokens.push(String(request.headers['x-forensic-access-token'] ?? ''));
      const path = request.url ?? '';
      // None is answered before all have come, each on a connection of its own.
      if (path.endsWith('/auth')) response.end(JSON.stringify({ access_token: TOKEN }));
      else waiting.push(response);
      if (waiting.length === 4) for (const one of waiting.splice(0)) one.end('{"items": []}');
    });
    const program = `
      const { createClient } = require(${JSON.stringify(require.resolve('../../client'))});
      const signIn = { kind: 'password', email: '${EMAIL}', password: 'p' };
      const proxy = { url: '${url}', username: 'u', password: ${JSON.stringify(PROXY_PASSWORD)} };
      const direct = createClient({ url: '${url}', signIn, proxy });
      const tunnel = createClient({ url: 'https://127.0.0.1:1', signIn, proxy });
      const lists = (client) => [1, 2, 3, 4].map(() => client.folders.list({}).catch(() => {}));
      void Promise.all([...lists(direct), ...lists(tunnel)]).then(() => [direct, tunnel].map((one) => one.close()));
    `;
    const env = { ...process.env, NODE_DEBUG: 'http,https,net,tls,stream' };
    const { stderr } = await promisify(execFile)(process.execPath, ['-e', program], { env });
    assert.ok(tokens.filter((token) => token === TOKEN).length >= 4);
    assert.match(stderr, /createConnection/);
    for (const secret of SECRETS) assert.ok(!stderr.includes(secret), secret);
  });

  it('are told to nobody but the API: no token and no proxy credentials for a foreign host or after a redirect', async () => {
    const foreign: Record<string, unknown>[] = [];
    const image = Buffer.from('ffd8ffe000104a464946', 'hex');
    const other = await bench.raw((request, response) => {
      foreign.push({ ...request.headers });
      response.end(image);
    });
    const server = await bench.server();
    const client = bench.client(server.url, { mediaHosts: ['127.0.0.1'] });
    await client.download(`${other}/best.jpg`);
    server.script(/\/static\/moved/, { status: 302, headers: { location: `${other}/moved.jpg` } });
    await client.download(`${server.url}/static/moved`);
    const own = await client.download(`${server.url}/static/own.jpg`);
    assert.equal(own.contentType, 'image/jpeg');
    assert.equal(foreign.length, 2);
    for (const headers of foreign) assert.equal(headers['x-forensic-access-token'], undefined);
    assert.equal(
      server.callsTo(/static/).every(({ token }) => token !== undefined),
      true,
    );
  });
});
