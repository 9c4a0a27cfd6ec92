import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

/** Runs a benchmark's program, which must end by itself before it starts anything. */
const run = (program: string, ...args: string[]): { status: number | null; said: string } => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--conditions=oz-repository', join(ROOT, 'dist/bench', program), ...args],
    { encoding: 'utf8', timeout: 20_000 },
  );
  return { status, said: stderr };
};

describe('the options of the benchmarks', function () {
  this.timeout(60_000);

  const wrong: [program: string, args: string[], said: string][] = [
    ['flows/soakMain.js', ['--jobs', 'x'], '--jobs x: a whole number of at least 1 is expected'],
    ['flows/main.js', ['--node-red', '6'], '--node-red 6: expected 4, 5'],
    ['engine/main.js', ['--clips', '1.5'], '--clips 1.5: a whole number of at least 1 is expected'],
  ];
  for (const [program, args, said] of wrong) {
    it(`says what is wrong with ${args.join(' ')}, and starts nothing`, () => {
      assert.deepEqual(run(program, ...args), { status: 1, said: `${said}\n` });
    });
  }
});
