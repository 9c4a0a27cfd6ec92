import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ROOT } from '../../../tools/launch/versions';
import { sample, scratchFolder } from './support/folder';
import { assertRight } from './support/truth';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function bestShot(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(ROOT, 'sandbox/bin/oz-sandbox.js'), 'best-shot', ...args],
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      },
    );
  });
}

describe('oz-sandbox best-shot', function () {
  this.timeout(120_000);
  const path = scratchFolder();

  it('prints one line of JSON and writes the picture and a page that says why', async () => {
    const video = sample('hopper-turning.mp4');
    const { code, stdout, stderr } = await bestShot(
      ...[video, '--json', '--out', path('best.jpg'), '--explain', path('why.html')],
    );
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /^\{.*\}\n$/);
    const result: Record<string, number> = JSON.parse(stdout);
    assert.deepEqual(Object.keys(result), [
      'frame',
      'timeMs',
      'score',
      'faces',
      'width',
      'height',
      'elapsedMs',
    ]);
    await assertRight('hopper-turning', result['frame']);
    assert.deepEqual([result['faces'], result['width'], result['height']], [1, 1280, 720]);
    const { width } = await sharp(path('best.jpg')).metadata();
    assert.equal(width, 1280);
    const page = await readFile(path('why.html'), 'utf8');
    assert.ok(page.includes(`best shot, frame ${result['frame']}`));
    assert.ok((page.match(/data:image\/jpeg;base64,/g) ?? []).length > 15, 'a filmstrip');
    assert.match(page, /No frame was kept out|<th>why<\/th>/);
    assert.doesNotMatch(page, /(src|href)="(?!data:)|@import|url\(/, 'the page needs no other file');
  });

  it('says in words what it found and what it wrote', async () => {
    const [out, page] = [path('best.jpg'), path('why.html')];
    const { code, stdout } = await bestShot(
      ...[sample('grace_hopper_512x512.jpg'), '--out', out, '--explain', page],
    );
    assert.equal(code, 0);
    assert.match(stdout, /^Best shot: frame 0 .* score 0\.\d+\n1 face, 512 × 512, 1 frame examined in/);
    assert.ok(stdout.endsWith(`\nwritten to ${out}\nexplained in ${page}\n`), stdout);
  });

  it('names the file that it cannot write', async () => {
    const out = path('missing/best.jpg');
    const { code, stderr } = await bestShot(sample('grace_hopper_512x512.jpg'), '--out', out);
    assert.deepEqual([code, stderr], [2, `${out} cannot be written (ENOENT).\n`]);
  });

  it('names the best of the bad where no frame is acceptable', async () => {
    const cut = { left: 0, top: 0, width: 512, height: 148 };
    await sharp(sample('astronaut.png')).extract(cut).jpeg().toFile(path('cut.jpg'));
    const { code, stdout, stderr } = await bestShot(path('cut.jpg'), '--json');
    assert.equal(code, 1);
    assert.match(stderr, /no frame is acceptable.*frame 0 at 0\.00 s: face cut by the edge/);
    assert.match(stdout, /"frame":null.*"reason":"cut-face"/);
  });

  it('ends with 1 where no frame shows a face', async () => {
    const data = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#579' } })
      .jpeg()
      .toBuffer();
    await writeFile(path('empty.jpg'), data);
    const { code, stdout, stderr } = await bestShot(path('empty.jpg'), '--json', '--out', path('none.jpg'));
    assert.equal(code, 1);
    assert.match(stderr, /no frame shows a face/);
    const { elapsedMs, ...rest }: Record<string, unknown> = JSON.parse(stdout);
    assert.equal(typeof elapsedMs, 'number');
    const nothing = { frame: null, timeMs: null, score: 0, faces: 0, width: 300, height: 200 };
    assert.deepEqual(rest, { ...nothing, reason: 'no-face' });
    await assert.rejects(readFile(path('none.jpg')), { code: 'ENOENT' });
  });

  it('ends with 2 and the reason for what is no media, and for wrong options', async () => {
    const notMedia = await bestShot(join(ROOT, 'package.json'), '--json');
    assert.deepEqual([notMedia.code, notMedia.stdout], [2, '']);
    assert.match(notMedia.stderr, /^not-media: /);
    const missing = await bestShot();
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /Give one file[^]*Usage/);
    assert.equal((await bestShot('a.mp4', '--fast')).code, 2);
    assert.equal((await bestShot('--help')).code, 0);
  });
});
