import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { redactor } from '../../../client/session/redact';
import { SERVICE_TOKEN, type Answer } from '../../support/ozServer';
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

  it('takes out many long tokens, whole, in any form and wherever a text was cut', () => {
    const tokens = Array.from({ length: 32 }, () => randomBytes(12_000).toString('base64url'));
    const redact = redactor(tokens);
    for (const token of [tokens[0] ?? '', tokens[31] ?? '']) {
      for (const form of [
        token,
        token.slice(0, 9000),
        Buffer.from(token).toString('hex'),
        Buffer.from(`:${token}`).toString('base64'),
        [...Buffer.from(token)].join(','),
      ]) {
        assert.match(redact(`before ${form} after`), /^before .{0,16}\*\*\* after$/);
      }
    }
    const words = 'a pass phrase of a whole book '.repeat(50);
    assert.equal(redactor([words])(`before ${words} after`), 'before ***');
  });

  const decimal = (text: string): string =>
    text.replace(/[^\w ]/gu, (char) => `&#${String(char.charCodeAt(0))};`);
  const otherForms: Record<string, string> = {
    'in HTML with numbers': decimal(SECRET),
    'in HTML twice': decimal(decimal(SECRET)),
    'in a URL twice': encodeURIComponent(encodeURIComponent(SECRET)),
    'in JSON within JSON': JSON.stringify(JSON.stringify(SECRET)),
    'with every byte escaped for a URL': Buffer.from(SECRET).toString('hex').replace(/../g, '%$&'),
    'as a program writes bytes': 'b\'p\\xc3\\xa4&s "w\\xc3\\xb6rd"/+4711\\n\'',
    'with slashes before the quotes': SECRET.replaceAll('"', '\\"'),
    'with accents on their own': SECRET.normalize('NFD'),
  };
  for (const [name, form] of Object.entries(otherForms)) {
    it(`gives up a text with a secret ${name}`, () => {
      const clean = redactor([SECRET])(`before ${form} after`);
      assert.doesNotMatch(clean, /4711|w.*rd/su);
    });
  }

  const each = (secret: string, escape: (char: string, code: number) => string, all = false): string =>
    [...secret]
      .map((char) => (all || /[^\w ]/.test(char) ? escape(char, char.codePointAt(0) ?? 0) : char))
      .join('');
  const bytes = (secret: string, escape: (byte: number) => string): string =>
    [...Buffer.from(secret)].map((byte) => (byte > 126 ? escape(byte) : String.fromCharCode(byte))).join('');
  const writings: Record<string, (secret: string) => string> = {
    'as a server in Python logs it': (secret) => `b'${bytes(secret, (byte) => `\\x${byte.toString(16)}`)}'`,
    'in octal bytes': (secret) => bytes(secret, (byte) => `\\${byte.toString(8)}`),
    'in a mail': (secret) => bytes(secret, (byte) => `=${byte.toString(16).toUpperCase()}`),
    'in HTML by numbers': (secret) => each(secret, (_, code) => `&#${code};`),
    'in HTML by numbers of base 16': (secret) => each(secret, (_, code) => `&#x${code.toString(16)};`, true),
    'in HTML by names': (secret) =>
      secret.replace(/[üöéï]/g, (char) => `&${char.normalize('NFD').charAt(0)}${HTML_ACCENTS[char]};`),
    'by code points': (secret) => each(secret, (_, code) => `\\u{${code.toString(16)}}`),
    'letter by letter': (secret) => each(secret, (char) => `${char} `, true),
    'in capitals': (secret) => secret.toUpperCase(),
    'with accents on their own': (secret) => secret.normalize('NFD'),
    'in base64 of UTF-16': (secret) => Buffer.from(secret, 'utf16le').toString('base64'),
    'as a list of bytes': (secret) => JSON.stringify(Buffer.from(secret)),
    'as hex with spaces': (secret) => Buffer.from(secret).toString('hex').replace(/../g, '$& '),
    'in a URL twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  };
  const HTML_ACCENTS: Record<string, string> = { ü: 'uml', ö: 'uml', é: 'acute', ï: 'uml' };
  for (const [name, write] of Object.entries(writings)) {
    it(`takes out secrets of any alphabet ${name}, or gives up the text`, () => {
      for (const secret of ['pünktchen', 'naïve café', 'пароль-1', '秘密の言葉', '🦊🐻🐼🦁', `50%25 "ö'`]) {
        const form = write(secret);
        const clean = redactor([secret])(`before ${form} after`);
        assert.match(clean, /\*\*\*/, form);
        assert.ok(!clean.includes(form), form);
      }
    });
  }

  it('leaves a text alone that only resembles a secret', () => {
    const clean = redactor([SECRET, 'media-token-1', 'pässwörd', 'C:\\mediä']);
    const text = 'Media 1 is 4711 bytes; token: media-token-2, %41 &amp; C:\\media\\words';
    assert.equal(clean(text), text);
  });

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
      });
    }
  }

  it('is taken out before it is cut, so that no part of a secret stays', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { signIn: { kind: 'token', token: SERVICE_TOKEN } });
    const echo = (before: number): Answer => ({
      status: 400,
      headers: { 'x-request-id': `${'i'.repeat(Math.max(0, before - 120))}${SERVICE_TOKEN}` },
      json: {
        error_code: 4,
        error_message: `${'y'.repeat(before)}${SERVICE_TOKEN}`,
        details: { [`${'k'.repeat(Math.max(0, before - 160))}${SERVICE_TOKEN}`]: 'bad' },
      },
    });
    for (let before = 165; before < 200; before += 3) {
      server.script(/./, echo(before));
      const error = await failure(client.folders.get('f'));
      assert.doesNotMatch(everything(error), new RegExp(SERVICE_TOKEN.slice(0, 7)));
    }
  });

  it('is taken out of the reason why an analysis failed', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { signIn: { kind: 'token', token: SERVICE_TOKEN } });
    server.script(/./, {
      status: 200,
      json: {
        analysis_id: 'a',
        type: 'QUALITY',
        state: 'FAILED',
        error_message: `no ${SERVICE_TOKEN}`,
      },
    });
    assert.equal((await client.analyses.get('a')).error?.message, 'no ***');
  });

  it('the same where the name of the reason is written with escapes', async () => {
    const server = await bench.server();
    const client = bench.client(server.url, { signIn: { kind: 'token', token: SERVICE_TOKEN } });
    const text = `{"analysis_id":"a","type":"QUALITY","state":"FAILED","error\\u005fmess\\u0061ge":"no ${SERVICE_TOKEN}"}`;
    server.script(/./, { status: 200, text, contentType: 'application/json' });
    assert.equal((await client.analyses.get('a')).error?.message, 'no ***');
  });

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
  });
});
