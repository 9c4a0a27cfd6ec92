import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { openChromium } from '../../tools/launch/chromium';
import { expectProgram } from '../../tools/launch/programs';
import { askSandbox } from '../support/askSandbox';
import { ExampleRig } from '../support/exampleRig';
import { assertJpeg } from '../support/jpeg';
import { ROOT } from '../../tools/launch/versions';

const run = promisify(execFile);
const OUTPUT = join(ROOT, 'test/output');
const CLIP = join(ROOT, 'sandbox/samples/astronaut-combined.mp4');

describe('example: web capture in a browser whose camera sees a clip', function () {
  this.timeout(300_000);
  const rig = ExampleRig.use();
  let folder: string;
  let browser: Browser;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-camera-'));
    const video = join(folder, 'camera.mjpeg');
    await run(expectProgram('ffmpeg').path, ['-v', 'error', '-i', CLIP, '-c:v', 'mjpeg', '-q:v', '3', video]);
    browser = await openChromium([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${video}`,
    ]);
    await rig.load('Scenarios/Web capture');
    await mkdir(OUTPUT, { recursive: true });
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
    await page.locator('#start:enabled').waitFor();
    const oval = await page.locator('.oval').boundingBox();
    assert.ok(oval !== null && oval.height > oval.width * 1.2, 'as tall as a face');
    await page.locator('#view[data-state="good"]').waitFor();
    await page.setViewportSize({ width: 844, height: 390 });
    const button = await page.locator('#start').boundingBox();
    assert.ok(button !== null && button.y + button.height < 390, 'it is in reach when the phone is turned');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: join(OUTPUT, 'web-capture.png') });
    await page.locator('#start').click();
    await page.locator('#best-shot').waitFor({ state: 'visible', timeout: 90_000 });
    assert.equal(await page.locator('#message').textContent(), 'Passed');
    await page.screenshot({ path: join(OUTPUT, 'web-capture-passed.png') });

    const source = (await page.locator('#best-shot').getAttribute('src')) ?? '';
    const [head, data = ''] = source.split(',');
    assert.equal(head, 'data:image/jpeg;base64');
    assertJpeg(Buffer.from(data, 'base64'));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false);
    assert.deepEqual(errors, []);

    await page.locator('#start', { hasText: 'Try again' }).click();
    await page.locator('#start', { hasText: 'Record' }).waitFor();
    assert.equal(await page.locator('#best-shot').isVisible(), false);
    await page.close();
  });

  // No browser here finds faces by itself, so the test says what it would find; the picture is 160 pixels wide.
  for (const [what, faces, hint] of [
    ['nobody', [], 'No face: look into the camera'],
    ['two people', [{ x: 10 }, { x: 90 }], 'Two faces: only one person, please'],
    ['somebody far away', [{ x: 75, width: 10 }], 'Too far: come closer'],
    ['somebody close', [{ x: 40, width: 80 }], 'Too close: hold the phone further away'],
    ['somebody at the edge', [{ x: 5, width: 30 }], 'Move your face into the oval'],
  ] as const) {
    it(`says so when the camera sees ${what}`, async () => {
      const page = await browser.newPage();
      await page.addInitScript((boxes) => {
        class FaceDetector {
          detect(): Promise<object[]> {
            const found = boxes.map((box) => ({ boundingBox: { y: 25, width: 30, height: 30, ...box } }));
            return Promise.resolve(found);
          }
        }
        Object.assign(window, { FaceDetector });
      }, faces);
      await page.goto(`${rig.nodeRed.url}/selfie`);
      await page.locator('#hint', { hasText: hint }).waitFor();
      assert.equal(await page.locator('#view').getAttribute('data-state'), 'bad');
      await page.close();
    });
  }

  it('says that it is too dark', async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      const black = document.createElement('canvas');
      const paint = (): void => {
        black.getContext('2d')?.fillRect(0, 0, black.width, black.height);
        requestAnimationFrame(paint);
      };
      navigator.mediaDevices.getUserMedia = () => {
        paint();
        return Promise.resolve(black.captureStream());
      };
    });
    // A page whose video is still waiting for its first frame counts as loading.
    await page.goto(`${rig.nodeRed.url}/selfie`, { waitUntil: 'domcontentloaded' });
    await page.locator('#start:enabled').waitFor();
    await page.locator('#hint', { hasText: 'Too dark' }).waitFor();
    await page.close();
  });

  it('says what to do when the camera is blocked', async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await page.goto(`${rig.nodeRed.url}/selfie`);
    await page.locator('#message', { hasText: 'The camera is blocked' }).waitFor();
    await page.close();
  });

  it('says at once that a browser without a recorder cannot be used', async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      MediaRecorder.isTypeSupported = () => false;
    });
    await page.goto(`${rig.nodeRed.url}/selfie`);
    await page.locator('#message', { hasText: 'This browser cannot record video' }).waitFor();
    assert.equal(await page.locator('#start').isDisabled(), true);
    await page.close();
  });

  it('offers to try again when the recorder does not start, without a bar that goes on', async () => {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      // As WebKit does without encoders.
      MediaRecorder.prototype.start = () => {
        throw new DOMException('The MediaRecorder is unsupported on this platform', 'NotSupportedError');
      };
    });
    await page.goto(`${rig.nodeRed.url}/selfie`);
    await page.locator('#start:enabled').click();
    await page.locator('#message', { hasText: 'The video could not be recorded' }).waitFor();
    await page.locator('#start:enabled', { hasText: 'Try again' }).waitFor();
    assert.equal(await page.locator('#progress').isVisible(), false);
    await page.close();
  });

  for (const [resolution, sentence] of [
    ['DECLINED', 'Declined. No frame shows the face well enough.'],
    ['PROCESSING', 'No result yet. Please try again.'],
  ] as const) {
    it(`has words for ${resolution} without a best shot`, async () => {
      const page = await browser.newPage();
      await page.addInitScript(() => {
        const later = window.setTimeout;
        const soon = (action: () => void, ms?: number): number => later(action, Math.min(ms ?? 0, 300));
        Object.assign(window, { setTimeout: soon });
      });
      await page.route('**/selfie', (route) =>
        route.request().method() === 'POST' ? route.fulfill({ json: { resolution } }) : route.continue(),
      );
      await page.goto(`${rig.nodeRed.url}/selfie`);
      await page.locator('#start:enabled').click();
      await page.locator('#start:enabled', { hasText: 'Try again' }).waitFor();
      assert.equal(await page.locator('#message').textContent(), sentence);
      await page.close();
    });
  }

  it('passes on what a page with the Oz Web SDK hands over', async () => {
    const form = new FormData();
    form.append('frames', new Blob([await readFile(CLIP)]), 'capture.mp4');
    form.append('additional_info', '{"camera":"front"}');
    const answer = await fetch(`${rig.nodeRed.url}/selfie`, { method: 'POST', body: form });
    assert.equal(((await answer.json()) as { resolution: string }).resolution, 'SUCCESS');
    const { body } = await askSandbox(rig.sandbox, '/api/folders/?limit=1');
    const [folder] = body['items'] as Record<string, unknown>[];
    assert.deepEqual(folder?.['technical_meta_data'], { additional_info: '{"camera":"front"}' });
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
