import { strict as assert } from 'node:assert';
import { chmod, writeFile } from 'node:fs/promises';
import { missingDecoder } from '@ozflow/oz-sandbox/engine/index';
import { openVideo } from '@ozflow/oz-sandbox/engine/media/video';
import type { Decoder } from '@ozflow/oz-sandbox/engine/media/decoder/decoder';
import { findDecoders } from '@ozflow/oz-sandbox/engine/media/decoder/pick';
import { Standby } from '@ozflow/oz-sandbox/engine/media/decoder/standby';
import { DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { scratchFolder } from './support/folder';

const WHAT_TO_DO = /^No decoder: .*Install ffmpeg \(Debian: apt-get install ffmpeg, Alpine: apk add ffmpeg/;

describe('Systems without a decoder', function () {
  this.timeout(60_000);
  const path = scratchFolder();
  before(() => ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=24:duration=1', path('video.mp4')));
  // node-av does not take the binary that npm installed then, as on a system that npm has none for.
  afterEach(() => delete process.env['AV_FROM_SOURCE']);

  /** A program that says something to standard error and fails, in the place of ffmpeg. */
  async function saying(words: string, rest = ''): Promise<NodeJS.ProcessEnv> {
    const program = path(`program-${Math.random()}`);
    await writeFile(program, `#!/bin/sh\n${rest}\necho "${words}" >&2\nexit 127\n`);
    await chmod(program, 0o755);
    return { OZ_FFMPEG: program };
  }

  async function count(decoders: readonly [Decoder, ...Decoder[]]): Promise<number> {
    const video = openVideo(path('video.mp4'), 'video/mp4', 'mov', {
      decoders: () => decoders,
      standby: new Standby(),
      signal: new AbortController().signal,
      onChild: () => {},
    });
    let shots = 0;
    for await (const _ of video.shots()) shots++;
    return shots;
  }

  const COMPLAINTS = {
    'glibc without a library':
      'ffmpeg: error while loading shared libraries: libavdevice.so.59: cannot open shared object file',
    'musl with a program for glibc':
      'Error loading shared library ld-linux-x86-64.so.2: No such file or directory',
    'an ffmpeg that lacks filters': "[AVFilterGraph @ 0x5] [error] No such filter: 'yadif'",
    'an ffmpeg that lacks the codec': 'Decoding requested, but no decoder found for: hevc',
  };
  for (const [says, words] of Object.entries(COMPLAINTS)) {
    it(`says what to install on ${says}`, async () => {
      const decoders = findDecoders('ffmpeg', await saying(words));
      await assert.rejects(count(decoders), { name: 'EngineError', code: 'no-decoder', message: WHAT_TO_DO });
    });
  }

  it('says what to install where npm has no binary of node-av', async () => {
    process.env['AV_FROM_SOURCE'] = '1';
    const decoders = findDecoders('node-av', {});
    await assert.rejects(count(decoders), { name: 'EngineError', code: 'no-decoder', message: WHAT_TO_DO });
    assert.match((await missingDecoder('auto', {}))?.message ?? '', WHAT_TO_DO);
  });

  it('says what to install where a program is none', async () => {
    await writeFile(path('none'), 'not a program');
    await chmod(path('none'), 0o755);
    const decoders = findDecoders('ffmpeg', { OZ_FFMPEG: path('none') });
    await assert.rejects(count(decoders), { name: 'EngineError', code: 'no-decoder', message: WHAT_TO_DO });
  });

  it('says what to install where OZ_FFMPEG names another program', async () => {
    const environment = { OZ_FFMPEG: '/bin/echo' };
    const decoders = findDecoders('ffmpeg', environment);
    await assert.rejects(count(decoders), { name: 'EngineError', code: 'no-decoder', message: WHAT_TO_DO });
    assert.match((await missingDecoder('ffmpeg', environment))?.message ?? '', WHAT_TO_DO);
  });

  it('takes the other decoder where the first one does not run', async () => {
    const environment = await saying('error while loading shared libraries: libx.so');
    assert.equal(await count(findDecoders('auto', environment)), 7);
    assert.equal(await missingDecoder('auto', environment), undefined);
  });

  if (DECODERS.includes('ffmpeg')) {
    it('takes an ffmpeg that is older than the name of an option', async () => {
      const real = findDecoders('ffmpeg', process.env)[0].command;
      const old = `case "$*" in *-fps_mode*) ;; *) exec ${real} "$@" ;; esac`;
      const decoders = findDecoders('ffmpeg', await saying("Unrecognized option 'fps_mode'.", old));
      assert.equal(await count(decoders), 7);
      assert.equal(await count(decoders), 7);
    });
  }

  for (const name of DECODERS) {
    it(`finds nothing missing here: ${name}`, async () => {
      assert.equal(await missingDecoder(name, process.env), undefined);
    });
  }
});
