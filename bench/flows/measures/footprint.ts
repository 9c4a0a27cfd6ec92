import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NodeRed } from '../../../tools/launch/nodeRed';
import type { Note } from '../figures';
import { ROOT } from '../../../tools/launch/versions';

const run = promisify(execFile);

/** As `du -m` counts. */
const MB = 1024 * 1024;

/** Load time of all nodes of the palette, and what installing the palette puts on the disk. */
export async function measureFootprint(
  options: { rounds: number },
  note: Note,
  say: (text: string) => void,
): Promise<void> {
  for (let round = 0; round < options.rounds; round++) note('loadTime', { palette: await loadTime() });
  try {
    note('installedSize', { palette: (await installedBytes()) / MB });
  } catch (error) {
    say(`Installed size not measured: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Starts a real Node-RED with `loadTimer.js` loaded first, which times the palette's modules and prints the sum. */
async function loadTime(): Promise<number> {
  const nodeRed = await NodeRed.start({
    major: 4,
    env: { NODE_OPTIONS: `--require ${join(__dirname, '..', 'loadTimer.js')}` },
  });
  try {
    // The line comes with every node loaded; the last one holds the sum of all.
    const lines = nodeRed.log.filter((line) => line.startsWith('bench-load '));
    if (lines.length < 4) throw new Error(`Only ${lines.length} nodes were timed.`);
    return Number(lines.at(-1)?.split(' ')[2]);
  } finally {
    await nodeRed.stop();
  }
}

/** Packs the palette, installs the package into an empty folder from the registry, and adds up the sizes of its files. */
async function installedBytes(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'oz-bench-install-'));
  try {
    // `--ignore-scripts`: the bench runs on what is built already.
    const packed = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
      cwd: ROOT,
    });
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const flags = [
      '--omit=dev',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--silent',
      '--prefer-offline',
    ];
    await run('npm', ['install', ...flags, join(folder, packed.stdout.trim())], { cwd: folder });
    return await bytesOnDisk(join(folder, 'node_modules'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `du` says: whole blocks, not only the bytes of the files. */
async function bytesOnDisk(path: string): Promise<number> {
  const entry = await stat(path);
  const inside = entry.isDirectory() ? await readdir(path) : [];
  const sizes = await Promise.all(inside.map((name) => bytesOnDisk(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, entry.blocks * 512);
}
