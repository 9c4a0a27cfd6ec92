import { strict as assert } from 'node:assert';
import type { EditorPage } from './support/editorPage';
import { EditorTest } from './support/setup';
import { exampleNames } from '../support/examples';
import { record } from '../../tools/launch/values';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';

const FIRST = '1 Best shot of a selfie video';
const SECOND = '5 Check in one node';

declare const RED: {
  actions: { invoke(name: string): void };
  nodes: {
    filterNodes(filter: object): object[];
    eachConfig(take: (node: { type: string; id: string }) => void): void;
  };
};

describe('a flow in the editor', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  let sandbox: Sandbox;
  before(async function () {
    this.timeout(300_000);
    sandbox = await startSandbox();
  });
  after(() => sandbox?.stop());

  it('offers every example in the import menu', async () => {
    const { editor } = test;
    await openExamples(editor);
    const labels = editor.page.locator('#red-ui-clipboard-dialog .red-ui-treeList-label');
    const folders = new Set(exampleNames().flatMap((name) => name.split('/').slice(0, -1)));
    for (const folder of folders) await labels.filter({ hasText: folder }).click();
    for (const name of exampleNames()) {
      await labels.filter({ hasText: name.split('/').pop() ?? name }).waitFor();
    }
    await editor.page.keyboard.press('Escape');
  });

  it('comes from an example by import, and shows on the canvas what its nodes do', async () => {
    const { editor, nodeRed } = test;
    await openExamples(editor);
    const dialog = editor.page.locator('#red-ui-clipboard-dialog');
    await dialog.locator('.red-ui-treeList-label', { hasText: FIRST }).click();
    await editor.page.locator('#red-ui-clipboard-dialog-ok').click();
    await dialog.waitFor({ state: 'hidden' });

    const ids = await editor.idsOf([
      'oz-auth',
      'oz-upload',
      'oz-analyze',
      'oz-result',
      'http request',
      'inject',
      'comment',
    ]);
    for (const [type, id] of Object.entries(ids)) {
      assert.equal(await editor.property(id, 'valid'), true, `${type} is complete as imported`);
    }

    // The sandbox of this test listens on a port of its own: what the comment says is done about it.
    await editor.openConfig(ids['oz-auth']);
    await editor.set('url', sandbox.url);
    await editor.done();
    await editor.reveal(ids['comment']);
    await editor.page.locator(`[id="${ids['comment']}"] .red-ui-flow-node`).click();
    await editor.page.locator('a[href="#oz-address"]:visible').click();
    await editor.page.getByText(`Nodes changed: 1. They fetch from ${sandbox.url} now.`).waitFor();
    const address = (): Promise<unknown> => editor.property(ids['http request'], 'url');
    assert.equal(await address(), `${sandbox.url}/samples/astronaut-combined.mp4`);
    await editor.page.evaluate(() => RED.actions.invoke('core:undo'));
    assert.equal(await address(), 'http://127.0.0.1:7700/samples/astronaut-combined.mp4');
    await editor.page.evaluate(() => RED.actions.invoke('oz:use-address'));
    await nodeRed.restarted(() => editor.deploy());

    await editor.reveal(ids['oz-result']);
    const events = await nodeRed.events();
    const waiting = editor.status(ids['oz-result'], /^waiting \d+ s$/);
    await nodeRed.inject(ids['inject']);
    const shown = await events.debugMessage(({ name }) => name === 'Result' || name === 'Error', 90_000);
    assert.equal(shown.name, 'Result', JSON.stringify(shown.value));
    assert.match(await waiting, /^waiting \d+ s$/);
    // What a person reads in the debug sidebar: the facts of the check, none of them behind an ellipsis.
    const facts = record(shown.value);
    assert.deepEqual(Object.keys(facts), ['resolution', 'spoofing', 'bestShotUrl', 'folderId', 'analysisId']);
    assert.equal(facts['resolution'], 'SUCCESS');
    assert.equal(await editor.status(shown.id, /./), 'SUCCESS');
    // The verdict stays on the canvas until the next message.
    assert.match(await editor.status(ids['oz-result'], /passed/), /^passed · 0\.\d\d$/);
  });

  it('shares the server when a second example is imported as its comment says', async () => {
    const { editor } = test;
    await openExamples(editor);
    const dialog = editor.page.locator('#red-ui-clipboard-dialog');
    await dialog.locator('.red-ui-treeList-label', { hasText: SECOND }).click();
    await editor.page.locator('#red-ui-clipboard-dialog-ok').click();
    await editor.page.getByRole('button', { name: 'Import copy' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await editor.idsOf(['oz-check']);
    assert.equal(await editor.page.evaluate(() => RED.nodes.filterNodes({ type: 'oz-check' }).length), 1);
    const servers = await editor.page.evaluate(() => {
      const found: string[] = [];
      RED.nodes.eachConfig(({ type, id }) => {
        if (type === 'oz-auth') found.push(id);
      });
      return found;
    });
    assert.deepEqual(servers, ['oz-local-sandbox']);
  });

  it('shows on the canvas why a message failed', async () => {
    const { editor, nodeRed } = test;
    const ids = await editor.idsOf(['oz-auth', 'oz-upload', 'inject']);
    await editor.openConfig(ids['oz-auth']);
    await editor.set('url', 'http://127.0.0.1:1');
    await editor.done();
    await nodeRed.restarted(() => editor.deploy());
    await nodeRed.inject(ids['inject']);
    assert.equal(await editor.status(ids['oz-upload'], /unreachable/), 'unreachable');
  });
});

/** Opens the import dialog on the examples of this palette. */
async function openExamples(editor: EditorPage): Promise<void> {
  await editor.page.locator('#red-ui-header-button-sidemenu').click();
  await editor.page.locator('#menu-item-import').click();
  const dialog = editor.page.locator('#red-ui-clipboard-dialog');
  await dialog.getByRole('link', { name: 'Examples' }).click();
  await dialog.locator('.red-ui-treeList-label', { hasText: '@ozflow/node-red-oz' }).click();
  await dialog.locator('.red-ui-treeList-label', { hasText: FIRST }).waitFor();
}
