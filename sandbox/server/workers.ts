import { availableParallelism, totalmem } from 'node:os';

const MIB = 1024 * 1024;

/** Maximum memory for work on one media file, decoder included (docs/engine-benchmark.md, speed and memory). */
const BYTES_PER_WORKER = 256 * MIB;

/** More hardly help, because reading and writing media is not what takes the time. */
const MAX_WORKERS = 8;

/**
 * How many media a machine can work on at once: one for each processor, in at most half of the memory. In a container
 * both are what the container may use, as far as Node.js knows.
 */
export function workersFor(processors: number, memoryBytes: number): number {
  const bearable = Math.floor(memoryBytes / 2 / BYTES_PER_WORKER);
  return Math.max(1, Math.min(processors, bearable, MAX_WORKERS));
}

/** The same for this machine. */
export function workersOfThisMachine(): number {
  // Zero or a number beyond all memory: nothing is constrained.
  const constrained = process.constrainedMemory();
  const memory = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return workersFor(availableParallelism(), memory);
}
