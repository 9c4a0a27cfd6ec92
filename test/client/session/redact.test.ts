import assert from 'node:assert/strict';
import { redactor } from '../../../client/session/redact';
import { Bench, everything, failure } from '../support/calls';

const SECRET = 'pä&s "wörd"/+4711\n';

describe('redaction', () => {
  const forms: Record<string, string> = {
    'as it is': SECRET,
    'with white space folded': SECRET.replace(/\s+/g, ' ').trim(),
    'in JSON': JSON.stringify(SECRET).slice(1, -1),
    'in JSON of ASCII': 'p\\u00e4&s \\"w\\u00f6rd\\"/+4711\\n',
    'in a URL': encodeURIComponent(SECRET),
    'in a URL, lower case': encodeURIComponent(SECRET).toLowerCase(),
    'in a form': new URLSearchParams({ p: SECRET }).toString().slice(2),
    'in HTML': 'pä&amp;s &quot;wörd&quot;/+4711\n',
    'as hex': Buffer.from(SECRET).toString('hex'),
    'as Latin-1': Buffer.from(SECRET).toString('latin1'),
    'in base64': Buffer.from(SECRET).toString('base64'),
    'in base64 behind one byte': Buffer.from(`:${SECRET}`).toString('base64'),
    'in base64 behind a name': Buffer.from(`somebody:${SECRET}:after`).toString('base64'),
    'in base64url': Buffer.from(`me:${SECRET}`).toString('base64url'),
  };
  for (const [name, form] of Object.entries(forms)) {
    it(`takes out a secret ${name}`, () => {
      const clean = redactor([SECRET])(`before ${form} after`);
      assert.match(clean, /^before .{0,16}\*\*\*.{0,16} after$/su);
      assert.ok(!clean.includes(form), clean);
    });
  }

  it('leaves texts alone that hold a secret of fewer than four characters', () => {
    assert.equal(redactor(['a', 'is', 'bad'])('this is a bad day'), 'this is a bad day');
    assert.equal(redactor(['day!'])('a bad day! DAY!'), 'a bad *** ***');
  });
});

describe('what a server says to a request that carries secrets', () => {
  const bench = new Bench();
  afterEach(() => bench.end());
  const EMAIL = 'somebody@secret.example';
  const PASSWORD = 'hunter-4711';

  for (const status of [200, 302, 400, 401, 403, 404, 409, 413, 418, 429, 500, 501, 502, 503, 504]) {
    for (const password of [PASSWORD, 'x']) {
      it(`${status}: no word of it goes into the error (password of ${password.length})`, async () => {
        const seen: string[] = [];
        const url = await bench.raw((request, response) => {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk));
          request.on('end', () => {
            const sent = Buffer.concat(chunks).toString();
            response.writeHead(status, {
              'content-type': `application/json-${PASSWORD}`,
              'x-request-id': PASSWORD,
              location: `http://${PASSWORD}.example/${PASSWORD}`,
              'retry-after': '0',
            });
            response.end(JSON.stringify({ error_code: 4711, error_message: `MARK ${sent}`, details: sent }));
          });
        });
        const signIn = { kind: 'password', email: EMAIL, password } as const;
        const client = bench.client(url, { signIn, trace: (line) => seen.push(line), timeoutMs: 500 });
        const error = await failure(client.folders.list({}));
        seen.push(everything(error), JSON.stringify(error), error.stack ?? '');
        assert.doesNotMatch(seen.join('\n'), /hunter|secret\.example|MARK|4711|\*\*\*/);
      }).timeout(30_000);
    }
  }

  it('the same for the call that asks for a session token', async () => {
    const server = await bench.server();
    for (const status of [400, 404, 500]) {
      server.script(
        /session_token/,
        { status, json: { error_message: 'MARK' }, headers: { 'x-request-id': 'MARK' } },
        4,
      );
      const error = await failure(bench.client(server.url).sessionToken());
      assert.doesNotMatch(everything(error), /MARK/);
      server.unscript();
    }
  }).timeout(30_000);
});
