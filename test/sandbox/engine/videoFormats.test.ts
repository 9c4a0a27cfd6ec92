import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import type { Container } from '@ozflow/oz-sandbox/engine/media/mediaTypes';
import { decodedAlike } from './support/alike';
import { decode, DECODERS } from './support/decoders';
import { ffmpeg } from './support/ffmpeg';
import { scratchFolder } from './support/folder';

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
const PATTERN = (size: string): string[] => ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24:duration=1`];
const SOUND = ['-f', 'lavfi', '-i', 'sine=duration=1'];

interface Format {
  says: string;
  file: string;
  container: Container;
  args: string[];
}
const FORMATS: readonly Format[] = [
  { says: 'H.264 in 3GP', file: 'a.3gp', container: 'mov', args: X264 },
  { says: 'H.263 in 3GP', file: 'old.3gp', container: 'mov', args: ['-s', '352x288', '-c:v', 'h263'] },
  { says: 'H.264 in MKV', file: 'a.mkv', container: 'matroska', args: X264 },
  {
    says: 'Motion JPEG in AVI',
    file: 'a.avi',
    container: 'avi',
    args: ['-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj422p'],
  },
  { says: 'MPEG-4 in AVI', file: 'xvid.avi', container: 'avi', args: ['-c:v', 'mpeg4', '-q:v', '3'] },
  {
    // Frames so small that the container tells the time of some only.
    says: 'MPEG-1',
    file: 'one.mpg',
    container: 'mpeg',
    args: ['-s', '64x48', '-r', '25', '-c:v', 'mpeg1video', '-bf', '2', '-f', 'mpeg'],
  },
  {
    // The sound begins before the video does.
    says: 'VP8 with Opus in WebM, as browsers record',
    file: 'opus.webm',
    container: 'matroska',
    args: [...SOUND, '-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus'],
  },
  {
    says: 'MPEG-2',
    file: 'a.mpg',
    container: 'mpeg',
    args: ['-c:v', 'mpeg2video', '-q:v', '3', '-f', 'vob'],
  },
  {
    says: 'MPEG-2 whose sound begins first',
    file: 'sound.mpg',
    container: 'mpeg',
    args: [...SOUND, '-c:v', 'mpeg2video', '-q:v', '3', '-c:a', 'mp2', '-f', 'vob'],
  },
  {
    says: 'H.264 in AVI, coded in another order than it is shown',
    file: 'order.avi',
    container: 'avi',
    args: ['-c:v', 'libx264', '-bf', '2', '-pix_fmt', 'yuv420p'],
  },
  { says: 'Theora in Ogg', file: 'a.ogv', container: 'ogg', args: ['-c:v', 'libtheora', '-q:v', '8'] },
  { says: 'Windows Media', file: 'a.wmv', container: 'asf', args: ['-c:v', 'wmv2', '-b:v', '3M'] },
  {
    says: 'H.264 in fragments',
    file: 'parts.mp4',
    container: 'mov',
    args: [...X264, '-movflags', 'frag_keyframe+empty_moov'],
  },
];

/** Kinds that are damaged, too. */
const DAMAGED: ReadonlySet<string> = new Set(['a.3gp', 'a.mpg']);

describe('Videos of many formats', function () {
  this.timeout(180_000);
  const path = scratchFolder();

  for (const { says, file, container, args } of FORMATS) {
    it(`reads ${says}`, async () => {
      await ffmpeg(...PATTERN('320x240'), ...args, path(file));
      const { shots, facts } = await decodedAlike(path(file), container);
      assert.ok(shots.length >= 6 && shots.length <= 8, `${shots.length} samples`);
      assert.ok(Math.abs(facts.durationMs - 1000) < 60, `${facts.durationMs} ms`);
      assert.equal(shots[0]?.timeMs, 0);
    });
  }

  for (const { says, file, container, args } of FORMATS.filter((one) => DAMAGED.has(one.file))) {
    it(`reads what can be read of ${says} that is damaged in the middle`, async () => {
      await ffmpeg(...PATTERN('320x240'), '-g', '6', ...args, path(file));
      const bytes = await readFile(path(file));
      for (const part of [0.4, 0.45, 0.5]) {
        const at = Math.floor(bytes.length * part);
        bytes.fill(0xa5, at, at + 24);
      }
      await writeFile(path(file), bytes);
      for (const name of DECODERS) {
        const { shots, facts } = await decode(name, path(file), container);
        assert.ok(shots.length >= 5, `${name}: ${shots.length} samples`);
        assert.ok((shots.at(-1)?.timeMs ?? 0) > 800, `${name}: until ${shots.at(-1)?.timeMs} ms`);
        assert.ok(Math.abs(facts.durationMs - 1000) < 100, `${name}: ${facts.durationMs} ms`);
      }
    });
  }

  const LONG: readonly { says: string; args: string[] }[] = [
    {
      says: 'H.264 whose keyframes refer across',
      args: ['-c:v', 'libx264', '-bf', '3', '-g', '12', '-x264-params', 'open-gop=1', '-pix_fmt', 'yuv420p'],
    },
    {
      says: 'H.264 without whole keyframes',
      args: ['-c:v', 'libx264', '-g', '12', '-x264-params', 'intra-refresh=1', '-pix_fmt', 'yuv420p'],
    },
    {
      says: 'AV1',
      args: ['-c:v', 'libaom-av1', '-strict', 'experimental', '-cpu-used', '8', '-g', '12'],
    },
  ];
  for (const { says, args } of LONG) {
    it(`decodes more than the keyframes of a long video in ${says}`, async () => {
      const file = path('long.mp4');
      await ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=8:duration=40', ...args, file);
      const { shots, facts } = await decodedAlike(file, 'mov');
      assert.ok(shots.length > 120, `${shots.length} samples`);
      for (const { frame, timeMs } of shots) assert.ok(Math.abs(timeMs - frame * 125) <= 1);
      assert.equal(facts.durationMs, 40_000);
    });
  }
});
