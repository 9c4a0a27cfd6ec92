import { strict as assert } from 'node:assert';
import { NODES } from './support/nodes';
import { EditorTest } from './support/setup';

describe('the palette', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const types = NODES.map(({ type }) => type);

  it('shows the nodes in a category of their own', async () => {
    const category = test.editor.page.locator('#red-ui-palette-container-Oz');
    assert.equal((await category.locator('.red-ui-palette-header').textContent())?.trim(), 'Oz');
    const shown = await category
      .locator('.red-ui-palette-node')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-palette-type') ?? ''));
    assert.deepEqual(shown.toSorted(), types.toSorted());
  });

  for (const type of types) {
    it(`has an icon for ${type} that the server delivers`, async () => {
      const { editor, nodeRed } = test;
      const node = editor.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
      const image = await node.locator('.red-ui-palette-icon').getAttribute('style');
      const path = /url\("?\/?([^")]+)"?\)/.exec(image ?? '')?.[1] ?? '';
      assert.ok(path.endsWith(`${type}.svg`), String(image));
      const answer = await fetch(`${nodeRed.url}/${path}`);
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get('content-type') ?? '', /svg/);
      assert.match(await answer.text(), /viewBox="0 0 40 60"/);
    });
  }

  it('tells what a node is for when the mouse rests on it', async () => {
    const { page } = test.editor;
    const node = page.locator('.red-ui-palette-node[data-palette-type="oz-upload"]');
    await node.scrollIntoViewIfNeeded();
    await node.hover();
    const popover = page.locator('.red-ui-popover:visible');
    await popover.waitFor();
    assert.match(await popover.innerText(), /Uploads videos, photos or ZIPs of frames to an Oz server/);
  });
});
