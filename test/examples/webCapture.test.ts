import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { openChromium } from '../support/chromium';
import { ExampleRig } from '../support/exampleRig';
import { assertJpeg } from '../support/jpeg';
import { ROOT } from '../../tools/launch/versions';

const run = promisify(execFile);
const CLIP = join(ROOT, 'sandbox/samples/astronaut-combined.mp4');

describe('example: web capture in a browser whose camera sees a clip', function () {
  this.timeout(120_000);
  const rig = ExampleRig.use();
  let folder: string;
  let browser: Browser;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-camera-'));
    const film = join(folder, 'camera.mjpeg');
    await run('ffmpeg', ['-v', 'error', '-i', CLIP, '-c:v', 'mjpeg', '-q:v', '3', film]);
    browser = await openChromium([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`,
    ]);
    await rig.load('Scenarios/Web capture');
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the verdict and the best shot of what was recorded', async () => {
    // As wide as a phone.
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${rig.nodeRed.url}/selfie`);
    await page.locator('#start:enabled').click();
    await page.locator('#best-shot').waitFor({ state: 'visible', timeout: 90_000 });
    assert.equal(await page.locator('#message').textContent(), 'Passed');

    const source = (await page.locator('#best-shot').getAttribute('src')) ?? '';
    const [head, data = ''] = source.split(',');
    assert.equal(head, 'data:image/jpeg;base64');
    assertJpeg(Buffer.from(data, 'base64'));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('says in words that a check did not work', async () => {
    const page = await browser.newPage();
    await page.goto(`${rig.nodeRed.url}/selfie`);
    await page.locator('#start:enabled').waitFor();
    const answer = await page.evaluate(async () => {
      const form = new FormData();
      form.append('video', new Blob(['this is no video']), 'selfie.mp4');
      const response = await fetch('selfie', { method: 'POST', body: form });
      return { status: response.status, body: (await response.json()) as unknown };
    });
    assert.deepEqual(answer, { status: 502, body: { error: 'OZ_MEDIA' } });
    await page.close();
  });
});
