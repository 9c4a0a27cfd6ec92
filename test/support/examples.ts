import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../../tools/launch/nodeRed';
import { ROOT } from '../../tools/launch/versions';

const FOLDER = join(ROOT, 'examples');
/** Where the examples look for the sandbox. */
const SANDBOX = 'http://127.0.0.1:7700';
/** Where those that call themselves look for Node-RED. */
const NODE_RED = 'http://127.0.0.1:1880';

/** Names of all examples as the import menu shows them. */
export const exampleNames = (): string[] =>
  readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));

/** An example as it is shipped. */
export const readExample = (name: string): FlowNode[] =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as FlowNode[];

/** An example, pointed at a sandbox and a Node-RED on other ports. Nothing else is changed. */
export const exampleFor = (name: string, sandboxUrl: string, nodeRedUrl: string): FlowNode[] =>
  JSON.parse(
    JSON.stringify(readExample(name)).replaceAll(SANDBOX, sandboxUrl).replaceAll(NODE_RED, nodeRedUrl),
  ) as FlowNode[];
