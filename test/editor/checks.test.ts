import { strict as assert } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EditorPage } from './support/editorPage';
import { EditorTest } from './support/setup';
import { violations } from './support/violations';
import { exampleFor } from '../support/examples';
import type { FlowNode } from '../../tools/launch/nodeRed';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';
import { nodeRedMajor, ROOT } from '../../tools/launch/versions';

const EXAMPLE = '1 Best shot of a selfie video';
const OUTPUT = join(ROOT, 'test/output');

describe('the sidebar Oz', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  let sandbox: Sandbox;
  let flow: FlowNode[];
  const idOf = (type: string): string => flow.find((node) => node.type === type)?.id ?? '';

  before(async function () {
    this.timeout(300_000);
    sandbox = await startSandbox();
    flow = exampleFor(EXAMPLE, sandbox.url, test.nodeRed.url);
    await test.nodeRed.deploy(flow);
    await test.editor.reload();
    await mkdir(OUTPUT, { recursive: true });
  });
  after(() => sandbox?.stop());

  const entries = (editor: EditorPage) => editor.page.locator('.oz-checks-entry');
  const open = (editor: EditorPage): Promise<void> =>
    editor.page.evaluate(() => RED.actions.invoke('oz:show-checks'));

  it('shows nothing on the canvas unless asked to, and says that nothing is stored', async () => {
    const { page } = test.editor;
    assert.match((await page.locator('.oz-checks-empty').textContent()) ?? '', /nothing is stored/);
    assert.equal(await page.locator('#oz-checks-canvas').isChecked(), false);
  });

  it('lists a check that finished before it was opened, with best shot, verdict, score and folder', async () => {
    const { editor, nodeRed } = test;
    await nodeRed.inject(idOf('inject'));
    await editor.status(idOf('oz-result'), /^passed/);
    await open(editor);
    const entry = entries(editor).first();
    await entry.waitFor();
    assert.match(await entry.innerText(), /passed/);
    assert.match(await entry.innerText(), /spoofing 0\.\d\d · \d+\.\d s/);
    const width = await entry.locator('img[src]').evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return image.naturalWidth;
    });
    assert.ok(width > 0, 'the picture is one');
    const page = await entry.locator('a').getAttribute('href');
    assert.ok(page?.startsWith(`${sandbox.url}/#`), page ?? 'no link');

    const onPhone = await editor.page.context().newPage();
    await onPhone.setViewportSize({ width: 390, height: 844 });
    await onPhone.goto(page ?? '');
    const seen = await onPhone.evaluate(() => {
      const cells = [...document.querySelectorAll<HTMLElement>('td.verdict')];
      for (const cell of cells) cell.textContent = 'OPERATOR_REQUIRED';
      const lines = cells.map((cell) => Math.round(cell.offsetHeight / 30));
      return { width: document.documentElement.scrollWidth, lines };
    });
    assert.deepEqual(seen, { width: 390, lines: [1] }, 'the longest verdict fits on a phone, in one line');
    await onPhone.close();
  });

  it('shows the best shot under its node, framed by the verdict, and takes it away again', async () => {
    const { editor } = test;
    await editor.reveal(idOf('oz-result'));
    await editor.page.locator('#oz-checks-canvas').check();
    const shot = editor.page.locator(`[id="${idOf('oz-result')}"] .oz-checks-shot`);
    await shot.locator('image').waitFor({ state: 'attached' });
    assert.equal(await shot.locator('rect.oz-checks-passed').count(), 1);
    await editor.page.screenshot({ path: join(OUTPUT, `checks-${nodeRedMajor}.png`) });
    await editor.page.locator('#oz-checks-canvas').uncheck();
    await shot.waitFor({ state: 'detached' });
  });

  it('shows errors with their sentence, and filters by verdict', async () => {
    const { editor, nodeRed } = test;
    const broken = flow.map((node) =>
      node.type === 'oz-auth' ? { ...node, url: 'http://127.0.0.1:1' } : node,
    );
    await nodeRed.deploy(broken);
    const picture = await editor.page.locator('.oz-checks-entry img').elementHandle();
    await nodeRed.inject(idOf('inject'));
    const error = editor.page.locator('.oz-checks-error');
    await error.first().waitFor();
    assert.equal(await picture?.evaluate((image) => image.isConnected), true, 'it is not loaded again');
    assert.match(await error.first().innerText(), /OZ_UNREACHABLE[^]*refused the connection/);
    await editor.page.locator('.oz-checks-toolbar select').selectOption('passed');
    await editor.page.locator('.oz-checks-error').first().waitFor({ state: 'detached' });
    assert.equal(await entries(editor).count(), 1);
    await editor.page.locator('.oz-checks-toolbar button').click();
    await editor.page.locator('.oz-checks-empty').waitFor();
  });

  it('misses a best shot only where one was ordered', async () => {
    const { editor, nodeRed } = test;
    const latest = entries(editor).first();
    for (const [ordered, said] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const metadata = JSON.stringify({ sandbox: { bestShot: 'none' } });
      await nodeRed.deploy(
        flow.map((node) => ({
          ...node,
          ...(node.type === 'oz-upload' && { metadata, metadataType: 'json' }),
          ...(node.type === 'oz-analyze' && { bestShot: ordered }),
        })),
      );
      const before = await entries(editor).count();
      await nodeRed.inject(idOf('inject'));
      await entries(editor).nth(before).waitFor();
      assert.equal(await latest.getByText('No best shot').count(), said);
    }
  });

  it('finds the best shot again after a deploy, in the dark theme and in German', async () => {
    await test.nodeRed.deploy(flow);
    const page = await test.open({ theme: 'dark', language: 'de', width: 800, height: 600 });
    await open(page);
    await page.page.locator('.oz-checks-passed img[src]').waitFor();
    const raw = await page.page.locator('.oz-checks').innerText();
    assert.doesNotMatch(raw, /oz-checks:|verdict\./, 'no raw key');
    await page.page.screenshot({ path: join(OUTPUT, `checks-dark-${nodeRedMajor}.png`) });
    assert.deepEqual(await violations(page.page, '.oz-checks'), []);
  });

  it('has no violation of accessibility rules, nor has the page of the example', async () => {
    assert.deepEqual(await violations(test.editor.page, '.oz-checks'), []);
    const page = await test.editor.page.context().newPage();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${test.nodeRed.url}/best-shot`);
      assert.deepEqual(await violations(page, 'html'), []);
    }
    await page.close();
  });
});

describe('the tour', function () {
  this.timeout(300_000);
  const test = EditorTest.use();

  const walk = async (editor: EditorPage): Promise<string[]> => {
    await editor.page.evaluate(() => RED.actions.invoke('oz:start-tour'));
    const titles: string[] = [];
    const popover = editor.page.locator('.red-ui-popover:visible', {
      has: editor.page.locator('.red-ui-tourGuide-toolbar'),
    });
    for (let more = true; more;) {
      const title = popover.locator('h2').last();
      const place = popover.locator('small');
      const [at = '', count] = (await place.innerText()).split('/');
      titles.push(await title.innerText());
      more = at !== count;
      // The editor is done with a step when it has focused the button.
      const next = popover.locator('.red-ui-tourGuide-toolbar button:focus');
      await next.waitFor();
      // The rest of the popover is the editor's own.
      const violated = await violations(editor.page, '.red-ui-popover');
      assert.deepEqual(
        violated.filter((violation) => violation.startsWith('color-contrast')),
        [],
      );
      await next.click();
      if (more) await place.filter({ hasText: `${Number(at) + 1}/` }).waitFor();
    }
    await editor.page.locator('.red-ui-tourGuide-shade').waitFor({ state: 'detached' });
    return titles;
  };

  it('leads to the examples as long as there is no flow', async () => {
    assert.deepEqual(await walk(test.editor), [
      'From a selfie video to its best shot',
      'Start with an example',
      'See the face',
      'Your turn',
    ]);
  });

  it('follows the message through the flow that is there', async () => {
    await test.nodeRed.deploy(exampleFor(EXAMPLE, 'http://127.0.0.1:7700', test.nodeRed.url));
    await test.editor.reload();
    const titles = await walk(test.editor);
    assert.deepEqual(titles.slice(1, 5), ['A video comes in', 'Upload', 'Analyze', 'Result']);
  });
});

declare const RED: { actions: { invoke(name: string): void } };
