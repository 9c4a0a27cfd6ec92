import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { coloursIn } from '@ozflow/oz-sandbox/engine/media/decoder/colours';
import { openFramePipe, type FramePipe } from '@ozflow/oz-sandbox/engine/media/decoder/framePipe';

/** A process that writes `bytes` bytes to its standard output: 0, 1, 2 … 250, 0, 1 … */
async function startWriter(bytes: number): Promise<FramePipe> {
  const pipe = await openFramePipe();
  const program = `process.stdout.write(Buffer.alloc(${bytes}, Buffer.from(Array.from({ length: 251 }, (_, i) => i))))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', pipe.theirs, 'ignore'] });
  pipe.theirs.destroy();
  await once(child, 'spawn');
  return pipe;
}

describe('Pipe for frames', () => {
  it('gives all bytes in order, all through the same memory', async () => {
    const bytes = 3_000_001;
    const pipe = await startWriter(bytes);
    let read = 0;
    const memory = new Set<ArrayBufferLike>();
    for await (const chunk of pipe.chunks) {
      memory.add(chunk.buffer);
      for (const byte of chunk) assert.equal(byte, read++ % 251);
    }
    assert.equal(read, bytes);
    assert.equal(memory.size, 1);
  });

  it('ends when it is let go of, whatever is still to come', async () => {
    const pipe = await startWriter(3_000_000);
    let read = 0;
    for await (const chunk of pipe.chunks) {
      read += chunk.length;
      pipe.destroy();
    }
    assert.ok(read > 0 && read < 3_000_000, String(read));
  });
});

describe('Colours that a decoder tells', () => {
  const cases = {
    'color_range:tv color_space:smpte170m': { fullRange: false, matrix: 'bt601' },
    'color_range:unknown color_space:unknown color_primaries:unknown': { fullRange: false, matrix: 'bt601' },
    '[Parsed_showinfo_9 @ 0x5] [info] color_range:pc color_space:bt709 color_trc:bt709': {
      fullRange: true,
      matrix: 'bt709',
    },
    'color_range:tv color_space:bt2020nc': { fullRange: false, matrix: 'bt2020' },
  };
  for (const [line, colours] of Object.entries(cases)) {
    it(`are ${colours.matrix}, ${colours.fullRange ? 'full' : 'limited'} range, in “${line}”`, () => {
      assert.deepEqual(coloursIn(line), colours);
    });
  }

  it('are not in other lines', () => {
    assert.equal(coloursIn('[info] n:   0 pts:      0 pts_time:0 fmt:yuv420p'), undefined);
  });
});
