import { strict as assert } from 'node:assert';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeRedMajor, ROOT } from '../../tools/launch/versions';
import type { EditorPage } from './support/editorPage';
import { NODES } from './support/nodes';
import { EditorTest } from './support/setup';
import { violations } from './support/violations';

/** Pictures of all dialogs, for people to look at. */
const OUTPUT = join(ROOT, 'test/output/dialogs');

/** Node-RED 4 has no dark theme. */
const THEMES = nodeRedMajor === 4 ? (['light'] as const) : (['light', 'dark'] as const);

/** What can be reached by the Tab key in the open dialog, in that order: id or text, where it is, and its ring. */
async function tabStops(editor: EditorPage): Promise<{ name: string; top: number; ring: string }[]> {
  await editor.control('name').focus();
  const stops: { name: string; top: number; ring: string }[] = [];
  for (;;) {
    const stop = await editor.page.evaluate(() => {
      const focused = document.activeElement;
      const row = focused?.closest('.oz-dialog .form-row, .oz-dialog summary');
      const dialog = row?.closest('.oz-dialog');
      if (!focused || !row || !dialog) return null;
      const name = focused.id.replace(/^node-(config-)?input-|-text$/g, '') || focused.className;
      const top = Math.round(row.getBoundingClientRect().top - dialog.getBoundingClientRect().top);
      return { name, top, ring: getComputedStyle(focused).outlineStyle };
    });
    if (stop === null) return stops;
    stops.push(stop);
    await editor.page.keyboard.press('Tab');
  }
}

describe('dialogs for everybody', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const server = test.add('oz-auth', { url: 'https://oz.example', auth: 'none' });
  const nodes = NODES.map(({ type }) => ({
    type,
    // With the rows that depend on a choice.
    right: test.add(type, { server, collection: true, decision: true, resume: true }),
    wrong: test.add(type, { timeout: 'soon', limit: 0, media: 'a..b', tags: 'custom' }),
  }));
  before(() => mkdir(OUTPUT, { recursive: true }));

  for (const theme of THEMES) {
    for (const [width, height] of [
      [800, 600],
      [1440, 900],
    ] as const) {
      it(`have no violation of accessibility rules, ${theme}, ${width} × ${height}`, async () => {
        const editor = await test.open({ theme, width, height });
        const found: string[] = [];
        const look = async (name: string): Promise<void> => {
          await editor.unfold();
          found.push(...(await editor.wrappedLabels()).map((label) => `${name}: "${label}" wraps`));
          const violated = await violations(editor.page, '.oz-dialog');
          found.push(...violated.map((violation) => `${name}: ${violation}`));
          const file = `${name}-${nodeRedMajor}-${theme}-${width}.png`;
          await editor.page.screenshot({ path: join(OUTPUT, file) });
          await editor.cancel();
        };
        for (const { type, right, wrong } of nodes) {
          await editor.openNode(right);
          await look(type);
          await editor.openNode(wrong);
          await look(`${type}-wrong`);
        }
        await editor.openConfig(server);
        await look('oz-auth');
        await editor.openNewConfig('oz-auth');
        await look('oz-auth-new');
        assert.deepEqual(found, []);
      });
    }
  }

  for (const { type, right } of [...nodes, { type: 'oz-auth', right: server }]) {
    it(`are reached by the keyboard alone, from the top to the bottom: ${type}`, async () => {
      const { editor } = test;
      await (type === 'oz-auth' ? editor.openConfig(right) : editor.openNode(right));
      await editor.unfold();
      const stops = await tabStops(editor);
      const reached = new Set(stops.map(({ name }) => name));
      const visible = await editor.visibleControls();
      assert.deepEqual(
        visible.filter((name) => !reached.has(name)),
        [],
      );
      const tops = stops.map(({ top }) => top);
      assert.deepEqual(
        tops,
        tops.toSorted((a, b) => a - b),
        JSON.stringify(stops),
      );
      assert.deepEqual(
        stops.filter(({ ring }) => ring === 'none').map(({ name }) => name),
        [],
        'the focus can be seen',
      );
      // What has no name of its own is read by its icon, which is a letter that no language has.
      const read = await editor.page.locator('.oz-dialog').ariaSnapshot();
      assert.doesNotMatch(read, /[\uE000-\uF8FF]|(?:button|link|textbox|combobox|checkbox)$/m);
    });
  }

  it('lead to a new server and back by the keyboard alone', async () => {
    const { editor } = test;
    const { page } = editor;
    await editor.openNode(nodes[0]?.right ?? '');
    await editor.control('server').focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').getAttribute('aria-label'), 'Edit: Oz server');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').getAttribute('aria-label'), 'Add: Oz server');
    await page.keyboard.press('Enter');
    // The editor takes the lower dialog away until the upper one closes.
    await editor.control('url').waitFor();
    await editor.trays(1);
    assert.equal(await editor.control('url').inputValue(), '');
    await editor.set('auth', 'none');
    await editor.set('url', 'http://127.0.0.1:1');
    const button = page.locator('#oz-auth-test');
    await button.press('Enter');
    await page.locator('#oz-auth-test-answer.oz-bad').waitFor();
    assert.equal(
      await button.evaluate((pressed) => pressed === document.activeElement),
      true,
      'it keeps the focus',
    );
    await page.keyboard.press('Control+Enter');
    await editor.control('server').waitFor();
    await editor.trays(1);
  });
});
