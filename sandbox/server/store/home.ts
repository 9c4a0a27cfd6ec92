import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const PREFIX = 'oz-sandbox-';
const PID_FILE = 'pid';

/** What the engine names the directory of a media file it was given as bytes: with the number of its process. */
const ENGINE_NAME = /^oz-engine-(\d+)-/;

/** The directories this process works in. */
const held = new Set<string>();

/** The directory a running sandbox works in. */
interface Home {
  directory: string;
  /** Gives the directory up; a temporary one is removed with everything in it. Safe to call twice. */
  leave(): void;
}

/**
 * A private temporary directory, removed at the end, also when the process ends by an exception. What a killed
 * process left behind is removed here, at the next start.
 */
export async function temporaryHome(): Promise<Home> {
  removeLeftovers();
  const directory = await mkdtemp(join(tmpdir(), PREFIX));
  writeFileSync(join(directory, PID_FILE), String(process.pid), { mode: 0o600 });
  held.add(directory);
  const leave = (): void => {
    process.off('exit', leave);
    held.delete(directory);
    rmSync(directory, { recursive: true, force: true });
  };
  process.on('exit', leave);
  return { directory, leave };
}

/** The directory that `--data` names. Throws when another running sandbox has it. */
export function lastingHome(path: string): Home {
  const directory = resolve(path);
  makeDirectory(directory);
  const owner = runningOwner(directory);
  if (owner !== undefined) {
    throw new Error(`The directory ${directory} is in use by another running sandbox (process ${owner})`);
  }
  const pidFile = join(directory, PID_FILE);
  writeFileSync(pidFile, String(process.pid), { mode: 0o600 });
  held.add(directory);
  const leave = (): void => {
    process.off('exit', leave);
    held.delete(directory);
    rmSync(pidFile, { force: true });
  };
  process.on('exit', leave);
  return { directory, leave };
}

/**
 * Makes a directory and those above it. `recursive` would try for ever where a system refuses new directories by saying that the
 * one above is not there, as `/proc` does.
 */
function makeDirectory(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (!existsSync(dirname(path))) makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const directory = join(tmpdir(), name);
    try {
      if (isLeftover(name, directory)) rmSync(directory, { recursive: true, force: true });
    } catch {
      // It belongs to somebody else, who will remove it.
    }
  }
}

/** A directory of ours whose process is gone. One without a process number is just being created. */
function isLeftover(name: string, directory: string): boolean {
  const engine = ENGINE_NAME.exec(name);
  if (engine !== null) return !isRunning(Number(engine[1]));
  if (!name.startsWith(PREFIX)) return false;
  return ownerOf(directory) !== undefined && runningOwner(directory) === undefined;
}

/** The process that has the directory, when it still runs. */
function runningOwner(directory: string): number | undefined {
  const pid = ownerOf(directory);
  if (pid === undefined) return undefined;
  // In a container every start may have the same number: then only what this process holds is in use.
  const running = pid === process.pid ? held.has(directory) : isRunning(pid);
  return running ? pid : undefined;
}

function ownerOf(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(directory, PID_FILE), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
