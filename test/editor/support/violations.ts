import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

declare const axe: { run(context: string): Promise<AxeResults> };

/** What axe finds wrong with a part of a page, each with the elements it is about. */
export async function violations(page: Page, part: string): Promise<string[]> {
  const loaded = await page.evaluate(() => 'axe' in window);
  if (!loaded) {
    await page.evaluate(await readFile(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8'));
    // The editor's body has no height, which axe takes for a page without anything to see.
    await page.addStyleTag({ content: 'body { min-height: 100vh }' });
  }
  const results = await page.evaluate((context) => axe.run(context), part);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  );
}
