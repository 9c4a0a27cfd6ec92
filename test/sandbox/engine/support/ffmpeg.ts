import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expectProgram } from '../../../../tools/launch/programs';

const run = promisify(execFile);

const LIMIT = { maxBuffer: 256 * 1024 * 1024 };

/** Runs the ffmpeg program, which the tests make their clips with. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y'];
  const { stdout } = await run(expectProgram('ffmpeg').path, [...quiet, ...args], {
    ...LIMIT,
    encoding: 'buffer',
  });
  return stdout;
}

/** Times of all frames of a video in milliseconds, as ffmpeg reads them. */
export async function frameTimes(path: string): Promise<number[]> {
  const args = ['-nostdin', '-hide_banner', '-copyts', '-i', path, '-map', '0:v:0', '-vf', 'showinfo'];
  const { stderr } = await run(expectProgram('ffmpeg').path, [...args, '-f', 'null', '-'], LIMIT);
  return [...stderr.matchAll(/ pts_time:(-?[\d.]+)/g)].map((match) => Math.round(Number(match[1]) * 1000));
}
