/**
 * Puts beside every compiled node what Node-RED looks for there: `<node>.html` (dialog, editor script, help),
 * `icons/` and `locales/<language>/`. The node's property table fills dialog and script; docs/flow-properties.md gets
 * the tables of all. Then cuts the sandbox's models. Runs after `tsc -b`, see `npm run build`.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { fillScript } from './editor/script.mjs';
import { fillDocument } from './editor/documentation.mjs';
import { fillTemplate } from './editor/rows.mjs';
import { textsOf } from './editor/texts.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const DEFAULT_LANGUAGE = 'en-US';
const require = createRequire(import.meta.url);

const script = (attributes, content) => `<script ${attributes}>\n${content.trim()}\n</script>\n`;

const compiled = (folder, name) =>
  readFile(join(root, 'dist/editor/nodes', folder, `${name}.editor.js`), 'utf8');

const javaScript = (content) => script('type="text/javascript"', content);

/** What a node declares: nodes/<node>/properties.ts. */
const propertiesOf = (node) => require(join(root, 'dist/nodes', node, 'properties.js')).PROPERTIES;

/** The look and the script that all dialogs share, in front of each, so that none needs another node's to be there. */
const sharedParts = async (properties) => {
  const css = await readFile(join(root, 'nodes/shared/dialog.css'), 'utf8');
  const scripts = ['reach', 'runtime', 'servers', 'dialog'];
  if (Object.values(properties).some(({ choose }) => choose !== undefined)) scripts.push('collections');
  const code = await Promise.all(scripts.map(async (name) => javaScript(await compiled('shared', name))));
  return `<style>\n${css.trim()}\n</style>\n${code.join('')}`;
};

/** Help text of one language as the element the editor looks for. */
const help = async (node, file) =>
  script(`type="text/markdown" data-help-name="${node}"`, await readFile(file, 'utf8'));

async function assemble(node) {
  const source = join(root, 'nodes', node);
  const target = join(root, 'dist/nodes', node);
  await rm(join(target, 'locales'), { recursive: true, force: true });

  const properties = propertiesOf(node);
  const texts = textsOf(root, node);
  const prefix = node === 'oz-auth' ? 'node-config-input' : 'node-input';
  const template = await readFile(join(source, `${node}.html`), 'utf8');
  const html =
    (await sharedParts(properties)) +
    javaScript(fillScript(node, await compiled(node, node), properties, texts)) +
    script(
      `type="text/html" data-template-name="${node}"`,
      fillTemplate(template, properties, texts, prefix),
    ) +
    (await help(node, join(source, 'locales', DEFAULT_LANGUAGE, `${node}.md`)));
  await writeFile(join(target, `${node}.html`), html);

  for (const language of await readdir(join(source, 'locales'))) {
    const from = join(source, 'locales', language);
    const to = join(target, 'locales', language);
    await mkdir(to, { recursive: true });
    await cp(join(from, `${node}.json`), join(to, `${node}.json`));
    if (language !== DEFAULT_LANGUAGE) {
      await writeFile(join(to, `${node}.html`), await help(node, join(from, `${node}.md`)));
    }
  }

  await mkdir(join(target, 'icons'), { recursive: true });
  await cp(join(root, 'icons', `${node}.svg`), join(target, 'icons', `${node}.svg`));
}

/** The editor's plugin has no dialog: its page is its style and its scripts, the first one first. */
async function assemblePlugin() {
  const source = join(root, 'nodes/plugin');
  const target = join(root, 'dist/nodes/plugin');
  await rm(join(target, 'locales'), { recursive: true, force: true });
  const css = await readFile(join(source, 'oz-checks.css'), 'utf8');
  const names = ['checks', 'sidebar', 'canvas', 'tour', 'address'];
  const scripts = await Promise.all(names.map(async (name) => javaScript(await compiled('plugin', name))));
  await writeFile(join(target, 'oz-checks.html'), `<style>\n${css.trim()}\n</style>\n${scripts.join('')}`);
  await cp(join(source, 'locales'), join(target, 'locales'), { recursive: true });
}

/** Keeps the tables of the document in step with what the nodes declare. */
async function documentProperties(nodes) {
  const file = join(root, 'docs/flow-properties.md');
  const document = await readFile(file, 'utf8');
  const tables = Object.fromEntries(nodes.map((node) => [node, propertiesOf(node)]));
  const filled = await fillDocument(document, tables, await prettier.resolveConfig(file));
  if (filled !== document) await writeFile(file, filled);
}

const nodes = (await readdir(join(root, 'nodes'))).filter((node) =>
  existsSync(join(root, 'nodes', node, `${node}.html`)),
);
for (const node of nodes) await assemble(node);
await documentProperties(nodes);
await assemblePlugin();
await import('./models.mjs');
