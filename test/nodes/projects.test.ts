import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NodeRed } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { chainFlow } from '../support/chainFlow';
import { ACCOUNT, OzServer } from '../support/ozServer';

const GIT_INSTALLED = spawnSync('git', ['--version']).status === 0;

describe("Node-RED's projects", function () {
  this.timeout(120_000);
  let server: OzServer;
  let nodeRed: NodeRed;
  let home: string;
  before(async () => {
    server = await OzServer.start({ outcome: () => undefined });
    home = await mkdtemp(join(tmpdir(), 'oz-projects-'));
    nodeRed = await NodeRed.start({
      settings: { editorTheme: { projects: { enabled: true }, tours: false } },
      env: { HOME: home, USERPROFILE: home },
    });
    const user = { name: 'Tester', email: 'git@example.com' };
    if (GIT_INSTALLED) await nodeRed.admin('POST', '/settings/user', { git: { user } });
  });
  after(async () => {
    await nodeRed.stop();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  if (!GIT_INSTALLED) {
    it('are turned off by Node-RED, because git is not installed', () => {
      assert.ok(nodeRed.log.some((line) => /Projects disabled *:.*git/.test(line)));
    });
    return;
  }

  const make = (name: string): Promise<void> =>
    nodeRed.restarted(async () => {
      const files = { flow: 'flows.json' };
      await nodeRed.admin('POST', '/projects', { name, summary: '', files, credentialSecret: `of ${name}` });
    });
  it('what waits when another one is opened goes on when its own is open again; git holds no secret', async () => {
    await make('one');
    await nodeRed.deploy(chainFlow(server.url, { n3: { resume: true } }));
    const events = await nodeRed.events();
    await nodeRed.inject('start');
    await events.status(({ id, text }) => id === 'n3' && text?.startsWith('waiting') === true);
    server.script(/POST \/api\/folders$/, 'hang');
    await nodeRed.inject('start');
    while (server.callsTo(/POST \/api\/folders$/).length < 2) await server.nextCall();
    const from = nodeRed.log.length;
    await make('two');
    const told = nodeRed.log.slice(from).flatMap((line) => /\[oz-[\w-]+:\w+\]/.exec(line) ?? []);
    assert.deepEqual([...new Set(told)], ['[oz-upload:n1]'], 'the log names the upload, not what is kept');
    const [folderId = ''] = server.folders.keys();
    server.finish(folderId);
    await nodeRed.restarted(async () => {
      await nodeRed.admin('PUT', '/projects/one', { active: true });
    });
    const { value } = await events.debugMessage(({ id }) => id === 'shown');
    const { folderId: found, resolution, resumed } = record(record(value)['oz']);
    assert.deepEqual([found, resolution, resumed], [folderId, 'SUCCESS', true]);

    const repository = join(nodeRed.userDir, 'projects', 'one');
    const git = (...args: string[]) => promisify(execFile)('git', args, { cwd: repository });
    await git('add', '-A');
    const { stdout } = await git('diff', '--cached', 'HEAD');
    assert.match(stdout, /oz-auth/);
    for (const secret of [ACCOUNT.password, ACCOUNT.email]) assert.ok(!stdout.includes(secret));
  });
});
