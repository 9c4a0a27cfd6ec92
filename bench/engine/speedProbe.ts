/**
 * Runs the engine in a process of its own and prints what it took, as JSON (`Probe`): node speedProbe.js FILE RUNS MODE. What
 * each mode does: see speedProtocol.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { createEngine } from '@ozflow/oz-sandbox/engine/index';
import { timeDecoding } from './decodingTime';
import { WORKERS, type Probe } from './speedProtocol';

/** After a film the engine starts a decoder for the next one; decoding alone must not compete with that. */
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

/** Processor time so far of this process and of the children that have ended, milliseconds, as Linux counts it. */
function processorMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // After the name: utime, stime, cutime and cstime are the 12th to the 15th, in hundredths of a second (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
}

/** Times the analyses of one file, asked for all at once, and decoding it as often, as many at a time as there are workers. */
async function together(path: string, runs: number): Promise<{ times: number[]; decode: number[] }> {
  const all = (count: number, work: () => Promise<unknown>): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, work));
  const engine = createEngine({ workers: WORKERS });
  await all(WORKERS, () => engine.analyze({ path }));
  await setTimeout(REST_MS);
  const start = performance.now();
  await all(runs, () => engine.analyze({ path }));
  const times = [performance.now() - start];
  await engine.close();
  const decodeFrom = performance.now();
  await all(WORKERS, async () => {
    for (let run = 0; run < runs / WORKERS; run++) await timeDecoding(path);
  });
  return { times, decode: [performance.now() - decodeFrom] };
}

async function timePhoto(path: string): Promise<number> {
  const start = performance.now();
  await sharp(path).raw().toBuffer();
  return performance.now() - start;
}

async function main(): Promise<void> {
  const [, , path = '', runs = '1', mode = 'alone'] = process.argv;
  const watched = mode === 'memory' || mode === 'together';
  const timer = watched ? setInterval(watchMemory, mode === 'memory' ? 20 : 100) : undefined;
  if (mode === 'together') {
    const result = await together(path, Number(runs));
    clearInterval(timer);
    return print({ ...result, peak, work: 0 });
  }
  const engine = createEngine();
  const times: number[] = [];
  const decode: number[] = [];
  const work = { engine: 0, decode: 0 };
  let before = processorMs();
  for (let run = 0; run < Number(runs); run++) {
    if (mode === 'rested') {
      await setTimeout(REST_MS);
      // What the first run takes is loading, mostly; the decoder that was started meanwhile belongs to the analysis.
      if (run > 1) work.engine += processorMs() - before;
      before = processorMs();
      decode.push(await timeDecoding(path));
      if (run > 0) work.decode += processorMs() - before;
      before = processorMs();
    }
    if (mode === 'photo') decode.push(await timePhoto(path));
    // Cold counts from the start of the process, which is the zero of this clock.
    const from = run === 0 ? 0 : performance.now();
    await engine.analyze({ path });
    times.push(performance.now() - from);
  }
  clearInterval(timer);
  if (mode === 'rested') await setTimeout(REST_MS);
  work.engine += processorMs() - before;
  await engine.close();
  if (mode === 'queue') for (let run = 0; run < Number(runs); run++) decode.push(await timeDecoding(path));
  print({ times, decode, peak, work: mode === 'rested' ? work.engine / work.decode : 0 });
}

function print(probe: Probe): void {
  process.stdout.write(JSON.stringify(probe));
}

void main();
