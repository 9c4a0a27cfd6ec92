import { resolve } from 'node:path';

/** The repository, seen from `dist/tools/launch`. */
export const ROOT = resolve(__dirname, '../../..');

export type NodeRedMajor = 4 | 5;

/**
 * Which Node-RED this test run is about. `npm test` runs the Node-RED parts twice, with `NODE_RED_MAJOR=4` on the
 * running Node and with `NODE_RED_MAJOR=5` on one that is new enough for it. Without the variable: 4.
 */
export const nodeRedMajor: NodeRedMajor = process.env['NODE_RED_MAJOR'] === '5' ? 5 : 4;

/** The npm name under which that Node-RED is installed here. */
export const nodeRedModule = (major: NodeRedMajor = nodeRedMajor): string =>
  major === 5 ? 'node-red-5' : 'node-red';

/** Node-RED 5 needs Node 22.9 (`engines` of node-red 5.0.7). */
export function runsNodeRed5(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 9);
}
