import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';

const run = promisify(execFile);

describe('node-red-dev validate', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-scorecard-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('finds no error, and knows every node', async function () {
    this.timeout(60_000);
    const file = join(folder, 'scorecard.json');
    const { stdout, stderr } = await run(
      process.execPath,
      [
        '--require',
        join(ROOT, 'test/support/withoutNetwork.cjs'),
        join(ROOT, 'node_modules/node-red-dev/bin/run'),
        'validate',
        '-o',
        file,
      ],
      { cwd: ROOT },
    );
    const said = stdout + stderr;
    assert.doesNotMatch(said, /Unable to parse|Warning/, said);
    const { package: _package, ...checks } = JSON.parse(await readFile(file, 'utf8')) as Record<
      string,
      unknown
    >;
    const failed = Object.entries(checks).filter(([, check]) => record(check)['test'] !== true);
    assert.deepEqual(failed, [], said);
    const expected = ['D01', 'D02', 'D03', 'N01', 'N02', 'P01', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08'];
    assert.deepEqual(Object.keys(checks).toSorted(), expected);
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      'node-red': { nodes: Record<string, string> };
    };
    const nodes = Object.keys(manifest['node-red'].nodes).filter((name) => name !== 'oz-auth');
    const seen = record(checks['N02'])['nodes'] as string[];
    assert.deepEqual(seen.toSorted(), nodes.toSorted());
  });
});
