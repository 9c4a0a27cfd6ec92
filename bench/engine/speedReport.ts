import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subject } from './portraits';
import { FORMATS, type Format } from './formats';
import type { ClipSpec } from './clipSpec';
import { timeDecoding } from './decodingTime';
import type { ClipCache } from './clipCache';
import { median } from 'simple-statistics';
import { expectProgram } from '../../tools/launch/programs';
import { table } from '../table';
import { WORKERS, type Mode, type Probe } from './speedProtocol';

const RUNS = 5;

const LANDSCAPE: Format = { ...FORMATS[0], width: 1280, height: 720, name: '5 s 720p30 H.264' };
/** Drawn clips pack far better than what phones record; this one has a phone's rate. */
const PHONE: Format = {
  ...LANDSCAPE,
  encoder: ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-pix_fmt', 'yuv420p'],
  name: '5 s 720p30 H.264, 8 Mbit a second',
};
const CLIPS: readonly { format: Format; seconds: number }[] = [
  { format: LANDSCAPE, seconds: 5 },
  { format: PHONE, seconds: 5 },
  { format: { ...LANDSCAPE, width: 1920, height: 1080, fps: 60, name: '6 s 1080p60 H.264' }, seconds: 6 },
];

/** Time from file to JPEG against decoding alone, and peak memory, each in processes of their own. */
export async function speedReport(clips: ClipCache, subject: Subject): Promise<string> {
  const [load = 0] = loadavg();
  const rows: string[][] = [];
  for (const { format, seconds } of CLIPS) {
    const { path } = await clips.clip(specOf(subject, format, seconds));
    // In turn, because the speed of shared machines drifts.
    const decode: number[] = [];
    const cold: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      decode.push(await timeDecoding(path));
      cold.push((await probe(path, 1, 'alone')).times[0] ?? NaN);
    }
    const warm = await probe(path, RUNS + 1, 'rested');
    const { peak } = await probe(path, RUNS + 1, 'memory');
    const queued = await probe(path, RUNS + 1, 'queue');
    rows.push([
      format.name,
      `${median(warm.decode).toFixed(0)} ms`,
      ...timed(warm.times.slice(1), warm.decode),
      ...timed(queued.times.slice(1), queued.decode),
      ...timed(cold, decode),
      `${warm.work.toFixed(2)} ×`,
      `${peak.toFixed(0)} MB`,
    ]);
  }
  return [
    '## Speed and memory',
    '',
    `Medians of ${RUNS}. "Decode only" (ffmpeg, all frames, output discarded) is timed in the same run. "Warm" is half a second`,
    'after the previous film, when the decoder for the next one has already been started, as happens after every film. "Queued"',
    'is immediately after the previous film, when it has not. "Cold" is a new process that has to load everything. Peak memory',
    'is the highest sum seen of the engine’s process and its decoder. Work is the processor time of warm analyses with their',
    'decoders against that of decoding alone.',
    `Load of the machine at the start: ${load.toFixed(1)} on ${cpus().length} cores; more than a few tenths distorts the times.`,
    '',
    table(['Clip', 'decode only', 'warm', '', 'queued', '', 'cold', '', 'work', 'peak memory'], rows),
  ].join('\n');
}

/** Repeats of the film of `PHONE` in the long one. */
const REPEATS = 12;
const CONCURRENT_JOBS = 20;

/** Times for a long film, several at once, and a photo, against decoding alone. */
export async function loadReport(clips: ClipCache, subject: Subject): Promise<string> {
  const { path } = await clips.clip(specOf(subject, PHONE, 5));
  const folder = await mkdtemp(join(tmpdir(), 'oz-bench-'));
  const rows: string[][] = [];
  const add = (what: string, decode: number[], times: number[], peak: number): void => {
    const took = timed(times, decode);
    rows.push([what, `${median(decode).toFixed(0)} ms`, ...took, `${peak.toFixed(0)} MB`]);
  };
  try {
    const long = join(folder, 'long.mp4');
    await ffmpeg('-stream_loop', String(REPEATS - 1), '-i', path, '-c', 'copy', long);
    const dense = join(folder, 'dense.mp4');
    await ffmpeg('-i', long, '-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '8M', '-g', '30', dense);
    for (const [what, file] of [
      ['60 s 720p30 H.264, 8 Mbit a second, a keyframe in 5 s', long],
      ['60 s 720p30 H.264, 8 Mbit a second, a keyframe a second', dense],
    ] as const) {
      const warm = await probe(file, RUNS + 1, 'rested');
      const { peak } = await probe(file, 2, 'memory');
      add(what, warm.decode, warm.times.slice(1), peak);
    }
    const many = await probe(path, CONCURRENT_JOBS, 'together');
    add(`${CONCURRENT_JOBS} × ${PHONE.name}, on ${WORKERS} workers`, many.decode, many.times, many.peak);
    const photo = join(folder, 'photo.jpg');
    await ffmpeg('-i', path, '-frames:v', '1', '-vf', 'scale=4032:3024', '-q:v', '2', photo);
    const still = await probe(photo, RUNS + 1, 'photo');
    const { peak } = await probe(photo, RUNS + 1, 'memory');
    add('photo of 12 million pixels', still.decode, still.times.slice(1), peak);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return [
    '## Long films, many at once, photos',
    '',
    `As above, warm. ${CONCURRENT_JOBS} at once: the time until all are done, beside that of decoding as many, ${WORKERS} at a time. A photo is`,
    'decoded alone by sharp, in the engine’s own process.',
    '',
    table(['What', 'decode only', 'engine', '', 'peak memory'], rows),
  ].join('\n');
}

async function ffmpeg(...args: string[]): Promise<void> {
  const child = spawn(expectProgram('ffmpeg').path, ['-nostdin', '-v', 'error', '-y', ...args], {
    stdio: 'ignore',
  });
  const [code]: unknown[] = await once(child, 'close');
  if (code !== 0) throw new Error('ffmpeg could not make a file of the bench.');
}

/** A time, and how many times that of decoding alone it is. */
function timed(times: number[], decode: number[]): [string, string] {
  return [`${median(times).toFixed(0)} ms`, `${(median(times) / median(decode)).toFixed(2)} ×`];
}

function specOf(subject: Subject, format: Format, seconds: number): ClipSpec {
  return {
    name: `speed-${format.name.replaceAll(' ', '-')}`,
    seed: `speed ${format.name} ${subject.name}`,
    subject,
    bystander: subject,
    defect: 'mixed',
    format,
    seconds,
    face: 0.5,
  };
}

/** Runs the engine in a process of its own. */
async function probe(path: string, runs: number, mode: Mode): Promise<Probe> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, require.resolve('./speedProbe'), path, String(runs), mode],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  await once(child, 'close');
  const result: Probe = JSON.parse(text);
  return result;
}
