import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assertJpeg } from '../support/jpeg';
import { npm, pack, type Packed } from '../support/pack';
import { Program } from '../../tools/launch/program';
import { record } from '../../tools/launch/values';

describe('the packed sandbox, installed where nothing else is', function () {
  this.timeout(180_000);
  let folder: string;
  let packed: Packed;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-sandbox-'));
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    packed = await pack('sandbox');
    const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    await npm(['install', ...options, packed.tarball], folder);
  });
  after(async () => {
    await packed?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const samples = (): string => join(folder, 'node_modules/@ozflow/oz-sandbox/samples');

  it('picks the best shot of a sample by its command', async () => {
    const video = join(samples(), 'astronaut-combined.mp4');
    const args = ['oz-sandbox', 'best-shot', video, '--json', '--out', join(folder, 'best.jpg')];
    const { stdout } = await npm(['exec', '--no', '--', ...args], folder);
    const answer = record(JSON.parse(stdout));
    assert.equal(answer['faces'], 1);
    assert.equal(answer['width'], 1280);
    assertJpeg(await readFile(join(folder, 'best.jpg')));
  });

  it('gives those who require it the server and nothing of its inside', async () => {
    const script = `
      const { startSandbox, TEST_ACCOUNT } = require('@ozflow/oz-sandbox');
      const code = (name) => { try { require(name); } catch (error) { return error.code; } };
      console.log(JSON.stringify({
        promised: [typeof startSandbox, typeof TEST_ACCOUNT],
        inside: ['server/index', 'server/errors', 'engine/index'].map((name) => code('@ozflow/oz-sandbox/' + name)),
      }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { cwd: folder });
    assert.deepEqual(JSON.parse(stdout), {
      promised: ['function', 'object'],
      inside: Array.from({ length: 3 }, () => 'ERR_PACKAGE_PATH_NOT_EXPORTED'),
    });
  });

  it('serves the API and its samples', async () => {
    const bin = join(folder, 'node_modules/.bin/oz-sandbox');
    const program = new Program('oz-sandbox', process.execPath, [bin, '--port', '0'], { cwd: folder });
    try {
      const line = await program.lineAfter(0, /http:\/\//);
      const url = /http:\/\/[^\s/]+/.exec(line)?.[0] ?? '';
      assert.equal((await fetch(`${url}/api/version`)).status, 200);
      const sample = await fetch(`${url}/samples/astronaut.png`);
      assert.equal(sample.headers.get('content-type'), 'image/png');
      await sample.arrayBuffer();
    } finally {
      await program.stop();
    }
    assert.equal(await program.ended(), 0);
  });
});
