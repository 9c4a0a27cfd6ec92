import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Decoder } from '@ozflow/oz-sandbox/engine/media/decoder/decoder';
import { findDecoders } from '@ozflow/oz-sandbox/engine/media/decoder/pick';
import { Standby } from '@ozflow/oz-sandbox/engine/media/decoder/standby';
import { decode, DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { scratchFolder, withOwnTmpdir } from './support/folder';

describe('A decoder that stands by', function () {
  this.timeout(120_000);
  const path = scratchFolder();
  before(() => ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=24:duration=1', path('video.mp4')));

  for (const name of DECODERS) {
    describe(name, () => {
      const [real] = findDecoders(name, process.env);
      /** One that can decode `video.mp4` only when it is started ahead, or only when it is not. */
      const only = (ahead: boolean): Decoder => ({
        ...real,
        args: (video, container) =>
          real.args((video === path('video.mp4')) === ahead ? path('nowhere.mp4') : video, container),
      });

      it('gives what a new one gives, once', async () => {
        const standby = new Standby();
        const first = await decode(name, path('video.mp4'), 'mov', { standby });
        await standby.prepare();
        const decoder = only(true);
        const second = await decode(name, path('video.mp4'), 'mov', { standby, decoder });
        assert.equal(second.left, 0);
        assert.deepEqual(second.facts, first.facts);
        assert.deepEqual(
          second.shots.map(({ frame, timeMs, image }) => ({ frame, timeMs, y: image.y })),
          first.shots.map(({ frame, timeMs, image }) => ({ frame, timeMs, y: image.y })),
        );
        await assert.rejects(decode(name, path('video.mp4'), 'mov', { standby, decoder }), {
          code: 'damaged',
        });
      });

      it('is replaced when it fails', async () => {
        const standby = new Standby();
        const decoder = only(false);
        await decode(name, path('video.mp4'), 'mov', { standby, decoder });
        await standby.prepare();
        const { shots, left } = await decode(name, path('video.mp4'), 'mov', { standby, decoder });
        assert.equal(shots.length, 7);
        assert.equal(left, 0);
      });

      it('leaves nothing in the folder for temporary files', async () => {
        await withOwnTmpdir(async (files) => {
          const standby = new Standby();
          await decode(name, path('video.mp4'), 'mov', { standby });
          await standby.prepare();
          await decode(name, path('video.mp4'), 'mov', { standby });
          assert.deepEqual(files(), []);
        });
      });

      it('is not taken for another kind of video', async () => {
        await ffmpeg('-i', path('video.mp4'), '-c:v', 'libvpx', path('video.webm'));
        const standby = new Standby();
        await decode(name, path('video.mp4'), 'mov', { standby });
        await standby.prepare();
        const { shots } = await decode(name, path('video.webm'), 'matroska', { standby });
        assert.equal(shots.length, 7);
      });
    });
  }

  it('ends with its thread', async () => {
    const program = path('waiting.cjs');
    await writeFile(
      program,
      `process.stdin.resume().on('end', () => require('node:fs').writeFileSync(${JSON.stringify(path('over'))}, ''));`,
    );
    const standby = require.resolve('@ozflow/oz-sandbox/engine/media/decoder/standby');
    const thread = new Worker(
      `const { Standby } = require(${JSON.stringify(standby)});
       const standby = new Standby();
       const decoder = { name: 'ffmpeg', command: process.execPath, args: () => [${JSON.stringify(program)}] };
       standby.take('', { decoder, container: 'mov' })
         .then(() => standby.prepare())
         .then(() => require('node:worker_threads').parentPort.postMessage('ready'));`,
      { eval: true },
    );
    await once(thread, 'message');
    const watcher = watch(dirname(program));
    const over = once(watcher, 'change');
    await thread.terminate();
    await over;
    watcher.close();
  });
});
