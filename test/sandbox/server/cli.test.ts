import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../../tools/launch/program';
import { ROOT } from '../../../tools/launch/versions';
import { Api, video } from './support/api';

const BIN = join(ROOT, 'sandbox/bin/oz-sandbox.js');

describe('sandbox: command line', function () {
  this.timeout(60_000);
  let temporary: string;
  const programs: Program[] = [];

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'oz-test-'));
  });
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.stop()));
    await rm(temporary, { recursive: true });
  });

  const runWith = (environment: Record<string, string>, ...args: string[]): Program => {
    const program = new Program('oz-sandbox', process.execPath, [BIN, ...args], {
      env: { TMPDIR: temporary, ...environment },
    });
    programs.push(program);
    return program;
  };
  const run = (...args: string[]): Program => runWith({}, ...args);
  const urlOf = async (program: Program): Promise<string> => {
    const line = await program.lineAfter(0, /^Oz sandbox: /);
    return line.replace('Oz sandbox: ', '');
  };
  const homes = (): string[] => readdirSync(temporary).filter((name) => name.startsWith('oz-sandbox-'));

  it('says first that it is for development only, then where it is and how to sign in', async () => {
    const program = run('--port', '0');
    const url = await urlOf(program);
    await program.lineAfter(0, /sandbox@oz\.localhost.*oz-sandbox/);
    assert.match(program.log[0] ?? '', /development only/);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    await new Api(url).signIn();
  });

  it('says at once what to install where no video can be decoded', async () => {
    const program = new Program('oz-sandbox', process.execPath, [BIN, '--port', '0'], {
      env: { TMPDIR: temporary, PATH: temporary, OZ_FFMPEG: '', AV_FROM_SOURCE: '1' },
    });
    programs.push(program);
    await program.lineAfter(0, /^Videos cannot be analyzed\. No decoder: .*Install ffmpeg/);
  });

  it('removes its media at the end, and what a killed one left at the next start', async () => {
    const first = run('--port', '0');
    await (await new Api(await urlOf(first)).signIn()).folder([video({})]);
    assert.equal(homes().length, 1);
    await first.stop();
    assert.equal(await first.ended(), 0);
    assert.deepEqual(homes(), []);

    const killed = run('--port', '0');
    await urlOf(killed);
    const [left = ''] = homes();
    process.kill(killed.pid ?? 0, 'SIGKILL');
    await killed.ended();
    assert.ok(existsSync(join(temporary, left)));
    const engines = join(temporary, `oz-engine-${killed.pid}-x`);
    mkdirSync(engines);
    const next = run('--port', '0');
    await urlOf(next);
    assert.ok(!existsSync(join(temporary, left)));
    assert.ok(!existsSync(engines));
    assert.equal(homes().length, 1);
  });

  it('leaves directories alone that are not its own', async () => {
    const foreign = join(temporary, 'oz-sandbox-notes');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'notes.txt'), 'mine');
    await urlOf(run('--port', '0'));
    assert.ok(existsSync(join(foreign, 'notes.txt')));
  });

  it('says in a sentence that the port is in use', async () => {
    const { port } = new URL(await urlOf(run('--port', '0')));
    const second = run('--port', port);
    assert.equal(await second.ended(), 1);
    assert.deepEqual(second.log.slice(1), [
      `Port ${port} is in use. Choose another with --port (0: any free one).`,
    ]);
    assert.equal(homes().length, 1);
  });

  it('says in a sentence that a file is no directory for its data', async () => {
    const file = join(temporary, 'notes.txt');
    writeFileSync(file, 'mine');
    const program = run('--port', '0', '--data', file);
    assert.equal(await program.ended(), 1);
    assert.deepEqual(program.log.slice(1), [`${file} is not a directory. Choose another with --data.`]);
  });

  it('says in a sentence that a directory cannot be made for its data, or has no name', async function () {
    // Only Linux has a place where making a directory fails in this way, whoever asks.
    if (process.platform === 'linux') {
      const program = run('--port', '0', '--data', '/proc/oz/data');
      assert.equal(await program.ended(), 1);
      assert.match(
        program.log[1] ?? '',
        /^The directory \/proc\/oz\/data cannot be made or written to \(ENOENT\)/,
      );
    }
    const program = run('--port', '0', '--data', '');
    assert.equal(await program.ended(), 2);
    assert.match(program.log.join('\n'), /--data has no name/);
  });

  it('lets nobody else read its data, although the directory was there and open to all', async () => {
    const data = join(temporary, 'open');
    mkdirSync(join(data, 'state'), { recursive: true, mode: 0o755 });
    const umask = process.umask(0);
    const program = run('--port', '0', '--data', data);
    process.umask(umask);
    await urlOf(program);
    for (const name of ['state', 'static', 'incoming', 'pid'])
      assert.equal(statSync(join(data, name)).mode & 0o077, 0, name);
    await program.stop();
  });

  it('does not listen where others can reach it without an account of the user', async () => {
    const program = run('--port', '0', '--host', '0.0.0.0');
    assert.equal(await program.ended(), 2);
    const output = program.log.join('\n');
    assert.match(output, /OZ_SANDBOX_EMAIL and OZ_SANDBOX_PASSWORD/);
    assert.doesNotMatch(output, /^Oz sandbox: /m);
    const weak = { OZ_SANDBOX_EMAIL: 'me@example.com', OZ_SANDBOX_PASSWORD: 'short-word' };
    const guessed = runWith(weak, '--port', '0', '--host', '0.0.0.0');
    assert.equal(await guessed.ended(), 2);
    assert.match(guessed.log.join('\n'), /password of me@example\.com needs at least 12 characters/);
    assert.doesNotMatch(guessed.log.join('\n'), /short-word/);
  });

  it('listens for others with an account from the environment, which it does not show', async () => {
    const own = { email: 'me@example.com', password: 'a-word-of-my-own' };
    const environment = {
      OZ_SANDBOX_EMAIL: own.email,
      OZ_SANDBOX_PASSWORD: own.password,
      OZ_SANDBOX_ACCOUNTS: 'operator:op@example.com:an-other:long-word',
    };
    const program = runWith(environment, '--port', '0', '--host', '0.0.0.0');
    const { port } = new URL(await urlOf(program));
    const api = await new Api(`http://127.0.0.1:${port}`).signIn(own);
    await new Api(api.url).signIn({ email: 'op@example.com', password: 'an-other:long-word' });
    const known = { email: 'sandbox@oz.localhost', password: 'oz-sandbox' };
    const answer = await new Api(api.url).post('/api/authorize/auth', { credentials: known });
    assert.equal(answer.status, 401);
    assert.match(program.log.join('\n'), /Warning: other machines can reach/);
    for (const secret of [own.password, 'long-word', known.password + '\n']) {
      assert.ok(!program.log.join('\n').includes(secret), program.log.join('\n'));
    }
  });

  it('takes role, profile, token life time and accounts', async () => {
    const account = 'operator:op@example.com:pass:word';
    const program = run(
      '--port',
      '0',
      '--role',
      'client',
      '--profile',
      '5.x',
      '--token-ttl',
      '60',
      '--account',
      account,
    );
    const api = new Api(await urlOf(program));
    const { body } = await api.post('/api/authorize/auth', {
      credentials: { email: 'op@example.com', password: 'pass:word' },
    });
    assert.ok(Number(body['expire_date']) - Date.now() / 1000 <= 60);
    await api.signIn();
    const folder = await api.folder([video({})]);
    assert.equal((await api.delete(`/api/folders/${String(folder['folder_id'])}`)).status, 403);
    const [analysis] = await api.order(folder['folder_id'], { type: 'quality' });
    assert.ok(!('analysis_id' in (analysis ?? {})));
  });

  for (const [args, message] of [
    [['--port', '70000'], '--port 70000: a whole number from 0 to 65535 is expected'],
    [['--port', 'x'], '--port x: a whole number from 0 to 65535 is expected'],
    [['--profile', '7.x'], '--profile 7.x: expected both, 4.x, 5.0, 5.x, 6.x'],
    [['--role', 'king'], '--role king: expected'],
    [['--account', 'admin:a@b.c'], '--account: role, e-mail and password are expected'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['serve'], "Unexpected argument 'serve'"],
  ] as const) {
    it(`refuses ${args.join(' ')}`, async () => {
      const program = run(...args);
      assert.equal(await program.ended(), 2);
      assert.ok(program.log[0]?.startsWith(message), program.log[0]);
      assert.ok(program.log.some((line) => line.startsWith('Usage: oz-sandbox')));
    });
  }

  it('writes no token, no password of others and no file name while it works', async () => {
    const program = run('--port', '0', '--account', 'client:c@example.com:hidden-word');
    const api = await new Api(await urlOf(program)).signIn({
      email: 'c@example.com',
      password: 'hidden-word',
    });
    await api.post('/api/authorize/auth', {
      credentials: { email: 'c@example.com', password: 'wrong-word' },
    });
    const folder = await api.folder(
      [{ ...video({}), name: 'hidden-name.mp4', data: Buffer.from('hidden-bytes') }],
      {
        resolution_endpoint: 'http://127.0.0.1:9/hidden-path?key=hidden-query',
      },
    );
    await api.decided((await api.order(folder['folder_id'], { type: 'quality' }))[0]);
    await api.get('/api/folders/?meta_data=hidden-filter');
    await program.stop();
    const output = program.log.join('\n');
    for (const secret of ['hidden', 'wrong-word', api.token ?? '-', api.expireToken ?? '-']) {
      assert.ok(!output.includes(secret), output);
    }
  });
});
