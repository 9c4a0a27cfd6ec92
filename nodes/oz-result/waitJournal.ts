import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../shared/message';
import { isForgotten } from './waitBackend';
import { isGone, RENEW_MS, thisProcess, type ProcessIdentity } from './processIdentity';

/** One line of a journal: a wait of a node, or, without one, that it is over. */
interface Line {
  node: string;
  key: string;
  wait?: unknown;
}

/** A file is rewritten when it has this many lines and most of them are about waits that are over. */
const COMPACT_FROM_LINES = 1000;
const MAX_LINES_PER_WAIT = 4;
/** And each minute, when it has lines about waits that are over. */
const RENEWALS_PER_COMPACTION = 12;

const fileName = ({ host, pid, run }: ProcessIdentity, part = ''): string =>
  `${host}-${pid}-${run}${part}.jsonl`;
/** Ends the name of a file that is being written anew. */
const UNFINISHED = '.new';
const FILE_NAME = /^([0-9a-f]+)-(\d+)-([0-9a-f]+)(?:\.[0-9a-f]+)?\.jsonl(\.new)?$/;

/** Journals of this process by folder. */
const journals = new Map<string, WaitJournal>();

/**
 * The waits of this process, in one append-only file in a folder that several Node-RED instances may share. Each
 * process has its own file and takes over the files of processes that are gone, each of them once. What was put is
 * on the disk when the promise resolves; many at a time cost one write. Without a folder the waits are kept in memory
 * and survive deploys only.
 */
export class WaitJournal {
  /** By node id and key. */
  readonly #waits = new Map<string, Map<string, unknown>>();
  readonly #directory: string | undefined;
  #pending: string[] = [];
  #nextWrite: Promise<void> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #takeover: Promise<void> | undefined;
  /** Why the folder, or the file of a process that is gone, could not be read at the last takeover. */
  #unreadable: unknown;
  /**
   * Files taken over whose waits are not in the own file yet, as the disk was full: the ids of those that are not over.
   * When none is left, or all are in the own file, the file is in the way of others.
   */
  readonly #taken = new Map<string, Set<string>>();
  #lines = 0;
  /** The last write failed: what is on the disk may end with half a line. */
  #broken = false;
  #renewal: NodeJS.Timeout | undefined;

  private constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** The journal of this process in a folder, which is made when the first wait is put; one for each folder. */
  static in(directory: string | undefined): WaitJournal {
    const journal = journals.get(directory ?? '') ?? new WaitJournal(directory);
    journals.set(directory ?? '', journal);
    return journal;
  }

  /** Stores a wait, or forgets it. Rejects when the disk does not take it; it is then kept in memory. */
  async put(node: string, key: string, wait: unknown): Promise<void> {
    const ofNode = this.#waits.get(node) ?? new Map<string, unknown>();
    this.#waits.set(node, ofNode);
    if (wait === undefined) ofNode.delete(key);
    else ofNode.set(key, wait);
    if (ofNode.size === 0) this.#waits.delete(node);
    if (wait === undefined) await this.#forgetTaken(idOf({ node, key }));
    await this.#append({ node, key, wait });
  }

  /**
   * All waits of a node that are this process's, with those of processes that are gone. Rejects when there are none, but
   * some could not be read.
   */
  async waitsOf(node: string): Promise<Record<string, unknown>> {
    // Nodes start together; one look into the folder serves all of them.
    this.#takeover ??= this.#takeOver().finally(() => {
      this.#takeover = undefined;
    });
    await this.#takeover;
    const waits = this.#waits.get(node);
    if (waits === undefined && this.#unreadable !== undefined) throw this.#unreadable;
    return Object.fromEntries(waits ?? []);
  }

  /** The node is gone for good. */
  async forget(node: string): Promise<void> {
    const keys = [...(this.#waits.get(node)?.keys() ?? [])];
    await Promise.all(keys.map((key) => this.put(node, key, undefined)));
  }

  #append(line: Line): Promise<void> {
    if (this.#directory === undefined) return Promise.resolve();
    this.#pending.push(`${JSON.stringify(line)}\n`);
    if (this.#nextWrite === undefined) {
      const file = join(this.#directory, fileName(thisProcess));
      this.#nextWrite = this.#lastWrite.then(() => {
        this.#nextWrite = undefined;
        return this.#write(file);
      });
      this.#lastWrite = this.#nextWrite.catch(() => undefined);
    }
    return this.#nextWrite;
  }

  async #write(file: string): Promise<void> {
    const lines = this.#pending;
    this.#pending = [];
    const live = this.#live();
    this.#lines += lines.length;
    const wasBroken = this.#broken;
    const anew =
      wasBroken ||
      live === 0 ||
      (this.#lines > COMPACT_FROM_LINES && this.#lines > MAX_LINES_PER_WAIT * live);
    this.#broken = true;
    // The folder may not be there yet, or have been removed.
    if (wasBroken || this.#renewal === undefined)
      await mkdir(this.#directory ?? '', { recursive: true, mode: 0o700 });
    this.#keepAlive(file);
    const append = (): Promise<void> => writeDurably(file, 'a', lines.join(''));
    if (!anew) await append();
    else if (wasBroken || live === 0) await this.#rewrite(file);
    // The disk may have room for these lines, but not for another file.
    else await this.#rewrite(file).catch(append);
    this.#broken = false;
  }

  #live(): number {
    return [...this.#waits.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Takes waits that are over off the disk: what their messages held may be about persons. */
  #forgetFinished(file: string): void {
    if (this.#lines <= this.#live()) return;
    this.#lastWrite = this.#lastWrite.then(() => this.#rewrite(file)).catch(() => undefined);
  }

  /** All current waits and nothing else, including those that could not be stored before. */
  async #rewrite(file: string): Promise<void> {
    const all = [...this.#waits].flatMap(([node, waits]) =>
      [...waits].map(([key, wait]) => `${JSON.stringify({ node, key, wait })}\n`),
    );
    const taken = [...this.#taken.keys()];
    const compact = `${file}${UNFINISHED}`;
    try {
      if (all.length === 0) {
        // There is nothing that a crash could lose, and so no need for another file, which a full disk may not take.
        await writeDurably(file, 'w', '');
      } else {
        await writeDurably(compact, 'w', all.join(''));
        await rename(compact, file);
      }
    } catch (error) {
      // On a full disk it would be in the way.
      await rm(compact, { force: true }).catch(() => undefined);
      throw error;
    }
    this.#lines = all.length;
    for (const part of taken) await this.#removeTaken(part);
  }

  /** A wait is over, and with it perhaps a file that was taken over. */
  async #forgetTaken(id: string): Promise<void> {
    for (const [part, ids] of this.#taken) {
      if (ids.delete(id) && ids.size === 0) await this.#removeTaken(part);
    }
  }

  async #removeTaken(part: string): Promise<void> {
    this.#taken.delete(part);
    await rm(part, { force: true }).catch(() => undefined);
  }

  #keepAlive(file: string): void {
    if (this.#renewal !== undefined) return;
    let renewals = 0;
    this.#renewal = setInterval(() => {
      void renew(file);
      renewals += 1;
      if (renewals % RENEWALS_PER_COMPACTION === 0) this.#forgetFinished(file);
    }, RENEW_MS).unref();
  }

  /** Takes over the files of processes that are gone. */
  async #takeOver(): Promise<void> {
    const directory = this.#directory;
    if (directory === undefined) return;
    this.#unreadable = undefined;
    const unreadable = (error: unknown): void => {
      this.#unreadable = error;
    };
    const names = await ifThere(readdir(directory)).catch(unreadable);
    for (const name of names ?? []) await this.#takeOverFile(directory, name).catch(unreadable);
  }

  async #takeOverFile(directory: string, name: string): Promise<void> {
    const [, host = '', pid, run = '', unfinished] = FILE_NAME.exec(name) ?? [];
    if (pid === undefined) return;
    const file = join(directory, name);
    const found = await ifThere(stat(file));
    if (found === undefined || !isGone({ host, pid: Number(pid), run }, found.mtimeMs, Date.now())) return;
    if (unfinished !== undefined) {
      // The file that it was to replace is there.
      await rm(file, { force: true });
      return;
    }
    const part = join(directory, fileName(thisProcess, `.${randomUUID().replaceAll('-', '')}`));
    // Renaming a file succeeds for one process only.
    const taken = await ifThere(rename(file, part).then(() => true));
    if (taken === undefined) return;
    await renew(part);
    const all = await openWaits(part).catch(async (error: unknown) => {
      // It may be readable at the next look.
      await rename(part, file);
      throw error;
    });
    const waits = all.filter(({ wait }) => !isForgotten(wait));
    this.#taken.set(part, new Set(waits.map(idOf)));
    await Promise.all(waits.map(({ node, key, wait }) => this.put(node, key, wait)));
    await this.#removeTaken(part);
  }
}

/** Resolves with undefined when there is no such file or folder, or none any more. */
const ifThere = <T>(work: Promise<T>): Promise<T | undefined> =>
  work.catch((error: unknown) => {
    if (isRecord(error) && error['code'] === 'ENOENT') return undefined;
    throw error;
  });

/** Shows that the process that holds this file is alive. */
async function renew(file: string): Promise<void> {
  const now = new Date();
  // Before its first wait a process has no file.
  await utimes(file, now, now).catch(() => undefined);
}

/** On the disk when it resolves, not only with the operating system. */
async function writeDurably(file: string, flags: 'a' | 'w', text: string): Promise<void> {
  const handle = await open(file, flags, 0o600);
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Without waiting for the writer of a pipe, and no file elsewhere. */
const READ_AT_ONCE = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

const idOf = ({ node, key }: Line): string => `${node} ${key}`;

/** The waits of a journal that are not over. A line that a crash has cut off is left out. */
async function openWaits(file: string): Promise<Line[]> {
  const waiting = new Map<string, Line>();
  // Not as one text: thousands of waits with long messages are more than a text can hold.
  const handle = await open(file, READ_AT_ONCE);
  for await (const row of handle.readLines()) {
    const line = parse(row);
    if (line === undefined) continue;
    if (line.wait === undefined) waiting.delete(idOf(line));
    else waiting.set(idOf(line), line);
  }
  return [...waiting.values()];
}

function parse(row: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(row);
    if (!isRecord(line)) return undefined;
    const { node, key, wait } = line;
    return typeof node === 'string' && typeof key === 'string' ? { node, key, wait } : undefined;
  } catch {
    return undefined;
  }
}
