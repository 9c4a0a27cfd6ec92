/**
 * Runs the engine in a process of its own and prints what it took, as JSON. node speedProbe.js FILE RUNS MODE: with
 * MODE `rested` the bare decoder runs before each analysis, after a rest, with `queue` it runs as often when the
 * analyses are over; with `memory` the memory is watched, which slows the analyses down; with `together` all analyses
 * are asked for at once, of two workers, after one to warm up, and take one time; with `photo` sharp decodes instead
 * of ffmpeg.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { createEngine } from '@ozflow/oz-sandbox/engine/index';
import { timeDecoding } from './decodingTime';

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

/** Times the analyses of one file, asked for all at once, and decoding it as often, as many at a time as there are workers. */
async function together(path: string, runs: number): Promise<{ times: number[]; decode: number[] }> {
  const workers = 2;
  const all = (count: number, work: () => Promise<unknown>): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, work));
  const engine = createEngine({ workers });
  await all(workers, () => engine.analyze({ path }));
  await setTimeout(REST_MS);
  const start = performance.now();
  await all(runs, () => engine.analyze({ path }));
  const times = [performance.now() - start];
  await engine.close();
  const decodeFrom = performance.now();
  await all(workers, async () => {
    for (let run = 0; run < runs / workers; run++) await timeDecoding(path);
  });
  return { times, decode: [performance.now() - decodeFrom] };
}

async function timePhoto(path: string): Promise<number> {
  const start = performance.now();
  await sharp(path).raw().toBuffer();
  return performance.now() - start;
}

async function main(): Promise<void> {
  const [, , path = '', runs = '1', mode = ''] = process.argv;
  const watched = mode === 'memory' || mode === 'together';
  const timer = watched ? setInterval(watchMemory, mode === 'memory' ? 20 : 100) : undefined;
  if (mode === 'together') {
    const result = await together(path, Number(runs));
    clearInterval(timer);
    process.stdout.write(JSON.stringify({ ...result, peak }));
    return;
  }
  const engine = createEngine();
  const times: number[] = [];
  const decode: number[] = [];
  for (let run = 0; run < Number(runs); run++) {
    if (mode === 'rested') {
      await setTimeout(REST_MS);
      decode.push(await timeDecoding(path));
    }
    if (mode === 'photo') decode.push(await timePhoto(path));
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
