/**
 * `npm start`: the sandbox and a Node-RED with the first example, run once on a sample clip. Stays up until it is
 * ended; with `--once` it ends by itself and its last line is the result as JSON.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

// Tests and benchmarks start and watch these programs the same way.
const require = createRequire(import.meta.url);
const { DASHBOARD, NodeRed } = require('../dist/tools/launch/nodeRed.js');
const { startSandbox } = require('../dist/tools/launch/sandbox.js');
const { runsNodeRed5 } = require('../dist/tools/launch/versions.js');

const root = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = join(root, 'examples/1 Best shot of a selfie video.json');
/** Ids of nodes in the example. */
const NODE = {
  tab: 'best-shot-flow',
  start: 'best-shot-start',
  result: 'best-shot-shown',
  error: 'best-shot-error',
};
/** Far above what a check of the sample takes on a slow machine. */
const CHECK_TIMEOUT_MS = 180_000;

const HELP = `npm start -- [--once] [--port N] [--sandbox-port N] [--user-dir DIR]

  --once            run the first example once, print its result as a line of JSON and end
  --port            of Node-RED: 1880, with --once any free one; 0: any free one
  --sandbox-port    of the sandbox: 7700, with --once any free one; 0: any free one
  --user-dir        where Node-RED keeps its flows: .node-red, with --once a temporary folder`;

function options() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        port: { type: 'string' },
        'sandbox-port': { type: 'string' },
        'user-dir': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new Error(`${error.message}\n\n${HELP}`, { cause: error });
  }
  const port = (name, usual) => {
    const text = values[name] ?? (values.once ? '0' : usual);
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new Error(`--${name} ${text}: not a port`);
    return Number(text);
  };
  return {
    help: values.help,
    once: values.once,
    port: port('port', '1880'),
    sandboxPort: port('sandbox-port', '7700'),
    userDir: values['user-dir']
      ? resolve(values['user-dir'])
      : values.once
        ? undefined
        : join(root, '.node-red'),
  };
}

/** Throws when something else listens there. */
function checkFree(port, what, option) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', ({ code }) =>
      reject(
        new Error(
          code === 'EADDRINUSE'
            ? `Port ${port} is in use, so ${what} cannot have it. Choose another with ${option} (0: any free one).`
            : `Port ${port} cannot be used for ${what}: ${code}. Choose another with ${option}.`,
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(resolve));
  });
}

/**
 * The flows to start with: those kept from last time, else the example. Nodes that use the sandbox get the address it
 * has now.
 */
async function flowsFor(userDir, sandboxUrl) {
  const example = JSON.parse(await readFile(EXAMPLE, 'utf8'));
  const kept = userDir === undefined ? [] : await readKept(join(userDir, 'flows.json'));
  const ids = new Set(kept.map((node) => node.id));
  const flows = ids.has(NODE.tab) ? kept : [...kept, ...example.filter((node) => !ids.has(node.id))];
  const addresses = flows
    .filter((node) => node.type === 'oz-auth' && node.auth === 'sandbox' && node.url)
    .map((node) => node.url);
  let text = JSON.stringify(flows);
  for (const address of new Set(addresses)) text = text.replaceAll(address, sandboxUrl);
  return JSON.parse(text);
}

async function readKept(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw new Error(`${file} cannot be read: ${error.message}`, { cause: error });
  }
}

/** Presses the example's button and waits for what it shows: the result, or the error. */
async function runExample(nodeRed) {
  const events = await nodeRed.events();
  const begin = Date.now();
  await nodeRed.inject(NODE.start);
  const shown = await events.debugMessage(
    ({ id }) => id === NODE.result || id === NODE.error,
    CHECK_TIMEOUT_MS,
  );
  if (shown.id === NODE.error) throw new Error(`The example flow failed: ${shown.value}`);
  const { bestShotUrl, resolution, folderId, analysisId } = shown.value;
  if (!bestShotUrl) throw new Error(`No best shot was found (${resolution}).`);
  return { bestShotUrl, resolution, folderId, analysisId, ms: Date.now() - begin };
}

const running = [];
async function stopAll() {
  for (const program of running.splice(0).toReversed()) await program.stop();
}

async function main() {
  const { help, once, port, sandboxPort, userDir } = options();
  if (help) return console.log(HELP);
  await checkFree(port, 'Node-RED', '--port');
  await checkFree(sandboxPort, 'the sandbox', '--sandbox-port');

  console.log('Starting the sandbox …');
  const sandbox = await startSandbox(sandboxPort);
  running.push(sandbox);

  const major = runsNodeRed5() ? 5 : 4;
  console.log(`Starting Node-RED ${major} …`);
  const flows = await flowsFor(userDir, sandbox.url);
  if (userDir !== undefined) {
    await mkdir(userDir, { recursive: true });
    await writeFile(join(userDir, 'flows.json'), JSON.stringify(flows, null, 4));
  }
  const nodeRed = await NodeRed.start({ major, port, userDir, palettes: [DASHBOARD] });
  running.push(nodeRed);
  if (userDir === undefined) await nodeRed.deploy(flows);

  console.log('Running the first example on a sample video …');
  const check = await runExample(nodeRed);
  if (once) {
    await stopAll();
    return console.log(JSON.stringify(check));
  }
  console.log(`
Best shot    ${check.bestShotUrl}  (${check.resolution}, ${check.ms} ms)
As a page    ${nodeRed.url}/best-shot
Editor       ${nodeRed.url}/
Sandbox      ${sandbox.url}/

Your flows are kept in ${userDir}. Press Ctrl+C to stop.`);
  const ended = await Promise.race(
    running.map(async ({ program }) => ({ code: await program.ended(), log: program.log })),
  );
  if (running.length > 0) throw new Error(`A program ended by itself:\n${ended.log.slice(-20).join('\n')}`);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    void stopAll().then(() => process.exit(0));
  });
}
main().catch(async (error) => {
  await stopAll();
  // What to do about it stands in the message; a stack trace would only hide it.
  console.error(`\n${error.message}`);
  process.exitCode = 1;
});
