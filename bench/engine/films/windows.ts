import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { percent, table } from '../../table';
import { labelOf, type Label, type LabelledFilm } from './labels';
import { Replay, type Stretch } from './replay';

/** Seconds of a film that are shown to the engine. */
const LENGTHS = [2, 3, 5] as const;
const WORTH: Readonly<Record<Label, number>> = { good: 2, ok: 1, wrong: 0 };

/** What came of one stretch: whether it was the best there was, and whether it was wrong though better was there. */
interface Outcome {
  best: boolean;
  wrong: boolean;
}

/**
 * How the choice holds when less of a film is seen: good frames are rare then, and little tells what the face looks like at
 * rest. Stretches overlap by half, and are shown backwards, too. Films count alike, however long they are; stretches
 * without any good or tolerable frame do not count.
 *
 * @returns A table in Markdown.
 */
export async function windowsReport(films: LabelledFilm[], models: FaceModels): Promise<string> {
  const outcomes = new Map(LENGTHS.map((seconds) => [seconds, [] as Outcome[][]]));
  for (const film of films) {
    const replay = await Replay.record(film.path, film.fps, 0, models);
    for (const [seconds, byFilm] of outcomes) {
      const found: Outcome[] = [];
      for (const stretch of stretches(film, seconds)) {
        const outcome = await outcomeOf(film, replay, stretch);
        if (outcome) found.push(outcome);
      }
      if (found.length > 0) byFilm.push(found);
    }
    process.stderr.write(`${film.name}: cut\n`);
  }
  const rows = [...outcomes].map(([seconds, byFilm]) => [
    `${seconds} s`,
    String(byFilm.length),
    String(byFilm.flat().length),
    share(byFilm, ({ best }) => best),
    share(byFilm, ({ wrong }) => wrong),
  ]);
  return [
    '## When less is seen',
    '',
    'Stretches of the films, forwards and backwards. Best: no frame of the stretch has a better label than the chosen one.',
    'Wrong: neither good nor tolerable, though there are such frames. Means over films.',
    '',
    table(['Seen', 'films', 'stretches', 'best', 'wrong'], rows),
  ].join('\n');
}

function stretches({ frames, fps }: LabelledFilm, seconds: number): Stretch[] {
  const length = Math.round(seconds * fps);
  const all: Stretch[] = [];
  for (let first = 0; first + length <= frames; first += Math.round(length / 2))
    for (const backwards of [false, true]) all.push({ first, last: first + length - 1, backwards });
  return all;
}

async function outcomeOf(film: LabelledFilm, replay: Replay, stretch: Stretch): Promise<Outcome | undefined> {
  const most = Math.max(0, ...replay.framesIn(stretch).map((frame) => WORTH[labelOf(film, frame)]));
  if (most === 0) return undefined;
  const chosen = WORTH[labelOf(film, await replay.choose(stretch))];
  return { best: chosen >= most, wrong: chosen === 0 };
}

/** Mean over films of the share of their stretches. */
function share(byFilm: Outcome[][], counts: (one: Outcome) => boolean): string {
  const shares = byFilm.map((outcomes) => outcomes.filter(counts).length / outcomes.length);
  return percent(
    shares.reduce((sum, one) => sum + one, 0),
    shares.length,
  );
}
