import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import type { Subject } from './portraits';
import { FORMATS, type Format } from './formats';
import type { ClipSpec } from './clipSpec';
import { timeDecoding } from './decodingTime';
import type { ClipCache } from './clipCache';
import { median } from 'simple-statistics';
import { table } from '../table';

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
      cold.push((await probe(path, 1)).times[0] ?? NaN);
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
      `${peak.toFixed(0)} MB`,
    ]);
  }
  return [
    '## Speed and memory',
    '',
    `Medians of ${RUNS}; decoding alone (ffmpeg, all frames, to nowhere) is timed in the same run. Warm: half a second after the`,
    'film before, when a decoder has been started for the next one, as after every film. Queued: at once after the film',
    'before, when it has not. Cold: a new process with everything to load. Peak memory: the engine’s process and its decoder',
    'together, highest sum seen.',
    `Load of the machine when this began: ${load.toFixed(1)} on ${cpus().length} cores; more than a few tenths spoils the times.`,
    '',
    table(['Clip', 'decode only', 'warm', '', 'queued', '', 'cold', '', 'peak memory'], rows),
  ].join('\n');
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

/** What speedProbe prints. */
interface Probe {
  /** Milliseconds of each analysis, the first one cold. */
  times: number[];
  /** Milliseconds of decoding alone, in the modes that time it. */
  decode: number[];
  /** MB, this process and its children. */
  peak: number;
}

async function probe(
  path: string,
  runs: number,
  mode: '' | 'rested' | 'queue' | 'memory' = '',
): Promise<Probe> {
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
