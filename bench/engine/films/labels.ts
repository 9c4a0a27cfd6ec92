import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What an expert in passport photos says of a frame. */
export type Label = 'good' | 'ok' | 'wrong';

/** First and last frame of a stretch, counted from 0 in the order they are shown. */
type Range = readonly [first: number, last: number];

/** A real film and the frames of it that an expert would take. */
export interface LabelledFilm {
  name: string;
  path: string;
  frames: number;
  /** Frames a second. */
  fps: number;
  good: readonly Range[];
  ok: readonly Range[];
  /** No frame shows a face: "no best shot" is the only right answer. */
  none: boolean;
  /** "No best shot" is right as well. */
  noShotOk: boolean;
  /** False: no frame is really good, `good` holds the best there are. */
  strict: boolean;
}

const SUFFIX = '.truth.json';

/**
 * Reads a folder of films, each with its labels beside it in `NAME.truth.json`: `file`, `frames`, `fps`, `good` and `ok`
 * (lists of first and last frame), `none`, `no_shot_ok`, `strict`.
 *
 * @throws Error when the folder holds no labels, or labels of another shape.
 */
export async function readLabelledFilms(folder: string): Promise<LabelledFilm[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
  if (names.length === 0) throw new Error(`${folder} holds no labels (NAME${SUFFIX}).`);
  return Promise.all(
    names.map(async (name) => {
      const labels: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
      if (!isRecord(labels) || typeof labels['file'] !== 'string') {
        throw new Error(`${join(folder, name)}: "file" is missing.`);
      }
      return {
        name: name.slice(0, -SUFFIX.length),
        path: join(folder, labels['file']),
        frames: Number(labels['frames']),
        fps: Number(labels['fps']),
        good: ranges(labels['good'], name),
        ok: ranges(labels['ok'], name),
        none: labels['none'] === true,
        noShotOk: labels['no_shot_ok'] === true,
        strict: labels['strict'] !== false,
      };
    }),
  );
}

/** The label of a choice; null: "no best shot". */
export function labelOf(film: LabelledFilm, frame: number | null): Label {
  if (frame === null) return film.none || film.noShotOk ? 'good' : 'wrong';
  const lies = (within: readonly Range[]): boolean =>
    within.some(([first, last]) => frame >= first && frame <= last);
  return lies(film.good) ? 'good' : lies(film.ok) ? 'ok' : 'wrong';
}

function ranges(value: unknown, name: string): Range[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${name}: ranges of frames are lists of first and last.`);
  return value.map((range: unknown) => {
    const [first, last] = Array.isArray(range) ? range.map(Number) : [];
    if (first === undefined || last === undefined || !(first <= last)) {
      throw new Error(`${name}: ranges of frames are lists of first and last.`);
    }
    return [first, last];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
