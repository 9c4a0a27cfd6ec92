import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type NodeRedMajor, ROOT } from '../../tools/launch/versions';
import { fail, nodeRedOption, wordOption } from '../options';
import type { FigureId, Sample } from './figures';
import { measureFootprint } from './measures/footprint';
import { measureScale } from './measures/scale';
import { measureThroughput } from './measures/throughput';
import { measureUploads } from './measures/uploads';
import { measureWaiting } from './measures/waiting';
import { TimingServerProcess } from './server/serverProcess';
import { markdown, rows } from './resultTable';

const GROUPS = ['waiting', 'scale', 'throughput', 'uploads', 'footprint'] as const;

const HELP = `npm run bench -- [--quick] [--only ${GROUPS.join('|')}] [--node-red 4|5] [--out FILE]

Runs a flow wired by hand from core nodes and the palette's flow in turn, in the same Node-RED, against the same
timing server, and prints one table. Needs Linux and curl.

  --quick         one short run of each, within two minutes, and none with thousands of jobs
  --only          one group of figures
  --node-red      which Node-RED: 4 or 5; by default 4 (load time and size: always in 4)
  --out FILE      where to write the table, too; by default bench/output/performance.md
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      'node-red': { type: 'string', default: '4' },
      out: { type: 'string', default: join(ROOT, 'bench/output/performance.md') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP);
  const { quick } = values;
  const major = nodeRedOption(values['node-red']);
  const only = values.only === undefined ? undefined : wordOption('only', values.only, GROUPS);
  const wanted = (group: (typeof GROUPS)[number]): boolean => only === undefined || only === group;
  const samples = new Map<FigureId, Sample[]>();
  const note = (id: FigureId, sample: Sample): void => {
    samples.set(id, [...(samples.get(id) ?? []), sample]);
  };

  const server = await TimingServerProcess.start();
  try {
    if (wanted('footprint')) {
      say('Load time and installed size …');
      await measureFootprint({ rounds: quick ? 1 : 5 }, note, say);
    }
    if (wanted('throughput')) {
      say('Throughput …');
      await measureThroughput(server, { major, rounds: quick ? 2 : 5, jobs: quick ? 300 : 1000 }, note);
    }
    if (wanted('waiting')) {
      say('Waiting for results …');
      const options = quick
        ? { rounds: 1, singleJobs: 5, spread: false }
        : { rounds: 3, singleJobs: 20, spread: true };
      await measureWaiting(server, { major, ...options }, note);
    }
    if (wanted('scale') && !quick) {
      say('Many jobs at once …');
      await measureScale(server, { major, rounds: 3 }, note);
    }
    if (wanted('uploads')) {
      say('Uploads from disk …');
      await measureUploads(server, { major, rounds: quick ? 1 : 3, quick }, note);
    }
  } finally {
    server.stop();
  }

  const report = `${machine(major)}\n\n${markdown(rows(samples))}\n`;
  say(`\n${report}`);
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, report);
}

function machine(major: NodeRedMajor): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${processors.length} × ${processors[0]?.model ?? 'unknown'}, ${memory} GiB, Linux, Node ${process.versions.node}, Node-RED ${major}`;
}

function say(text: string): void {
  console.log(text);
}

main().catch(fail);
