import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { Program } from '../../../tools/launch/program';
import { record } from '../../../tools/launch/values';
import { ROOT } from '../../../tools/launch/versions';

const file = join(ROOT, 'docs/docker/compose.yaml');
const ACCOUNT = { OZ_SANDBOX_EMAIL: 'me@example.com', OZ_SANDBOX_PASSWORD: 'a-word-of-my-own' };

/** What Docker does with `${NAME:?message}`. */
function filled(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+):\?([^}]*)\}/g, (_all, name: string, message: string) => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`${name} ${message}`);
    return value;
  });
}

const words = (value: unknown): string[] => {
  assert.ok(Array.isArray(value));
  return value.map(String);
};

/** GET with a `Host` of its own, which fetch does not send. */
function get(port: number, path: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    call.on('error', reject).end();
  });
}

describe('compose.yaml, without Docker', function () {
  this.timeout(60_000);
  const services = (environment: Readonly<Record<string, string>>) =>
    record(record(parse(filled(readFileSync(file, 'utf8'), environment)))['services']);

  it('does not start without an account', () => {
    assert.throws(() => services({}), /OZ_SANDBOX_EMAIL is the e-mail/);
    assert.throws(
      () => services({ ...ACCOUNT, OZ_SANDBOX_PASSWORD: '' }),
      /OZ_SANDBOX_PASSWORD is its password/,
    );
  });

  it('publishes Node-RED to this machine alone, and the sandbox not at all', () => {
    const { 'oz-sandbox': sandbox, 'node-red': nodeRed } = services(ACCOUNT);
    assert.equal(record(sandbox)['ports'], undefined);
    for (const port of words(record(nodeRed)['ports'])) assert.match(port, /^127\.0\.0\.1:/);
  });

  it('runs the sandbox by its command, healthy and reached by its name', async () => {
    const sandbox = record(services(ACCOUNT)['oz-sandbox']);
    const [npx, yes, name, ...args] = words(sandbox['command']);
    assert.deepEqual([npx, yes], ['npx', '--yes']);
    const { name: packed, bin } = record(
      JSON.parse(readFileSync(join(ROOT, 'sandbox/package.json'), 'utf8')),
    );
    assert.equal(name, packed);
    const [binary = ''] = Object.values(record(bin)).map(String);
    // The last one counts: a free port instead of the one that may be in use here.
    const program = new Program(
      'oz-sandbox',
      process.execPath,
      [join(ROOT, 'sandbox', binary), ...args, '--port', '0'],
      {
        env: Object.fromEntries(
          Object.entries(record(sandbox['environment'])).map(([key, value]) => [key, String(value)]),
        ),
      },
    );
    try {
      const line = await program.lineAfter(0, /^Oz sandbox: /);
      const port = Number(new URL(line.replace('Oz sandbox: ', '')).port);
      const [kind, node, flag, script = ''] = words(record(sandbox['healthcheck'])['test']);
      assert.deepEqual([kind, node, flag], ['CMD', 'node', '-e']);
      await promisify(execFile)(process.execPath, ['-e', script.replace('7700', String(port))]);
      assert.equal(await get(port, '/api/version', `oz-sandbox:${port}`), 200);
      assert.equal(await get(port, '/', `oz-sandbox:${port}`), 403);
    } finally {
      await program.stop();
    }
  });
});
