import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import type { ComponentName } from '@ozflow/oz-sandbox/engine/index';
import { SAMPLE_MS } from '@ozflow/oz-sandbox/engine/media/decoder/decoder';
import { WEIGHTS } from '@ozflow/oz-sandbox/engine/quality/weights';
import { percent, table } from '../../table';
import { labelOf, type Label, type LabelledFilm } from './labels';
import { Replay } from './replay';

/**
 * A component counts so much more, or less. A defect costs by the square of it over what is just noticed (`fall`), so this is
 * as good as noticing it 20 % earlier or later.
 */
const MORE = 1.2 ** 2;
/** Parts of the time between two samples by which sampling begins later. */
const LATER = [0.25, 0.5, 0.75] as const;

const AS_SHIPPED = 'as shipped';

/** One way in which the engine might have been set. */
interface Variation {
  name: string;
  component?: ComponentName;
  /** What the component's weight is multiplied with. */
  factor: number;
  /** Whether somebody might have preferred it: leaving a component out, or sampling later, is not a setting. */
  setting: boolean;
}

const VARIATIONS: readonly Variation[] = [
  { name: AS_SHIPPED, factor: 1, setting: true },
  ...componentNames().flatMap((component) => [
    { name: `${component} noticed 20 % earlier`, component, factor: MORE, setting: true },
    { name: `${component} noticed 20 % later`, component, factor: 1 / MORE, setting: true },
    { name: `without ${component}`, component, factor: 0, setting: false },
  ]),
];

function componentNames(): ComponentName[] {
  return Object.keys(WEIGHTS) as ComponentName[];
}

/**
 * How the choice holds: from films, with each setting a little otherwise, without each component, and with other frames
 * looked at; and the figure of leaving out one film at a time: the setting that is best for all the others decides of it.
 *
 * @returns Tables in Markdown.
 */
export async function variationsReport(films: LabelledFilm[], models: FaceModels): Promise<string> {
  const labels = new Map<string, Label[]>();
  const add = (name: string, label: Label): void => {
    labels.set(name, [...(labels.get(name) ?? []), label]);
  };
  for (const film of films) {
    const replay = await Replay.record(film.path, film.fps, 0, models);
    for (const variation of VARIATIONS) add(variation.name, await labelWith(film, replay, variation));
    for (const part of LATER) {
      const later = await Replay.record(film.path, film.fps, part * SAMPLE_MS, models);
      add(`sampled ${part} of a step later`, await labelWith(film, later, VARIATIONS[0]));
    }
    process.stderr.write(`${film.name}: varied\n`);
  }
  const shipped = labels.get(AS_SHIPPED) ?? [];
  const rows = [...labels].map(([name, given]) => {
    const changed = films.flatMap(({ name: film }, index) =>
      given[index] === shipped[index] ? [] : [`${film} ${given[index] ?? ''}`],
    );
    return [name, ...counts(given), changed.join(', ')];
  });
  return [
    '## How the choice holds',
    '',
    'Each component noticed earlier or later, or not at all; and other frames looked at. Left out: of each film decides the',
    'setting that is best for all the others.',
    '',
    table(['Setting', 'good', 'ok', 'wrong', 'good, of all', 'other than as shipped'], rows),
    '',
    table(['Films', 'good', 'ok', 'wrong', 'good, of all'], [['**left out**', ...counts(leftOut(labels))]]),
  ].join('\n');
}

async function labelWith(
  film: LabelledFilm,
  replay: Replay,
  variation: Variation | undefined,
): Promise<Label> {
  const { component, factor = 1 } = variation ?? {};
  const weights: Record<ComponentName, number> = WEIGHTS;
  const before = component === undefined ? 0 : weights[component];
  if (component !== undefined) weights[component] = before * factor;
  try {
    return labelOf(film, await replay.choose());
  } finally {
    if (component !== undefined) weights[component] = before;
  }
}

/** The label of each film with the setting that is best for all the others; of equal ones the one that is shipped. */
function leftOut(labels: Map<string, Label[]>): Label[] {
  const shipped = labels.get(AS_SHIPPED) ?? [];
  return shipped.map((label, film) => {
    let best = { value: worth(others(shipped, film)), label };
    for (const { name, setting } of VARIATIONS) {
      const given = labels.get(name) ?? [];
      const value = worth(others(given, film));
      if (setting && value > best.value) best = { value, label: given[film] ?? 'wrong' };
    }
    return best.label;
  });
}

function others(labels: Label[], film: number): Label[] {
  return labels.filter((_, index) => index !== film);
}

const WORTH: Readonly<Record<Label, number>> = { good: 1, ok: 0.5, wrong: 0 };

function worth(labels: Label[]): number {
  return labels.reduce((sum, label) => sum + WORTH[label], 0);
}

function counts(labels: Label[]): string[] {
  const count = (wanted: Label): number => labels.filter((label) => label === wanted).length;
  return [
    ...(['good', 'ok', 'wrong'] as const).map((label) => String(count(label))),
    percent(count('good'), labels.length),
  ];
}
