import { chmod, mkdir } from 'node:fs/promises';

/** Makes a directory that only this user can read, also where it was there before, whatever the process's umask. */
export async function privateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  // Some file systems know no modes.
  await chmod(path, 0o700).catch(() => undefined);
}
