import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { openChromium } from '../../../tools/launch/chromium';
import { type FlowNode, NodeRed } from '../../../tools/launch/nodeRed';
import { type EditorOptions, EditorPage } from './editorPage';

/**
 * One Node-RED, one browser and one page for a test file: loading the editor takes longer than any test. Each test has
 * nodes of its own in the flow and leaves no dialog open.
 */
export class EditorTest {
  readonly #nodes: FlowNode[] = [{ id: 'flow', type: 'tab', label: 'Flow' }];
  #running: { nodeRed: NodeRed; browser: Browser; editor: EditorPage } | undefined;
  readonly #further: EditorPage[] = [];

  /** Registers the hooks. A test during which a page reported an error fails, whatever else it found. */
  static use(env: Record<string, string> = {}): EditorTest {
    const test = new EditorTest();
    before(async function () {
      this.timeout(300_000);
      await test.#start(env);
    });
    afterEach(() => test.#tidy());
    after(async () => {
      await test.#running?.browser.close();
      await test.#running?.nodeRed.stop();
    });
    return test;
  }

  async #start(env: Record<string, string>): Promise<void> {
    const nodeRed = await NodeRed.start({
      env,
      // No look at the public catalogue; and the small code editor, as none is needed.
      settings: { editorTheme: { tours: false, palette: { catalogues: [] }, codeEditor: { lib: 'ace' } } },
    });
    // The tips of the info sidebar start before the sidebar is there, which throws now and then.
    await nodeRed.admin('POST', '/settings/user', { editor: { view: { 'view-show-tips': false } } });
    await nodeRed.deploy(this.#nodes);
    const browser = await openChromium();
    this.#running = { nodeRed, browser, editor: await EditorPage.open(browser, nodeRed.url) };
  }

  async #tidy(): Promise<void> {
    const further = this.#further.splice(0);
    await Promise.all(further.map((page) => page.close()));
    await this.editor.closeDialogs();
    const errors = [this.editor, ...further].flatMap((page) => page.errors.splice(0));
    assert.deepEqual(errors, [], 'the page reports no error');
  }

  get #ready(): { nodeRed: NodeRed; browser: Browser; editor: EditorPage } {
    assert.ok(this.#running, 'the hooks have run');
    return this.#running;
  }

  get nodeRed(): NodeRed {
    return this.#ready.nodeRed;
  }

  get editor(): EditorPage {
    return this.#ready.editor;
  }

  /** Adds a node to the flow that will be deployed; returns its id. To be called while the tests are described. */
  add(type: string, properties: Record<string, unknown> = {}): string {
    const id = `node${this.#nodes.length}`;
    const place = type === 'oz-auth' ? {} : { z: 'flow', x: 200, y: 60 * this.#nodes.length, wires: [] };
    this.#nodes.push({ id, type, ...place, ...properties });
    return id;
  }

  /** Opens the editor once more, for this test only: in another language, another theme. */
  async open(options: EditorOptions): Promise<EditorPage> {
    const page = await EditorPage.open(this.#ready.browser, this.nodeRed.url, options);
    this.#further.push(page);
    return page;
  }
}
