import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadFaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { createEngine } from '@ozflow/oz-sandbox/engine/index';
import { needProgram } from '../../tools/launch/programs';
import { ROOT } from '../../tools/launch/versions';
import { numberOption, wordOption } from '../options';
import { compareChoosers, type Result } from './compare';
import { loadSubjects, type Subject } from './portraits';
import { runFilms } from './films/run';
import { qualityReport } from './qualityReport';
import { clipSpecs } from './clipSpec';
import { similarityReport } from './similarityReport';
import { loadReport, speedReport } from './speedReport';
import { ClipCache } from './clipCache';

const PARTS = ['quality', 'speed', 'similarity'] as const;

const HELP = `npm run bench:engine -- [--films DIR [--vary]] [--faces DIR] [--clips N] [--quick] [--only PART] [--out FILE]

Makes clips with known good frames from the portraits in DIR (JPEG or PNG, one face each; people.txt beside them
may say "<name> 34-year-old woman from Japan"), lets the sandbox's engine choose the best shot of each, and prints
how often it is right beside four simple ways of choosing, how fast it is and what memory it takes.
Needs ffmpeg with x264, x265 and VPX. Clips are kept in .cache/engine-bench and made once.

  --films DIR  only judge real films with labels (NAME.truth.json beside each, see films/labels.ts): print what was chosen
               of each, and write a contact sheet to bench/output/films.html
  --vary       with --films: also show how the choice changes when less of a film is seen, when each setting is changed a
               little, when other frames are examined, and with settings chosen without the film that is judged
  --faces DIR  portraits; by default the two public-domain faces of sandbox/samples
  --clips N    how many, by default 80; at least 60 for figures that can be compared
  --quick      20 clips, one of each defect
  --only PART  one of ${PARTS.join(', ')}
  --out FILE   also write the report there
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      films: { type: 'string' },
      vary: { type: 'boolean', default: false },
      faces: { type: 'string' },
      clips: { type: 'string', default: '80' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return say(HELP);
  const count = values.quick ? 20 : numberOption('clips', values.clips, { min: 1 });
  const only = values.only === undefined ? undefined : wordOption('only', values.only, PARTS);
  const wanted = (part: (typeof PARTS)[number]): boolean => only === undefined || only === part;
  needProgram('ffmpeg');
  const models = await loadFaceModels();
  if (values.films !== undefined) {
    const output = join(ROOT, 'bench', 'output');
    await finish(await runFilms(values.films, models, { output, vary: values.vary }), values.out);
    return models.close();
  }
  const subjects = await loadSubjects(values.faces ?? join(ROOT, 'sandbox', 'samples'), models);
  const clips = new ClipCache(join(ROOT, '.cache', 'engine-bench'), models);
  const parts = [heading(values.faces, subjects)];
  if (wanted('quality')) parts.push(qualityReport(await compareAll(clips, subjects, count)));
  if (wanted('speed')) {
    parts.push(await speedReport(clips, subjects[0]), await loadReport(clips, subjects[0]));
  }
  if (wanted('similarity')) parts.push(await similarityReport(subjects, models));
  models.close();
  await finish(parts.join('\n\n'), values.out);
}

/** Prints the report, and writes it to `out` if given. */
async function finish(report: string, out: string | undefined): Promise<void> {
  say(report);
  if (out === undefined) return;
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${report}\n`);
}

async function compareAll(
  clips: ClipCache,
  subjects: [Subject, ...Subject[]],
  count: number,
): Promise<Result[]> {
  const engine = createEngine();
  const results: Result[] = [];
  try {
    for (const spec of clipSpecs(subjects, count)) {
      const result = await compareChoosers(await clips.clip(spec), engine);
      results.push(result);
      process.stderr.write(`${spec.name}: ${result.outcomes.engine.right ? 'right' : 'WRONG'}\n`);
    }
  } finally {
    await engine.close();
  }
  return results;
}

function heading(faces: string | undefined, subjects: Subject[]): string {
  const from =
    faces === undefined
      ? `the ${subjects.length} public-domain faces of sandbox/samples; give --faces DIR for more people`
      : `${subjects.length} people`;
  return [
    '# Best shot: the engine, measured',
    '',
    'Made with `npm run bench:engine -- --faces DIR`; clips come from seeds, see bench/engine. Best shots are chosen by the engine as a',
    'whole: file in, JPEG out.',
    '',
    `Faces: ${from}. Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}.`,
  ].join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
