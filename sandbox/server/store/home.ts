import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'oz-sandbox-';
const PID_FILE = 'pid';

/** The directory a running sandbox works in. */
export interface Home {
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
  const leave = (): void => {
    process.off('exit', leave);
    rmSync(directory, { recursive: true, force: true });
  };
  process.on('exit', leave);
  return { directory, leave };
}

/** The directory that `--data` names. Throws when another running sandbox has it. */
export function lastingHome(directory: string): Home {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const owner = runningOwner(directory);
  if (owner !== undefined) {
    throw new Error(`The directory ${directory} is in use by another running sandbox (process ${owner})`);
  }
  const pidFile = join(directory, PID_FILE);
  writeFileSync(pidFile, String(process.pid), { mode: 0o600 });
  const leave = (): void => {
    process.off('exit', leave);
    rmSync(pidFile, { force: true });
  };
  process.on('exit', leave);
  return { directory, leave };
}

function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const directory = join(tmpdir(), name);
    try {
      if (isLeftover(directory)) rmSync(directory, { recursive: true, force: true });
    } catch {
      // It belongs to somebody else, who will remove it.
    }
  }
}

/** A directory of ours whose process is gone. One without a process number is being made this moment. */
function isLeftover(directory: string): boolean {
  try {
    readFileSync(join(directory, PID_FILE));
  } catch {
    return false;
  }
  return runningOwner(directory) === undefined;
}

/** The process that has the directory, when it still runs. */
function runningOwner(directory: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(join(directory, PID_FILE), 'utf8'));
  } catch {
    return undefined;
  }
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    const running = error instanceof Error && 'code' in error && error.code === 'EPERM';
    return running ? pid : undefined;
  }
}
