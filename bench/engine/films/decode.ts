import { spawn } from 'node:child_process';
import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { ByteReader, y4mSize } from '@ozflow/oz-sandbox/engine/media/decoder/y4m';
import { yuvBytes, yuvImage } from '@ozflow/oz-sandbox/engine/media/picture';

const HEADER_BYTES = 256;

/** All frames of a film, upright and in the order they are shown; needs the ffmpeg program. */
export async function* framesOf(path: string): AsyncGenerator<YuvImage> {
  const child = spawn(
    'ffmpeg',
    ['-nostdin', '-loglevel', 'error', '-i', path, '-map', '0:v:0', '-fps_mode', 'passthrough'].concat(
      '-vf',
      'crop=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p',
      '-f',
      'yuv4mpegpipe',
      '-strict',
      '-1',
      'pipe:1',
    ),
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const reader = new ByteReader(child.stdout[Symbol.asyncIterator]());
    const header = await reader.line(HEADER_BYTES);
    if (header === undefined) throw new Error(`${path} has no frames.`);
    const { width, height } = y4mSize(header);
    while ((await reader.line(HEADER_BYTES)) !== undefined) {
      const data = Buffer.alloc(yuvBytes(width, height));
      if (!(await reader.fill(data))) return;
      yield yuvImage(width, height, { fullRange: false, matrix: 'bt601' }, data);
    }
  } finally {
    child.kill();
  }
}
