import { percent, table } from '../../table';
import { BASELINES, type FilmResult } from './judge';
import type { Label } from './labels';

/** The table of what was chosen from each film, and how often the choice is good. */
export function filmsReport(results: FilmResult[]): string {
  const lines = results.map(({ film, report, chosen, label, bestGood, decided, baselines }) => [
    film.name,
    chosen === null ? 'none' : String(chosen),
    film.strict ? label : `${label} (not strict)`,
    chosen === null ? '–' : (report.bestShot?.score ?? 0).toFixed(3),
    bestGood === undefined ? '–' : `${bestGood.score.toFixed(3)} (${bestGood.frame})`,
    decided,
    ...BASELINES.map((name) => `${baselines[name].frame ?? 'none'} ${baselines[name].label}`),
  ]);
  return [
    '## Real films',
    '',
    'Labels by eye: good, what a passport officer would take; ok, tolerable; all else is wrong. Decided: the component',
    'that put the chosen frame before the best of the good ones that were looked at, in parts of the logarithm of the score.',
    '',
    table(['Film', 'chosen', 'label', 'score', 'best good frame', 'decided', ...BASELINES], lines),
    '',
    table(
      ['Choice', 'good', 'ok', 'wrong', 'good, of all'],
      [
        totals(
          '**engine**',
          results.map(({ label }) => label),
        ),
        ...BASELINES.map((name) =>
          totals(
            name,
            results.map(({ baselines }) => baselines[name].label),
          ),
        ),
      ],
    ),
  ].join('\n');
}

function totals(name: string, labels: Label[]): string[] {
  const count = (wanted: Label): number => labels.filter((label) => label === wanted).length;
  return [
    name,
    ...(['good', 'ok', 'wrong'] as const).map((label) => String(count(label))),
    percent(count('good'), labels.length),
  ];
}
