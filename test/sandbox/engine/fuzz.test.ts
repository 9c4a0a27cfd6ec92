import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { seeded } from '../../../tools/random';
import { createEngine, EngineError, type Engine } from '@ozflow/oz-sandbox/engine/index';
import { DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { sample, scratchFolder } from './support/folder';
import { zipOf } from './support/zip';

/** Milliseconds of fuzzing for each decoder; what fits is tried, always in the same order. */
const BUDGET_MS = 9_000;
/** A single damaged file may take this long at most, on a slow machine with others at work. */
const PATIENCE_MS = 30_000;
const SEEDS = 400;

/** Small real files of every kind. */
async function originals(path: (name: string) => string): Promise<Record<string, Buffer>> {
  const clip = ['-t', '0.5', '-i', sample('hopper-turning.mp4'), '-vf', 'scale=160:-2'];
  const fast = ['-deadline', 'realtime', '-cpu-used', '8'];
  await ffmpeg(...clip, '-c:v', 'libx264', '-preset', 'ultrafast', path('a.mp4'));
  await ffmpeg(
    ...clip,
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'log-level=error',
    path('a.mov'),
  );
  await ffmpeg(...clip, '-c:v', 'libvpx', ...fast, path('a.webm'));
  await ffmpeg('-i', sample('grace_hopper_512x512.jpg'), '-vf', 'scale=160:-2', path('a.png'));
  const photo = await readFile(sample('grace_hopper_512x512.jpg'));
  const png = await readFile(path('a.png'));
  return {
    mp4: await readFile(path('a.mp4')),
    mov: await readFile(path('a.mov')),
    webm: await readFile(path('a.webm')),
    jpeg: photo,
    png,
    zip: await zipOf({ 'a.jpg': photo, 'b.png': png }),
  };
}

for (const decoder of DECODERS) {
  describe(`Damaged files of every kind, with ${decoder}`, function () {
    this.timeout(120_000);
    const path = scratchFolder();
    let engine: Engine;
    before(() => {
      engine = createEngine({ decoder });
    });
    after(() => engine.close());

    it('end in a report or an EngineError, and the engine goes on', async () => {
      const files = Object.entries(await originals(path));
      const start = performance.now();
      let tried = 0;
      for (
        let seed = 1;
        seed <= SEEDS && (tried < files.length || performance.now() - start < BUDGET_MS);
        seed++
      ) {
        const [kind, original] = files[seed % files.length] ?? ['', Buffer.alloc(0)];
        const began = performance.now();
        try {
          const { bestShot, frames } = await engine.analyze({ data: mutated(original, seed) });
          assert.ok(bestShot === undefined || frames.some(({ frame }) => frame === bestShot.frame));
        } catch (error) {
          assert.ok(error instanceof EngineError, `seed ${seed} (${kind}): ${String(error)}`);
          assert.notEqual(error.code, 'internal', `seed ${seed} (${kind}): ${error.message}`);
        }
        assert.ok(performance.now() - began < PATIENCE_MS, `seed ${seed} (${kind}) took too long`);
        tried++;
      }
      assert.ok(tried >= files.length);
      assert.ok((await engine.analyze({ path: sample('grace_hopper_512x512.jpg') })).bestShot);
    });
  });
}

/** The same damage for the same seed: bytes changed, parts overwritten, doubled, cut out or swapped. */
function mutated(original: Buffer, seed: number): Buffer {
  const random = seeded(`damage ${seed}`);
  const upTo = (limit: number): number => Math.floor(random() * limit);
  let bytes = Buffer.from(original);
  for (let change = 1 + upTo(4); change > 0; change--) {
    // Half of the damage where headers and indexes are.
    const at =
      random() < 0.5
        ? upTo(bytes.length)
        : random() < 0.5
          ? upTo(Math.min(600, bytes.length))
          : bytes.length - 1 - upTo(Math.min(600, bytes.length));
    const length = 1 + upTo(random() < 0.7 ? 8 : 2000);
    const part = bytes.subarray(at, at + length);
    switch (upTo(5)) {
      case 0:
        for (let index = 0; index < part.length; index++) part[index] = upTo(256);
        break;
      case 1:
        part.fill(random() < 0.5 ? 0 : 0xff);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.from(bytes.subarray(0, Math.max(1, at)));
    }
    if (bytes.length === 0) break;
  }
  return bytes;
}
