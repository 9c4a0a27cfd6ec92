import { CHOOSERS, type Chooser, type Result } from './compare';
import { DEFECTS } from './timeline';
import { mean } from 'simple-statistics';
import { percent, table } from '../table';
import { TIE } from './groundTruth';

/** The tables about how often the choice is right. */
export function qualityReport(results: Result[]): string {
  return [
    '## Right choices',
    '',
    'A choice is right if the frame lies in the good window (give or take one frame), or if fewer than a tenth of the frames',
    `are better by ${TIE}, where 1 is what a viewer just notices. For a clip without a face, it is right to choose none.`,
    '',
    rightTable(
      'Defect',
      DEFECTS.map((name) => ({ name, results: results.filter(({ spec }) => spec.defect === name) })),
      results,
    ),
    '',
    `If every difference in cost counted, the engine would be right in ${strictly(results)}.`,
    '',
    '## Regret',
    '',
    'How much more the chosen frame costs than the best one, where a frame was chosen; 1 is a defect that a viewer just notices.',
    '',
    regretTable(results),
    '',
    '## No best shot',
    '',
    noFace(results),
    '',
    '## Formats',
    '',
    rightTable(
      'Format',
      groups(results, ({ spec }) => [spec.format.name]),
      results,
    ),
    '',
    '## People',
    '',
    peopleTable(results),
    '',
    misses(results),
  ].join('\n');
}

interface Group {
  name: string;
  results: Result[];
}

function groups(results: Result[], names: (result: Result) => string[]): Group[] {
  const byName = new Map<string, Result[]>();
  for (const result of results) {
    for (const name of names(result)) byName.set(name, [...(byName.get(name) ?? []), result]);
  }
  return [...byName]
    .map(([name, members]) => ({ name, results: members }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function right(results: Result[], chooser: Chooser): string {
  return percent(results.filter(({ outcomes }) => outcomes[chooser].right).length, results.length);
}

function strictly(results: Result[]): string {
  return percent(results.filter(({ outcomes }) => outcomes.engine.strictlyRight).length, results.length);
}

function rightTable(title: string, rows: Group[], all: Result[]): string {
  const line = ({ name, results }: Group): string[] => [
    name,
    String(results.length),
    ...CHOOSERS.map((chooser) => right(results, chooser)),
  ];
  return table(
    [title, 'clips', ...CHOOSERS],
    [...rows.filter(({ results }) => results.length > 0).map(line), line({ name: '**all**', results: all })],
  );
}

function regretTable(results: Result[]): string {
  const line = (name: string, chosen: Result[]): string[] => [
    name,
    ...CHOOSERS.map((chooser) => {
      const regrets = chosen.map(({ outcomes }) => outcomes[chooser].regret).filter(Number.isFinite);
      return regrets.length === 0 ? '–' : mean(regrets.map((value) => Math.min(value, 100))).toFixed(2);
    }),
  ];
  const withFace = results.filter(({ hasFace }) => hasFace);
  const rows = DEFECTS.map((defect) => ({
    defect,
    members: withFace.filter(({ spec }) => spec.defect === defect),
  }));
  return table(
    ['Mean regret', ...CHOOSERS],
    [
      ...rows.filter(({ members }) => members.length > 0).map(({ defect, members }) => line(defect, members)),
      line('**all**', withFace),
    ],
  );
}

function noFace(results: Result[]): string {
  const without = results.filter(({ hasFace }) => !hasFace);
  const withFace = results.filter(({ hasFace }) => hasFace);
  const none = (of: Result[]): number =>
    of.filter(({ outcomes, error }) => outcomes.engine.chosen === null && error === undefined).length;
  return [
    `Clips without a face: ${without.length}; the engine correctly reported "no best shot" for ${none(without)}.`,
    `Clips with a face: ${withFace.length}; it wrongly reported "no best shot" for ${none(withFace)}.`,
  ].join('\n');
}

function peopleTable(results: Result[]): string {
  const share = (of: Result[]): number =>
    of.filter(({ outcomes }) => outcomes.engine.right).length / of.length;
  const overall = share(results);
  const line = ({ name, results: members }: Group): string[] => {
    const points = (share(members) - overall) * 100;
    return [
      name,
      String(members.length),
      right(members, 'engine'),
      `${points >= 0 ? '+' : ''}${points.toFixed(1)}`,
    ];
  };
  const rows = [...groups(results, ({ spec }) => spec.subject.groups), { name: '**all**', results }];
  return table(['Group', 'clips', 'engine right', 'points from the mean'], rows.map(line));
}

function misses(results: Result[]): string {
  const wrong = results.filter(({ outcomes }) => !outcomes.engine.right);
  if (wrong.length === 0) return 'No miss.';
  const lines = wrong.map(({ spec, outcomes: { engine }, error }) => {
    const said =
      error ??
      (engine.chosen === null
        ? 'no best shot'
        : `frame ${engine.chosen}, regret ${engine.regret.toFixed(2)}`);
    return `- ${spec.name} (${spec.format.name}): ${said}`;
  });
  return ['Misses:', '', ...lines].join('\n');
}
