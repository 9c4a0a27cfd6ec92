/**
 * `npm run pictures`: takes the pictures of the README and of docs/examples.md from the real editor, with the sandbox
 * behind it. The faces are the public-domain samples of the sandbox.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { openChromium } from './launch/chromium';
import { DASHBOARD, NodeRed, type FlowNode } from './launch/nodeRed';
import { startSandbox } from './launch/sandbox';
import { ROOT } from './launch/versions';

const EXAMPLES = join(ROOT, 'examples');
const TARGET = join(ROOT, 'docs/images');
/** Where the examples look for the sandbox. */
const SANDBOX = 'http://127.0.0.1:7700';
const FIRST = '1 Best shot of a selfie video';
/** Free space around the nodes of a flow, pixels. */
const MARGIN = 50;

declare const RED: {
  workspaces: { show(id: string): void };
  actions: { invoke(name: string): void };
};

/** `Scenarios/Face match` → `face-match` */
const fileOf = (example: string): string =>
  `${(example.split('/').at(-1) ?? example).replace(/\W+/g, '-').replace(/^-|-$/g, '').toLowerCase()}.png`;

/** Takes the part of the canvas that its nodes need. */
async function photograph(page: Page, tab: string, file: string): Promise<void> {
  await page.evaluate((id) => RED.workspaces.show(id), tab);
  await page.locator('.red-ui-flow-node-group').first().waitFor();
  const corner = await page.evaluate(() => {
    const boxes = [...document.querySelectorAll('.red-ui-flow-node-group')].map((node) =>
      node.getBoundingClientRect(),
    );
    return {
      right: Math.max(...boxes.map(({ right }) => right)),
      bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
    };
  });
  const chart = await page.locator('#red-ui-workspace-chart').boundingBox();
  if (chart === null) throw new Error('The editor shows no flow');
  const picture = await page.screenshot({
    clip: {
      x: chart.x,
      y: chart.y,
      width: Math.min(chart.width, corner.right - chart.x + MARGIN),
      height: Math.min(chart.height, corner.bottom - chart.y + MARGIN),
    },
  });
  await sharp(picture).png({ palette: true, effort: 10 }).toFile(join(TARGET, file));
}

async function main(): Promise<void> {
  const names = (await readdir(EXAMPLES, { recursive: true }))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length).replaceAll('\\', '/'))
    .toSorted();
  await mkdir(TARGET, { recursive: true });
  const sandbox = await startSandbox();
  const nodeRed = await NodeRed.start({ palettes: [DASHBOARD] });
  const browser = await openChromium();
  try {
    const examples = new Map<string, FlowNode[]>();
    for (const name of names) {
      const text = await readFile(join(EXAMPLES, `${name}.json`), 'utf8');
      examples.set(name, JSON.parse(text.replaceAll(SANDBOX, sandbox.url)) as FlowNode[]);
    }
    // The server is the same in all of them.
    const flows = new Map([...examples.values()].flat().map((node) => [node.id, node]));
    await nodeRed.deploy([...flows.values()]);

    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2 });
    await page.goto(nodeRed.url);
    // The progress bar is not there at first, then up while the palette fills, and goes once the flows are there.
    await page
      .locator('#red-ui-palette-container-Oz .red-ui-palette-node')
      .first()
      .waitFor({ state: 'attached' });
    await page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden' });
    const tabOf = (name: string): string => examples.get(name)?.find(({ type }) => type === 'tab')?.id ?? '';
    for (const name of names) await photograph(page, tabOf(name), fileOf(name));

    await page.evaluate((id) => RED.workspaces.show(id), tabOf(FIRST));
    await page.evaluate(() => RED.actions.invoke('oz:show-checks'));
    await page.locator('#oz-checks-canvas').check();
    await page.waitForResponse(/oz-checks\?after=/);
    await nodeRed.inject('best-shot-start');
    await page.locator('.oz-checks-entry img[src]').waitFor({ timeout: 90_000 });
    await page.locator('.oz-checks-shot image').waitFor({ state: 'attached' });
    const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 1440, height: 520 } });
    await sharp(picture)
      .resize(1440)
      .png({ palette: true, effort: 10 })
      .toFile(join(TARGET, 'first-flow.png'));
  } finally {
    await browser.close();
    await nodeRed.stop();
    await sandbox.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
