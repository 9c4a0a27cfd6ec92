import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from '../../tools/launch/program';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';

const start = (...args: string[]): Program =>
  new Program('npm start', process.execPath, [join(ROOT, 'tools/start.mjs'), ...args]);

const listen = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
  });

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe('npm start', function () {
  this.timeout(180_000);

  it('--once prints the result as its last line and ends', async () => {
    const program = start('--once');
    assert.equal(await program.ended(), 0, program.log.join('\n'));
    const result = record(JSON.parse(program.log.at(-1) ?? ''));
    assert.deepEqual(Object.keys(result), ['bestShotUrl', 'resolution', 'folderId', 'analysisId', 'ms']);
    assert.equal(result['resolution'], 'SUCCESS');
    assert.match(String(result['bestShotUrl']), new RegExp(`/static/${String(result['folderId'])}/`));
  });

  it('shows the best shot, keeps the flows and ends both programs on SIGTERM', async () => {
    const userDir = await mkdtemp(join(tmpdir(), 'oz-start-'));
    try {
      const program = start('--port', '0', '--sandbox-port', '0', '--user-dir', userDir);
      const line = async (word: string): Promise<string> =>
        /http\S+/.exec(await program.lineAfter(0, new RegExp(`^${word} `), 150_000))?.[0] ?? '';
      const [bestShot, page, editor, sandbox] = [
        await line('Best shot'),
        await line('As a page'),
        await line('Editor'),
        await line('Sandbox'),
      ];
      const image = await fetch(bestShot);
      assert.equal(image.headers.get('content-type'), 'image/jpeg');
      const html = await (await fetch(page)).text();
      assert.ok(html.replaceAll('&#x2F;', '/').includes(bestShot), html);
      assert.match(await (await fetch(editor)).text(), /Node-RED/);
      assert.ok(await answers(sandbox));
      const types = await fetch(new URL('nodes', editor), { headers: { accept: 'application/json' } });
      assert.match(await types.text(), /"ui-chart"/, 'what the examples need is there');

      await program.stop();
      assert.equal(await program.ended(), 0);
      assert.equal(await answers(editor), false);
      assert.equal(await answers(sandbox), false);
      const flows = JSON.parse(await readFile(join(userDir, 'flows.json'), 'utf8')) as { type: string }[];
      assert.ok(flows.some(({ type }) => type === 'oz-result'));
    } finally {
      await rm(userDir, { recursive: true, force: true });
    }
  });

  for (const option of ['--port', '--sandbox-port']) {
    it(`says that the port of ${option} is in use`, async () => {
      const server = await listen();
      try {
        const program = start('--once', option, String(portOf(server)));
        assert.equal(await program.ended(), 1);
        const said = program.log.join('\n');
        assert.match(said, new RegExp(`Port ${portOf(server)} is in use.*${option}`));
        assert.doesNotMatch(said, /\n\s+at /);
      } finally {
        server.close();
      }
    });
  }

  it('refuses an unknown option and a port that is none, with what there is', async () => {
    const unknown = start('--onze');
    assert.equal(await unknown.ended(), 1);
    assert.match(unknown.log.join('\n'), /--onze[\s\S]*--sandbox-port/);
    const port = start('--port', '99999');
    assert.equal(await port.ended(), 1);
    assert.match(port.log.join('\n'), /--port 99999: not a port/);
  });
});
