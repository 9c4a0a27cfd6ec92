import type { Browser, BrowserContext, JSHandle, Locator, Page } from 'playwright-core';

interface EditorNode extends Record<string, unknown> {
  id: string;
  type: string;
}

/** What the tests use of the editor inside its page. */
declare const jQuery: { fx: { off: boolean } };
declare const RED: {
  nodes: {
    node(id: string): EditorNode | null | undefined;
    eachNode(take: (node: EditorNode) => void): void;
    eachConfig(take: (node: EditorNode) => void): void;
    getType(type: string): { category: string; defaults: object };
    id(): string;
    add(node: EditorNode): void;
    import(nodes: object[]): { nodes: EditorNode[] };
    dirty(): boolean;
  };
  sidebar: { help: { show(type: string): void } };
  view: {
    reveal(id: string): void;
    createNode(type: string, x: number, y: number): { node: EditorNode };
  };
  utils: { getNodeLabel(node: EditorNode): string };
  editor: {
    edit(node: EditorNode): void;
    validateNode(node: EditorNode): boolean;
    editConfig(name: string, type: string, id: string): void;
  };
};

export interface EditorOptions {
  /** As a user chooses it in the settings; without it, the browser's, which is `en-US`. */
  language?: string;
  /** Where `adminAuth` is set. */
  user?: { name: string; password: string };
  /** Node-RED 5 only. */
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** The editor of a running Node-RED in a real browser. */
export class EditorPage {
  /** Errors nobody caught and messages of `console.error`; a test run ends with none. */
  readonly errors: string[] = [];

  readonly #context: BrowserContext;

  private constructor(
    context: BrowserContext,
    readonly page: Page,
  ) {
    this.#context = context;
    page.on('pageerror', (error) => this.errors.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // Node-RED reports what a dialog's script throws on the console only.
      if (
        message.type() === 'error' ||
        /oneditprepare|Validation error|An error occured in show/.test(message.text())
      ) {
        this.errors.push(`${message.text()} ${message.location().url}`);
      }
    });
  }

  static async open(browser: Browser, url: string, options: EditorOptions = {}): Promise<EditorPage> {
    const { width = 1440, height = 900, language, theme, user } = options;
    const context = await browser.newContext({ viewport: { width, height }, locale: 'en-US' });
    await context.addInitScript(
      (settings) => {
        for (const [name, value] of settings) if (value !== undefined) localStorage.setItem(name, value);
      },
      [
        ['editor-language', language],
        ['view-dark-theme', theme],
      ] as const,
    );
    const editor = new EditorPage(context, await context.newPage());
    await editor.page.goto(url);
    if (user !== undefined) await editor.#signIn(user);
    await editor.#loaded();
    return editor;
  }

  /** Loads the page anew, as after a deploy from elsewhere. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#loaded();
  }

  async #signIn({ name, password }: NonNullable<EditorOptions['user']>): Promise<void> {
    await this.page.locator('#node-dialog-login-username').fill(name);
    // By now the editor has asked for its settings, and was refused.
    this.errors.length = 0;
    await this.page.locator('#node-dialog-login-password').fill(password);
    await this.page.locator('#node-dialog-login-submit').click();
  }

  async #loaded(): Promise<void> {
    // The progress bar is not there at first, then up while the palette fills, and goes once the flows are there.
    await this.page.waitForSelector('#red-ui-palette-container-Oz .red-ui-palette-node', {
      state: 'attached',
    });
    await this.page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
    // Menus shall be there or not, never on their way.
    await this.page.evaluate(() => {
      jQuery.fx.off = true;
    });
  }

  /** Opens the dialog of a node on the canvas. */
  async openNode(id: string): Promise<void> {
    await (await this.#node(id)).evaluate((node) => RED.editor.edit(node));
    await this.trays(1);
  }

  /** Opens the dialog of a config node. */
  async openConfig(id: string): Promise<void> {
    await (await this.#node(id)).evaluate((node) => RED.editor.editConfig('', node.type, node.id));
    await this.trays(1);
  }

  /** Opens the dialog of a config node that is yet to be made. */
  async openNewConfig(type: string): Promise<void> {
    await this.page.evaluate((name) => RED.editor.editConfig('', name, '_ADD_'), type);
    await this.trays(1);
  }

  /** Adds a node as dragging it out of the palette does; returns its id. A config node is added as an import does. */
  addNode(type: string, properties: Record<string, unknown> = {}): Promise<string> {
    return this.page.evaluate(
      ([name, given]) => {
        if (RED.nodes.getType(name).category === 'config') {
          const { nodes } = RED.nodes.import([{ id: RED.nodes.id(), type: name, ...given }]);
          return nodes[0]?.id ?? '';
        }
        const { node } = RED.view.createNode(name, 100, 100);
        RED.nodes.add(node);
        RED.editor.validateNode(node);
        return node.id;
      },
      [type, properties] as const,
    );
  }

  /** What stands on a node. */
  async canvasLabel(id: string): Promise<string> {
    return (await this.#node(id)).evaluate((node) => RED.utils.getNodeLabel(node));
  }

  /** Closes the upper dialog with its Done (of a config node: Update). */
  async done(): Promise<void> {
    const open = await this.page.locator('.red-ui-tray').count();
    await this.page.locator('.red-ui-tray:last-child .red-ui-tray-header button.primary').click();
    await this.trays(open - 1);
  }

  async cancel(): Promise<void> {
    const open = await this.page.locator('.red-ui-tray').count();
    await this.page
      .locator('.red-ui-tray:last-child .red-ui-tray-header button:not(.primary)')
      .last()
      .click();
    await this.trays(open - 1);
  }

  /** Closes what a failed test left open. */
  async closeDialogs(): Promise<void> {
    if (await this.page.locator('.ui-widget-overlay').isVisible()) await this.page.keyboard.press('Escape');
    while ((await this.page.locator('.red-ui-tray').count()) > 0) await this.cancel();
  }

  /** Waits until `count` dialogs are open and none is sliding any more. */
  async trays(count: number): Promise<void> {
    await this.page.waitForFunction((expected) => {
      const trays = [...document.querySelectorAll<HTMLElement>('.red-ui-tray')];
      const still = trays.every((tray) => tray.getAnimations({ subtree: false }).length === 0);
      return trays.length === expected && still && (expected === 0 || trays.at(-1)?.style.right === '0px');
    }, count);
  }

  /** A control of the open dialog, by the name of its property. */
  control(property: string): Locator {
    return this.page.locator(`#node-input-${property}, #node-config-input-${property}`);
  }

  /** The row of the open dialog that holds this property. */
  row(property: string): Locator {
    return this.page.locator('.form-row', { has: this.control(property) });
  }

  /** Sets a control of the open dialog as a user would: tick, choose or type. */
  async set(property: string, value: string | boolean): Promise<void> {
    const control = this.control(property);
    if (typeof value === 'boolean') return control.setChecked(value);
    if ((await control.evaluate((element) => element.tagName)) === 'SELECT') {
      await control.selectOption(value);
      return;
    }
    await control.fill(value);
    await control.press('Tab');
  }

  /** Chooses the type of a typed input in its menu, then types the value. */
  async setTyped(property: string, type: string, value: string): Promise<void> {
    const widget = this.row(property).locator('.red-ui-typedInput-container');
    await widget.locator('.red-ui-typedInput-type-select').click();
    const menu = this.page.locator('.red-ui-typedInput-options:visible');
    await menu.locator(`a[value="${type}"]`).click();
    await menu.waitFor({ state: 'hidden' });
    await widget.locator('.red-ui-typedInput-input').fill(value);
    await widget.locator('.red-ui-typedInput-input').press('Tab');
  }

  /** Values of controls of the open dialog. */
  async values(properties: readonly string[]): Promise<Record<string, string | boolean>> {
    const entries = properties.map(async (property) => {
      const control = this.control(property);
      const value = await control.evaluate((element) =>
        element instanceof HTMLInputElement && element.type === 'checkbox'
          ? element.checked
          : (element as HTMLInputElement | HTMLSelectElement).value,
      );
      return [property, value] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Names of the properties that the open dialog marks as wrong. */
  marked(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('.red-ui-tray:last-child .input-error[id]')].map((element) =>
        element.id.replace(/^node-(config-)?input-/, ''),
      ),
    );
  }

  /** What the open dialog says, below it, about a wrong control. */
  async ozError(property: string): Promise<string> {
    const line = this.row(property).locator('.oz-error');
    await line.waitFor();
    return (await line.innerText()).trim();
  }

  /** A property of a node as the editor holds it. */
  async property(id: string, name: string): Promise<unknown> {
    return (await this.#node(id)).evaluate((node, key) => node[key], name);
  }

  /**
   * A node inside the page. Rejects when there is none: asked for the dialog of one that is not there, the editor opens
   * none, or that of a new config node, and says nothing.
   */
  #node(id: string): Promise<JSHandle<EditorNode>> {
    return this.page.evaluateHandle((nodeId) => {
      const node = RED.nodes.node(nodeId);
      if (!node) throw new Error(`The editor has no node "${nodeId}"`);
      return node;
    }, id);
  }

  /** Presses Deploy and waits until the editor has nothing left to deploy. */
  async deploy(): Promise<void> {
    await this.page.locator('#red-ui-header-button-deploy').click();
    await this.page.waitForFunction(() => !RED.nodes.dirty());
  }

  /** Opens the folded part of the dialog, if it has one that is closed. */
  async unfold(): Promise<void> {
    const folded = this.page.locator('.oz-fold:not([open]) > summary');
    if (await folded.isVisible()) await folded.click();
  }

  /** Which of these properties have a row that can be seen. */
  async visibleRows(properties: readonly string[]): Promise<string[]> {
    const seen = await Promise.all(properties.map((property) => this.row(property).isVisible()));
    return properties.filter((_property, index) => seen[index]);
  }

  /** Names of the properties whose controls can be seen and used in the open dialog. */
  visibleControls(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>('.oz-dialog input[id], .oz-dialog select[id]')]
        .filter((control) => control.offsetParent !== null && !control.disabled && control.type !== 'hidden')
        .map((control) => control.id.replace(/^node-(config-)?input-|-text$/g, '')),
    );
  }

  /** Names of the properties that the editor saves for nodes of this type. */
  definedProperties(type: string): Promise<string[]> {
    return this.page.evaluate((name) => Object.keys(RED.nodes.getType(name).defaults), type);
  }

  /** Fields of the open dialog that no label's `for` leads to, and labels that lead nowhere. */
  unlabelled(): Promise<string[]> {
    return this.page.evaluate(() => {
      const dialog = document.querySelector('.oz-dialog');
      const fields = [...(dialog?.querySelectorAll<HTMLInputElement>('input, select') ?? [])].filter(
        (field) => field.type !== 'hidden' && !field.closest('.red-ui-autoComplete'),
      );
      const targets = [...(dialog?.querySelectorAll('label') ?? [])].map((label) => label.htmlFor);
      return [
        ...fields.map((field) => field.id).filter((id) => !targets.includes(id)),
        ...targets.filter((target) => document.getElementById(target) === null),
      ];
    });
  }

  /** Labels beside the fields of the open dialog that need more than one line. */
  wrappedLabels(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('.oz-dialog .form-row > label:not(.oz-check) > span')]
        .filter((label) => label.getClientRects().length > 1)
        .map((label) => label.textContent ?? ''),
    );
  }

  /** Parts of the open dialog that are wider than their place. */
  overflowing(): Promise<string[]> {
    return this.page.evaluate(() => {
      const dialog = document.querySelector<HTMLElement>('.oz-dialog');
      if (dialog === null) return ['no dialog'];
      const right = dialog.getBoundingClientRect().right + 0.5;
      return [...dialog.querySelectorAll<HTMLElement>('*')]
        .filter((part) => part.offsetParent !== null && part.getBoundingClientRect().right > right)
        .map((part) => part.outerHTML.slice(0, 120));
    });
  }

  /** What the editor shows when the mouse is over an output. */
  async outputLabel(id: string, port: number): Promise<unknown> {
    return (await this.#node(id)).evaluate((node, index) => {
      const definition = node['_def'] as { outputLabels(this: unknown, index: number): unknown };
      return definition.outputLabels.call(node, index);
    }, port);
  }

  /** Opens the help of a node type in the sidebar; what it is made of. */
  async help(type: string): Promise<{ headings: string[]; lists: number; links: number; text: string }> {
    await this.page.evaluate((name) => RED.sidebar.help.show(name), type);
    const help = this.page.locator('.red-ui-help:visible', { has: this.page.locator('h3') }).last();
    await help.locator('h3').first().waitFor();
    return help.evaluate((element) => ({
      headings: [...element.querySelectorAll('h3')].map((heading) => heading.textContent?.trim() ?? ''),
      lists: element.querySelectorAll('dl.message-properties').length,
      links: element.querySelectorAll('a[href^="https://"]').length,
      text: element.textContent ?? '',
    }));
  }

  /**
   * The id of the first node of each of these types, config nodes included, once the editor has one of each: an import
   * is on its way for a while after its dialog has closed.
   */
  async idsOf<Type extends string>(types: readonly Type[]): Promise<Record<Type, string>> {
    const wanted: readonly string[] = types;
    const ids = await this.page.waitForFunction((all) => {
      const found: Record<string, string> = {};
      const take = ({ id, type }: EditorNode): void => {
        found[type] ??= id;
      };
      RED.nodes.eachNode(take);
      RED.nodes.eachConfig(take);
      return all.every((type) => type in found) && found;
    }, wanted);
    return (await ids.jsonValue()) as Record<Type, string>;
  }

  /** Brings a node of any tab into view. */
  reveal(id: string): Promise<void> {
    return this.page.evaluate((nodeId) => RED.view.reveal(nodeId), id);
  }

  /** The text below a node on the canvas, once it is like this. */
  async status(id: string, like: RegExp): Promise<string> {
    // Found and read in one step: a moment later there may be another.
    const text = await this.page.waitForFunction(
      ([nodeId, source]) => {
        const label = document.getElementById(nodeId)?.querySelector('.red-ui-flow-node-status-label');
        const shown = label?.textContent ?? '';
        return new RegExp(source).test(shown) && shown;
      },
      [id, like.source] as const,
    );
    return String(await text.jsonValue());
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}
