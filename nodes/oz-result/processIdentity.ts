import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Identifies the process that holds something which several Node-RED instances can see. */
export interface ProcessIdentity {
  /** One machine since its last start, and one container on it: where process ids mean the same. */
  host: string;
  pid: number;
  /** Identifies this run: a process id may be reused. */
  run: string;
}

/** Interval at which a process shows that it is alive, and looks for what others left behind. */
export const RENEW_MS = 5000;
/** A process on another machine or in another container that shows no sign of life for this long is taken for dead. */
export const LEASE_MS = 20_000;

/** A timer may fire this much early. */
const TIMER_MS = 100;

const textOf = (read: () => string): string => {
  try {
    return read();
  } catch {
    // Only Linux has these files.
    return '';
  }
};

export const thisProcess: ProcessIdentity = {
  host: createHash('sha256')
    .update(hostname())
    .update(textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')))
    .update(textOf(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 16),
  pid: process.pid,
  run: randomUUID().replaceAll('-', ''),
};

/** By run of a process whose lease seems to be running out: its last renewal, and the `performance.now()` it was seen at. */
const seenLate = new Map<string, { renewedAt: number; since: number }>();

/**
 * Whether a process is gone for good, so that another may take over what it held. Known at once on the same machine;
 * elsewhere once its lease has run out. When this machine slept, or its clock was set, all leases look old at once, or as
 * if they were renewed in the future: so a process is gone only if it does not show itself afterwards either.
 * @param renewedAt epoch milliseconds at which it last showed that it was alive
 */
export function isGone(owner: ProcessIdentity, renewedAt: number, now: number, own = thisProcess): boolean {
  if (owner.run === own.run) return false;
  if (owner.host === own.host && (owner.pid === own.pid || !isRunning(owner.pid))) return true;
  const ageMs = now - renewedAt;
  if (ageMs >= 0 && ageMs <= LEASE_MS / 2) return false;
  const before = seenLate.get(owner.run);
  const since = before?.renewedAt === renewedAt ? before.since : performance.now();
  seenLate.set(owner.run, { renewedAt, since });
  return performance.now() - since >= LEASE_MS / 2 - TIMER_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
