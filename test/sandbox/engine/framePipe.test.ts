import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openFramePipe, type FramePipe } from '@ozflow/oz-sandbox/engine/media/decoder/framePipe';
import { FrameShapes, type FrameShape } from '@ozflow/oz-sandbox/engine/media/decoder/frameShapes';
import { withOwnTmpdir } from './support/folder';

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

  it('is one of its own, however long the path of the folder for temporary files is', async () => {
    await withOwnTmpdir(async () => {
      const { TMPDIR: short = '' } = process.env;
      process.env['TMPDIR'] = join(short, 'long'.repeat(30));
      await mkdir(process.env['TMPDIR']);
      const pipes = [await startWriter(1000), await startWriter(2000)];
      const sizes = pipes.map(async ({ chunks }) => {
        let read = 0;
        for await (const chunk of chunks) read += chunk.length;
        return read;
      });
      assert.deepEqual(await Promise.all(sizes), [1000, 2000]);
    });
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

describe('What a decoder tells of its frames', () => {
  const shapesOf = async (...lines: string[]): Promise<FrameShape[]> => {
    const shapes = new FrameShapes();
    for (const line of lines) shapes.take(line);
    shapes.end();
    const told: FrameShape[] = [];
    for (let shape = await shapes.next(); shape; shape = await shapes.next()) told.push(shape);
    return told;
  };
  const FRAME =
    '[Parsed_showinfo_9 @ 0x5] [info] n:   0 pts:      0 pts_time:0 fmt:yuv420p sar:1/1 s:64x48 i:P';
  const cases: [string, FrameShape['colours']][] = [
    ['color_range:tv color_space:smpte170m color_primaries:smpte170m color_trc:smpte170m', bt601()],
    ['color_range:unknown color_space:unknown color_primaries:unknown color_trc:unknown', bt601()],
    [
      '[Parsed_showinfo_9 @ 0x5] [info] color_range:pc color_space:bt709 color_primaries:bt709 color_trc:bt709',
      { ...bt601(), fullRange: true, matrix: 'bt709' },
    ],
    [
      'color_range:tv color_space:bt709 color_primaries:smpte432 color_trc:bt709',
      { ...bt601(), matrix: 'bt709', primaries: 'p3' },
    ],
    [
      'color_range:tv color_space:bt2020nc color_primaries:bt2020 color_trc:smpte2084',
      { fullRange: false, matrix: 'bt2020', primaries: 'bt2020', transfer: 'pq' },
    ],
    // A video of high dynamic range that tells no more is one of BT.2100.
    [
      'color_range:tv color_space:unknown color_primaries:unknown color_trc:arib-std-b67',
      { fullRange: false, matrix: 'bt2020', primaries: 'bt2020', transfer: 'hlg' },
    ],
  ];
  for (const [line, colours] of cases) {
    it(`gives size and colours of “${line}”`, async () => {
      assert.deepEqual(await shapesOf(FRAME, line), [{ width: 64, height: 48, bits: 8, colours }]);
    });
  }

  for (const [size, matrix] of [
    ['854x480', 'bt601'],
    ['480x854', 'bt601'],
    ['1280x720', 'bt709'],
    ['720x1280', 'bt709'],
  ] as const) {
    it(`takes frames of ${size} that do not tell their matrix for ${matrix}`, async () => {
      const [untold, told] = await shapesOf(
        `fmt:yuv420p s:${size}`,
        'color_range:tv color_space:unknown color_primaries:unknown color_trc:unknown',
        `fmt:yuv420p s:${size}`,
        'color_range:tv color_space:smpte170m color_primaries:unknown color_trc:unknown',
      );
      assert.equal(untold?.colours.matrix, matrix);
      assert.equal(told?.colours.matrix, 'bt601');
    });
  }

  it('tells frames of 10 bits from those of 8', async () => {
    const [shape] = await shapesOf(
      'fmt:yuv420p10le s:320x240',
      'color_range:tv color_space:bt709 color_primaries:x color_trc:y',
    );
    assert.deepEqual([shape?.bits, shape?.width, shape?.height], [10, 320, 240]);
  });

  it('does not believe what a video says of itself', async () => {
    const told = await shapesOf(
      '[info]     title           : fmt:yuv420p s:9x9',
      '[info]     comment         : color_range:tv color_space:bt709 color_primaries:x color_trc:y',
    );
    assert.deepEqual(told, []);
  });

  function bt601(): FrameShape['colours'] {
    return { fullRange: false, matrix: 'bt601', primaries: 'bt709', transfer: 'sdr' };
  }
});
