import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { openChromium } from '../../tools/launch/chromium';
import { NodeRed, type FlowNode } from '../../tools/launch/nodeRed';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';
import { exampleFor } from '../support/examples';
import { EditorPage } from './support/editorPage';

const PASSWORD = 'only for tests';
const PASSWORD_HASH = '$2b$04$hLHDmVqoUozOVViOdGR2SO6St2yXrfBIs6L.gIbLxADSCXwUVsNOW';
const EXAMPLE = '1 Best shot of a selfie video';
const WEBHOOK = 'Scenarios/Webhook';

declare const RED: { actions: { invoke(name: string): void } };

describe('Node-RED below a path, with users', function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let nodeRed: NodeRed;
  let browser: Browser;
  let flow: FlowNode[];
  const pages: EditorPage[] = [];
  const idOf = (type: string): string => flow.find((node) => node.type === type)?.id ?? '';

  before(async () => {
    sandbox = await startSandbox();
    const users = [
      { username: 'admin', password: PASSWORD_HASH, permissions: '*' },
      { username: 'reader', password: PASSWORD_HASH, permissions: 'read' },
    ];
    nodeRed = await NodeRed.start({
      settings: {
        httpAdminRoot: '/tools/red',
        httpNodeRoot: '/hooks',
        adminAuth: { type: 'credentials', users },
        editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib: 'ace' } },
      },
    });
    assert.match(nodeRed.url, /\/tools\/red$/);
    await nodeRed.signIn('admin', PASSWORD);
    flow = exampleFor(EXAMPLE, sandbox.url, '');
    await nodeRed.deploy(flow);
    browser = await openChromium();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });
  after(async () => {
    await browser?.close();
    await nodeRed?.stop();
    await sandbox?.stop();
  });

  async function openAs(name: string): Promise<EditorPage> {
    const editor = await EditorPage.open(browser, nodeRed.url, { user: { name, password: PASSWORD } });
    pages.push(editor);
    return editor;
  }

  /** Opens the dialog of the server and presses its button; what is said below it. */
  async function testConnection(editor: EditorPage): Promise<string> {
    await editor.openConfig(idOf('oz-auth'));
    await editor.page.locator('#oz-auth-test').click();
    const answer = editor.page.locator('#oz-auth-test-answer.oz-good, #oz-auth-test-answer.oz-bad');
    await answer.waitFor();
    return (await answer.innerText()).trim();
  }

  /** Opens the sidebar, lets a video be checked, and waits for its best shot there and on the canvas. */
  async function seeBestShots(editor: EditorPage): Promise<void> {
    const { page } = editor;
    const asked = page.waitForResponse(/\/tools\/red\/oz-checks\?after=/);
    await page.evaluate(() => RED.actions.invoke('oz:show-checks'));
    assert.equal((await asked).status(), 200);
    await page.locator('#oz-checks-canvas').check();
    await nodeRed.inject(idOf('inject'));
    await page.locator('.oz-checks-entry img[src]').first().waitFor();
    await page.locator(`[id="${idOf('oz-result')}"] .oz-checks-shot image`).waitFor({ state: 'attached' });
  }

  it('an administrator tests the connection, and sees best shots in the sidebar and on the canvas', async () => {
    const editor = await openAs('admin');
    assert.match(await testConnection(editor), /^Connected\. The server answered and the sign-in works\./);
    await editor.closeDialogs();
    await seeBestShots(editor);
    assert.deepEqual(editor.errors, []);
  });

  it('who may only read sees best shots, and is told that testing the connection takes more', async () => {
    const editor = await openAs('reader');
    await seeBestShots(editor);
    assert.deepEqual(editor.errors, []);
    assert.match(await testConnection(editor), /\(HTTP 401\).*are you allowed to deploy\?/);
  });

  it('a webhook comes in below the path of the flows', async () => {
    const origin = `${new URL(nodeRed.url).origin}/hooks`;
    // Nothing but the webhook leads to the result.
    const webhook = exampleFor(WEBHOOK, sandbox.url, origin).map((node) =>
      node.type === 'oz-analyze' ? { ...node, wires: [[]] } : node,
    );
    assert.ok(webhook.some((node) => node['webhook'] === `${origin}/oz-webhook`));
    await nodeRed.deploy(webhook);
    const events = await nodeRed.events();
    await nodeRed.inject('webhook-start');
    const { value } = await events.debugMessage(({ id }) => id === 'webhook-shown', 90_000);
    assert.equal(record(value)['resolution'], 'SUCCESS');
  });
});
