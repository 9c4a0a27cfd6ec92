/**
 * `npm test`: lint, build with type check, and every test. The Node-RED parts run twice: on Node-RED 4.1 with the
 * running Node, and on Node-RED 5 with a Node that is new enough for it. Two areas run at a time where there are two
 * processors; the report of each is printed when it ends. What failed is told once more at the end, and the last line is
 * `N passed, N failed`.
 *
 * `npm test -- client nodes` leaves the lint out and runs the tests of these areas only.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const TESTS = join(root, 'test');
/** What depends on the Node-RED it runs in. */
const NODE_RED_AREAS = ['nodes', 'install', 'editor', 'examples'];
/** Areas that use a program beside Node. */
const PROGRAMS = {
  chromium: ['editor', 'examples', 'sandbox'],
  ffmpeg: ['examples', 'sandbox'],
  mosquitto: ['examples'],
  node: NODE_RED_AREAS,
};
/** Started first, the longest first, so that none of them is still running alone at the end. */
const LONG_AREAS = ['editor', 'sandbox', 'nodes', 'examples', 'client', 'faults'];
/** More than two would mostly wait for each other's browsers and Node-REDs. */
const AREAS_AT_ONCE = Math.min(2, availableParallelism());
/** Longest time of one area. Far above what any takes: it ends a run that hangs. */
const AREA_TIMEOUT_MS = 25 * 60_000;

let passed = 0;
/** What failed and why, for the end: reports are long, and some systems keep only the last part of what is printed. */
const failures = [];

const run = (file, args, options = {}) =>
  spawnSync(file, args, { cwd: root, stdio: 'inherit', ...options }).status === 0;

/** Runs a tool of node_modules/.bin; counts as one check. */
function check(name, ...args) {
  console.log(`\n── ${name} ${args.join(' ')}`);
  const fine = run(process.execPath, [binOf(name), ...args]);
  if (fine) passed += 1;
  else failures.push(`${name} ${args.join(' ')}`);
  return fine;
}

function binOf(name) {
  const manifest = require.resolve(`${name === 'tsc' ? 'typescript' : name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(manifest, '..', typeof bin === 'string' ? bin : bin[name]);
}

/** Finds or fetches what the areas use; each program that cannot be had is a failure with its remedy. */
function needPrograms({ needProgram }, areas) {
  for (const [name, users] of Object.entries(PROGRAMS)) {
    if (!areas.some((area) => users.includes(area))) continue;
    try {
      needProgram(name);
    } catch (error) {
      if (error.name !== 'MissingProgramError') throw error;
      failures.push(error.message);
    }
  }
}

/** Compiled tests of an area, found by their sources, so that what an older build left behind does not run. */
const testFiles = (area) =>
  readdirSync(join(TESTS, area), { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(root, 'dist/test', area, file.replace(/ts$/, 'js')));

/** Runs the tests of one area; resolves with its report, which is empty where it went straight to the terminal. */
async function runArea({ area, major, node }, alone) {
  const folder = mkdtempSync(join(tmpdir(), 'oz-test-'));
  const file = join(folder, 'outcome.json');
  const reporter = join(root, 'tools/outcomeReporter.cjs');
  const child = spawn(node, [binOf('mocha'), '--reporter', reporter, ...testFiles(area)], {
    cwd: root,
    stdio: ['ignore', ...(alone ? ['inherit', 'inherit'] : ['pipe', 'pipe'])],
    env: { ...process.env, NODE_RED_MAJOR: String(major), TEST_OUTCOME: file },
    timeout: AREA_TIMEOUT_MS,
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => printed.push(text));
  const [code] = await once(child, 'close');
  const outcome = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failures: [] };
  rmSync(folder, { recursive: true });
  passed += outcome.passed;
  const where = nameOf({ area, major });
  failures.push(...outcome.failures.map((failure) => `${where}: ${failure}`));
  if (code !== 0 && outcome.failures.length === 0) failures.push(`${where}: ended with exit code ${code}`);
  return printed.join('');
}

/** What the report calls a run of an area. */
const nameOf = ({ area, major }) => `${area}${NODE_RED_AREAS.includes(area) ? ` on Node-RED ${major}` : ''}`;

/** Runs all of them, some at a time, and prints the report of each when it has ended. */
async function runAreas(runs) {
  const alone = runs.length === 1 || AREAS_AT_ONCE === 1;
  const waiting = [...runs];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const name = nameOf(next);
      const began = performance.now();
      console.log(`\n── ${name}${alone ? '' : ': started'}`);
      const report = await runArea(next, alone);
      const seconds = Math.round((performance.now() - began) / 1000);
      console.log(alone ? `${seconds} s` : `\n── ${name}: ${seconds} s\n${report}`);
    }
  };
  await Promise.all(Array.from({ length: alone ? 1 : AREAS_AT_ONCE }, work));
}

/** How long an area takes beside the others: those that are not listed are short. */
const rank = ({ area }) => (LONG_AREAS.includes(area) ? LONG_AREAS.indexOf(area) : LONG_AREAS.length);

const { positionals } = parseArgs({ allowPositionals: true });
const areas = readdirSync(TESTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && testFiles(entry.name).length > 0)
  .map((entry) => entry.name);
const unknown = positionals.filter((name) => !areas.includes(name));
if (unknown.length > 0) {
  console.error(`No tests in test/${unknown.join(', test/')}. There are: ${areas.join(', ')}`);
  process.exit(2);
}
const chosen = positionals.length > 0 ? positionals : areas;

if (positionals.length === 0) {
  check('oxlint', '--type-aware', '--deny-warnings');
  check('prettier', '--check', '--log-level', 'warn', '.');
}
let built = check('tsc', '-b');
if (built && !run(process.execPath, ['tools/assemble.mjs'])) {
  built = false;
  failures.push('tools/assemble.mjs');
}
if (built) {
  const programs = require('../dist/tools/launch/programs.js');
  needPrograms(programs, chosen);
  const newer = programs.findProgram('node');
  const older = chosen.map((area) => ({ area, major: 4, node: process.execPath }));
  const onNewer = newer === undefined ? [] : chosen.filter((area) => NODE_RED_AREAS.includes(area));
  const runs = [...older, ...onNewer.map((area) => ({ area, major: 5, node: newer.path }))];
  await runAreas(runs.toSorted((a, b) => rank(a) - rank(b)));
}
if (failures.length > 0) console.log(`\n── failed\n\n${failures.join('\n\n')}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
