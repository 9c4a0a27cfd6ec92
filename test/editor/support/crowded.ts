import type { Page } from 'playwright-core';

/** A node as the editor has drawn it, around its centre. */
interface Drawn {
  id: string;
  x: number;
  y: number;
  w: number;
  h: number;
}

declare const RED: {
  workspaces: { show(id: string): void };
  nodes: { filterNodes(filter: { z: string }): Drawn[] };
  utils: { getNodeLabel(node: Drawn): string };
};

/** What is left of a screen of 1440 pixels between palette and sidebar. */
const WIDTH = 940;
/** The shortest wire between two nodes that can be seen, pixels. */
const WIRE = 8;

/**
 * Nodes of a flow that touch the next one in their row, or stick out: nodes without a name of their own are as wide as
 * what they say in the language of the editor.
 */
export async function crowded(page: Page, tab: string): Promise<string[]> {
  await page.evaluate((id) => RED.workspaces.show(id), tab);
  await page.waitForFunction(
    (id) => RED.nodes.filterNodes({ z: id }).every((node) => document.getElementById(node.id) !== null),
    tab,
  );
  return page.evaluate(
    ([id, width, wire]) => {
      const nodes = RED.nodes.filterNodes({ z: id });
      const inRow = (a: Drawn, b: Drawn): boolean => a.x < b.x && Math.abs(a.y - b.y) < (a.h + b.h) / 2;
      const touching = nodes.filter((left) =>
        nodes.some((right) => inRow(left, right) && left.x + left.w / 2 + wire > right.x - right.w / 2),
      );
      const out = nodes.filter(({ x, w }) => x < w / 2 || x + w / 2 > width);
      return [...touching, ...out].map((node) => RED.utils.getNodeLabel(node));
    },
    [tab, WIDTH, WIRE] as const,
  );
}
