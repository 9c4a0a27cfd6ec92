import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { ByteReader } from '@ozflow/oz-sandbox/engine/media/decoder/byteReader';
import { FrameShapes } from '@ozflow/oz-sandbox/engine/media/decoder/frameShapes';
import { yuvBytes, yuvImage } from '@ozflow/oz-sandbox/engine/media/picture';
import { expectProgram } from '../../../tools/launch/programs';

/** All frames of a film, upright and in the order they are shown; needs the ffmpeg program. */
export async function* framesOf(path: string): AsyncGenerator<YuvImage> {
  const child = spawn(
    expectProgram('ffmpeg').path,
    ['-nostdin', '-nostats', '-loglevel', 'level+info', '-i', path, '-map', '0:v:0'].concat(
      '-vf',
      'format=yuv420p,showinfo=checksum=0',
      ...['-fps_mode', 'passthrough', '-autoscale', '0', '-f', 'rawvideo', 'pipe:1'],
    ),
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  try {
    const shapes = new FrameShapes();
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => shapes.take(line));
    lines.once('close', () => shapes.end());
    const reader = new ByteReader(child.stdout[Symbol.asyncIterator]());
    for (let shape = await shapes.next(); shape; shape = await shapes.next()) {
      const data = Buffer.alloc(yuvBytes(shape.width, shape.height));
      if (!(await reader.fill(data))) return;
      yield yuvImage(shape.width, shape.height, shape.colours, data);
    }
  } finally {
    child.kill();
  }
}
