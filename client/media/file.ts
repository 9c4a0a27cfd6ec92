import { constants, type Stats } from 'node:fs';
import { lstat, open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { systemCode } from '../errors/errorFromNetwork';
import { ozError } from '../errors/errorMessages';
import { OzError } from '../errors/ozError';

/** Where media files may lie. */
export interface FilePlaces {
  /** Files are read only below every one of these, symbolic links resolved; without any, wherever the process may. */
  mediaFolders?: readonly string[];
  /** Where relative paths begin; by default the last of the folders, else the process's own working directory. */
  workingDirectory?: string;
}

interface OpenFile {
  handle: FileHandle;
  stats: Stats;
}

/** Not regular files, whatever `stat` says. */
const SYSTEM_FILES = /^\/(dev|proc|sys)(\/|$)/;

/**
 * Opens a regular file for reading, if files may be read from where it lies. The opened file is checked, not its path,
 * so that swapping a link at the right moment gains nothing.
 *
 * Every path outside the folders gives the same error, whether it is a file, a folder, or nothing.
 * @param name what an error may call it
 * @throws OZ_MEDIA; OZ_CONFIG when a folder is not there
 */
export async function openFile(path: string, places: FilePlaces, name: string): Promise<OpenFile> {
  const { workingDirectory = '', mediaFolders = [] } = places;
  const folders = await Promise.all(
    mediaFolders.map((folder) => realFolder(resolve(workingDirectory, folder))),
  );
  const full = resolve(workingDirectory || (folders.at(-1) ?? ''), path);
  const outside = (): OzError => ozError('mediaOutside', { file: name });
  const allowed = (real: string): boolean => folders.every((folder) => contains(folder, real));
  const bounded = folders.length > 0;
  let handle: FileHandle | undefined;
  try {
    const real = await realpath(full).catch(async (error: unknown) => {
      throw bounded && !allowed(await deepestExisting(full)) ? outside() : error;
    });
    if (!allowed(real)) throw outside();
    // Looked at before it is opened, because opening a device may already do something.
    if (SYSTEM_FILES.test(real) || !(await stat(real)).isFile())
      throw ozError('mediaNotFile', { file: name });
    // If a link or a pipe has taken its place, it is neither followed nor waited for. Windows has no such flags.
    handle = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (!stats.isFile()) throw ozError('mediaNotFile', { file: name });
    if (bounded && !allowed(await realPathOf(handle, stats, real))) throw outside();
    return { handle, stats };
  } catch (error) {
    await handle?.close();
    throw fileError(error, name);
  }
}

/** The error for a failed file operation. @param file what it may call the file */
export function fileError(error: unknown, file: string): OzError {
  if (error instanceof OzError) return error;
  const system = systemCode(error) ?? 'unknown';
  if (system === 'ENOENT' || system === 'ENOTDIR') return ozError('mediaMissing', { file });
  return ozError('mediaUnreadable', { file, system }, { system });
}

/** Whether both are the same file with the same content, as far as the system tells. */
export function isSameFile(one: Stats, other: Stats): boolean {
  return (
    one.dev === other.dev && one.ino === other.ino && one.size === other.size && one.mtimeMs === other.mtimeMs
  );
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch {
    // Reported below.
  }
  throw ozError('mediaFolderMissing', { folder: folder.slice(-120) });
}

/** Whether `path` is the folder itself or lies below it. Both are real paths. */
function contains(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The deepest part of a path that exists, links resolved; the root for a dangling link, whose target must not be
 * revealed.
 */
async function deepestExisting(path: string): Promise<string> {
  for (let place = path; ; place = dirname(place)) {
    try {
      return await realpath(place);
    } catch {
      const isLink = await lstat(place).then(
        (found) => found.isSymbolicLink(),
        () => false,
      );
      if (isLink || dirname(place) === place) return resolve('/');
    }
  }
}

/** Where the opened file lies: as the system says, else by comparing it with what is at its path now. */
async function realPathOf(handle: FileHandle, opened: Stats, path: string): Promise<string> {
  if (process.platform === 'linux') {
    const told = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
    if (told !== undefined) return told;
  }
  const real = await realpath(path);
  const now = await stat(real);
  return now.dev === opened.dev && now.ino === opened.ino ? real : resolve('/');
}
