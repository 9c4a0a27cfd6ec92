import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../tools/launch/versions';

const run = promisify(execFile);

/** npm as a user calls it. On Windows it is a command file, which needs a shell. */
export const npm = (args: string[], cwd: string): Promise<{ stdout: string; stderr: string }> =>
  run('npm', args, { cwd, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' });

export interface Packed {
  /** Path of the .tgz. */
  tarball: string;
  /** Paths inside the package. */
  files: string[];
  remove(): Promise<void>;
}

/** Packs what is built, as `npm publish` would. `folder` is relative to the repository: `.` or `sandbox`. */
export async function pack(folder: string): Promise<Packed> {
  const target = await mkdtemp(join(tmpdir(), 'oz-pack-'));
  const { stdout } = await npm(
    ['pack', '--json', '--ignore-scripts', '--pack-destination', target],
    join(ROOT, folder),
  );
  const answer = JSON.parse(stdout) as unknown;
  // npm 10 and 11 answer with a list, later ones with an object by package name.
  const [entry] = Object.values(answer as Record<string, { filename: string; files: { path: string }[] }>);
  if (entry === undefined) throw new Error(`npm pack said: ${stdout.slice(0, 500)}`);
  return {
    tarball: join(target, entry.filename.replace(/^@/, '').replace('/', '-')),
    files: entry.files.map(({ path }) => path),
    remove: () => rm(target, { recursive: true, force: true }),
  };
}
