import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs the ffmpeg program, which the tests make their clips with. */
export async function ffmpeg(...args: string[]): Promise<Buffer> {
  return call('ffmpeg', ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args]);
}

/** Times of all frames of a film in milliseconds, as ffprobe (a program that comes with ffmpeg) reads them. */
export async function frameTimes(path: string): Promise<number[]> {
  const fields = ['-show_entries', 'frame=pts_time', '-of', 'csv=p=0'];
  const text = await call('ffprobe', ['-v', 'error', '-select_streams', 'v:0', ...fields, path]);
  return (
    text
      .toString()
      .split('\n')
      // Frames with side data are followed by an empty line.
      .filter((line) => line.trim() !== '')
      .map((line) => Math.round(Number.parseFloat(line) * 1000))
  );
}

async function call(program: string, args: string[]): Promise<Buffer> {
  try {
    const { stdout } = await run(program, args, { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error(`The engine's tests need ${program}. Install it: apt-get install ffmpeg`, {
        cause: error,
      });
    }
    throw error;
  }
}
