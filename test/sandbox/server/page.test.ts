import { strict as assert } from 'node:assert';
import { HtmlError } from '@ozflow/oz-sandbox/server/failureInjection/failures';
import { resolveOptions } from '@ozflow/oz-sandbox/server/options';
import { pageRoutes } from '@ozflow/oz-sandbox/server/routes/page';
import { MemoryFiles } from '@ozflow/oz-sandbox/server/store/memoryFiles';
import { MemoryStore } from '@ozflow/oz-sandbox/server/store/memoryStore';
import { Workspace } from '@ozflow/oz-sandbox/server/store/workspace';
import Fastify from 'fastify';
import type { Browser } from 'playwright-core';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { openChromium } from '../../../tools/launch/chromium';
import type { Api } from './support/api';
import { sandboxWith, video } from './support/api';

describe('sandbox: page', function () {
  this.timeout(60_000);
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
    assert.match(text, /No folder yet/);
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

  it('comes again by itself while something is worked on', async () => {
    const refresh = 'http-equiv="refresh"';
    assert.ok(!(await api.get('/')).text.includes(refresh));
    const folder = await api.folder([video({ face: 'ann' }, 'a.processing.mp4')]);
    await api.order(folder['folder_id'], { type: 'quality' });
    assert.ok((await api.get('/')).text.includes(refresh));
  });

  it('is for this machine only', async () => {
    const app = Fastify();
    const workspace = new Workspace(new MemoryStore(), new MemoryFiles());
    pageRoutes(app, { workspace, options: resolveOptions({}) });
    app.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof HtmlError ? error.status : 500).send(),
    );
    for (const [remoteAddress, status] of [
      ['127.0.0.1', 200],
      ['::1', 200],
      ['::ffff:127.0.0.1', 200],
      ['192.0.2.7', 403],
      ['2001:db8::7', 403],
    ] as const) {
      const answer = await app.inject({ url: '/', remoteAddress });
      assert.equal(answer.statusCode, status, remoteAddress);
    }
    await app.close();
  });
});
