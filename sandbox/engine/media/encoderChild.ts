import type { Frame } from 'node-av';
import { PRESET } from './encoder';
import { addWithResolvers } from './withResolvers';

/** The program of node-av's `Encoder`, run as a child process. */
async function main(path: string, width: number, height: number, rate: number): Promise<void> {
  addWithResolvers();
  const av = await import('node-av');
  const { FF_ENCODER_LIBX264 } = await import('node-av/constants');
  av.Log.setLevel(av.AV_LOG_ERROR);
  const timeBase = { num: 1, den: rate };

  async function* frames(): AsyncGenerator<Frame | null> {
    const size = width * height * 3;
    let index = 0n;
    let waiting = Buffer.alloc(0);
    for await (const chunk of process.stdin) {
      if (!Buffer.isBuffer(chunk)) continue;
      waiting = Buffer.concat([waiting, chunk]);
      for (; waiting.length >= size; waiting = waiting.subarray(size)) {
        const format = av.AV_PIX_FMT_RGB24;
        yield av.Frame.fromVideoBuffer(waiting.subarray(0, size), {
          width,
          height,
          format,
          timeBase,
          pts: index++,
        });
      }
    }
    // So that filter and encoder give what they hold back.
    yield null;
  }

  const filter = av.FilterAPI.create('format=yuv420p', { threads: 1 });
  const encoder = await av.Encoder.create(FF_ENCODER_LIBX264, {
    filter,
    options: { preset: PRESET },
    context: { threadCount: 1 },
  });
  const output = await av.Muxer.open(path, { format: 'mp4', options: { movflags: '+faststart' } });
  const stream = output.addStream(encoder);
  for await (const packet of encoder.packets(filter.frames(frames()))) {
    if (packet) await output.writePacket(packet, stream);
  }
  await output.close();
}

const [path = '', ...numbers] = process.argv.slice(2);
const [width = 0, height = 0, rate = 0] = numbers.map(Number);
// The encoding itself does not keep the process alive.
const alive = setInterval(() => {}, 60_000);
main(path, width, height, rate)
  .catch((error: unknown) => {
    process.exitCode = 1;
    process.stderr.write(String(error));
  })
  .finally(() => clearInterval(alive));
