/**
 * Runs the engine in a process of its own and prints what it took, as JSON.
 * node speedProbe.js FILE RUNS MODE: with MODE `rested` the bare decoder runs before each analysis, after a rest, with `queue`
 * it runs as often when the analyses are over; with `memory` the memory is watched, which slows the analyses down.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { createEngine } from '@ozflow/oz-sandbox/engine/index';
import { timeDecoding } from './decodingTime';

/** After a film the engine starts a decoder for the next one; decoding alone is not to compareChoosers with that, milliseconds. */
const REST_MS = 500;

let peak = 0;

/** Sums the memory of this process and its children as Linux counts it (resident set). */
function watchMemory(): void {
  const own = memoryOf(process.pid);
  const children = childrenOf(process.pid).reduce((sum, pid) => sum + memoryOf(pid), 0);
  peak = Math.max(peak, own + children);
}

function memoryOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

async function main(): Promise<void> {
  const [, , path = '', runs = '1', mode = ''] = process.argv;
  const timer = mode === 'memory' ? setInterval(watchMemory, 20) : undefined;
  const engine = createEngine();
  const times: number[] = [];
  const decode: number[] = [];
  for (let run = 0; run < Number(runs); run++) {
    if (mode === 'rested') {
      await setTimeout(REST_MS);
      decode.push(await timeDecoding(path));
    }
    // Cold counts from the start of the process, which is the zero of this clock.
    const from = run === 0 ? 0 : performance.now();
    await engine.analyze({ path });
    times.push(performance.now() - from);
  }
  clearInterval(timer);
  await engine.close();
  if (mode === 'queue') for (let run = 0; run < Number(runs); run++) decode.push(await timeDecoding(path));
  process.stdout.write(JSON.stringify({ times, decode, peak }));
}

void main();
