import { strict as assert } from 'node:assert';
import { HtmlError } from '@ozflow/oz-sandbox/server/failureInjection/failures';
import { resolveOptions } from '@ozflow/oz-sandbox/server/options';
import { pageRoutes } from '@ozflow/oz-sandbox/server/routes/page';
import { MemoryFiles } from '@ozflow/oz-sandbox/server/store/memoryFiles';
import { MemoryStore } from '@ozflow/oz-sandbox/server/store/memoryStore';
import { ObservedStore } from '@ozflow/oz-sandbox/server/store/observedStore';
import { Workspace } from '@ozflow/oz-sandbox/server/store/workspace';
import Fastify from 'fastify';
import type { Browser } from 'playwright-core';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { openChromium } from '../../../tools/launch/chromium';
import type { Api } from './support/api';
import { photo, sandboxWith, video } from './support/api';

const photoOf = (face: string) => photo({ face });

describe('sandbox: page', function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let api: Api;
  let browser: Browser;

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
    browser = await openChromium();
  });
  after(async () => {
    await browser.close();
    await sandbox.close();
  });

  const EVIL = '"><img src=x onerror=alert(1)><script>alert(1)';

  it('says what to do while there is nothing, and what it is not for', async () => {
    const { text, headers } = await api.get('/');
    assert.match(text, /never for real decisions/);
    assert.match(text, /No folders yet/);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/);
  });

  it('shows verdict, best shot and why this frame, in both colours, at 800 by 600', async () => {
    const folder = await api.folder([video({ face: 'ann' })]);
    await api.decided((await api.order(folder['folder_id'], { type: 'quality' }))[0]);
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: { width: 800, height: 600 }, colorScheme });
      const problems: string[] = [];
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) problems.push(message.text());
      });
      await page.goto(sandbox.url);
      assert.equal(await page.locator('article .verdict').first().textContent(), 'SUCCESS');
      const shot = page.locator('article .shot img').first();
      const width = await shot.evaluate((image) =>
        image instanceof HTMLImageElement ? image.naturalWidth : 0,
      );
      assert.equal(width, 16);
      await page.locator('summary').first().click();
      assert.ok(await page.locator('svg.oz-plot').first().isVisible());
      const style = await page
        .locator('.notice')
        .evaluate((notice) => getComputedStyle(notice).borderTopWidth);
      assert.equal(style, '1px', 'the style is in force');
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(overflow, false);
      assert.deepEqual(problems, []);
      await page.close();
    }
  });

  it('shows names as text, whatever they hold', async () => {
    await api.folder([{ ...video({ face: 'ann' }), name: `${EVIL}.mp4` }]);
    const { text } = await api.get('/');
    assert.ok(!text.includes('<script>alert'));
    assert.ok(!text.includes('<img src=x'));
    const page = await browser.newPage();
    page.on('dialog', () => assert.fail('a script ran'));
    await page.goto(sandbox.url);
    assert.match((await page.locator('article h2').first().textContent()) ?? '', /<script>alert\(1\)/);
    await page.close();
  });

  it('follows what happens without a reload, and keeps what is open and the focus', async () => {
    const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
    await page.goto(sandbox.url);
    let loads = 0;
    page.on('framenavigated', () => loads++);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    const open = await page.locator('details[open]').first().getAttribute('id');
    const folder = await api.folder([video({ face: 'ann' }, 'followed.mp4')]);
    await page.locator('article h2', { hasText: 'followed.mp4' }).waitFor();
    await api.decided((await api.order(folder['folder_id'], { type: 'quality' }))[0]);
    const card = page.locator('article', { hasText: 'followed.mp4' });
    await card.locator('.verdict.SUCCESS').first().waitFor();
    await card.locator('.shot img').waitFor();
    assert.equal(await page.locator(`details[open]#${open}`).count(), 1);
    const focused = await page.evaluate(() => document.activeElement?.tagName);
    assert.ok(focused === 'SUMMARY' || focused === 'BODY');
    assert.equal(loads, 0);
    await page.close();
  });

  it('lets a person decide by keyboard what needs a person', async () => {
    const folder = await api.folder([video({ face: 'ann' }, 'open.mp4'), photoOf('ann')], {
      'folder:meta_data': { sandbox: { resolution: 'OPERATOR_REQUIRED' } },
    });
    const analysis = await api.decided((await api.order(folder['folder_id'], { type: 'biometry' }))[0]);
    const page = await browser.newPage();
    await page.goto(sandbox.url);
    const card = page.locator('article', { hasText: 'open.mp4' });
    await card.getByRole('button', { name: 'DECLINED' }).focus();
    await page.keyboard.press('Enter');
    await card.locator('.verdict.DECLINED').first().waitFor();
    const { body } = await api.get(`/api/analyses/${String(analysis['analysis_id'])}`);
    assert.equal(body['resolution_operator'], 'DECLINED');
    await page.close();
    const foreign = await api.call('POST', '/decision', 'analysis_id=x', { Origin: 'https://evil.example' });
    assert.equal(foreign.status, 403);
  });

  it('has no text that is hard to read, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ colorScheme });
      await page.goto(sandbox.url);
      const worst = await page.evaluate(() => {
        const channels = (text: string): number[] => (text.match(/[\d.]+/g) ?? []).map(Number);
        const light = (text: string): number => {
          const [red = 0, green = 0, blue = 0] = channels(text).map((value) =>
            value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
          );
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const ground = (element: Element | null): string => {
          for (let at = element; at !== null; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if ((channels(color)[3] ?? 1) > 0) return color;
          }
          return 'rgb(255, 255, 255)';
        };
        const texts = [...document.querySelectorAll('h1, h2, p, td, th, summary, code, .verdict, button')];
        return Math.min(
          ...texts.map((element) => {
            const [a, b] = [light(getComputedStyle(element).color), light(ground(element))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          }),
        );
      });
      assert.ok(worst >= 4.5, `contrast ${worst} in ${colorScheme}`);
      await page.close();
    }
  });

  it('is for this machine only', async () => {
    const others: [string, string, number][] = [
      ['127.0.0.1', '127.0.0.1', 200],
      ['::1', 'localhost', 200],
      ['::ffff:127.0.0.1', 'localhost', 200],
      ['192.0.2.7', 'localhost', 403],
      ['2001:db8::7', 'localhost', 403],
      ['127.0.0.1', 'evil.example', 403],
    ];
    const app = Fastify();
    const store = new ObservedStore(new MemoryStore());
    const workspace = new Workspace(store, new MemoryFiles());
    const context = { workspace, options: resolveOptions({}) };
    // Only what the page reads is there.
    pageRoutes(app, context as Parameters<typeof pageRoutes>[1], store);
    app.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof HtmlError ? error.status : 500).send(),
    );
    for (const [remoteAddress, host, status] of others) {
      const answer = await app.inject({ url: '/', remoteAddress, headers: { host } });
      assert.equal(answer.statusCode, status, `${remoteAddress} ${host}`);
    }
    await app.close();
  });
});
