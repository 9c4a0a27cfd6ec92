import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expectProgram } from '../../tools/launch/programs';

/** Milliseconds that ffmpeg takes to decode all frames of a file and discard them. */
export async function timeDecoding(path: string): Promise<number> {
  const start = performance.now();
  const args = ['-v', 'error', '-threads', '2', '-i', path, '-f', 'null', '-'];
  await once(spawn(expectProgram('ffmpeg').path, args, { stdio: 'ignore' }), 'close');
  return performance.now() - start;
}
