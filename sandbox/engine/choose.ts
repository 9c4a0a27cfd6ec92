import type { FaceModels } from './face';
import { thumbnail, type Jpeg } from './media/picture';
import type { Media, Shot } from './media/shot';
import { Observer, type Sighting } from './observe';
import { hands } from './quality/hands';
import type { Verdict } from './quality/judge';
import {
  bestOpen,
  close,
  closeWorse,
  rankOf,
  referenceOfSamples,
  SURROUNDED,
  verdictsOf,
  type Sample,
} from './samples';
import type { FrameReport } from './types';

/**
 * In a film, every second sample is looked at as it arrives, and those in between only around the best ones. The
 * pictures of a set have nothing to do with each other: all of them are looked at.
 */
const LOOK_AT_EVERY = 2;
/** The whole picture is searched at every second look; in between, the face is followed. */
const SEARCH_EVERY_LOOKS = 2;
/** The final choice is made among this many of the best. */
const MAX_CANDIDATES = 8;
/** Scores this near are as good as the same. */
const TIE_SCORE = 0.02;
/** How much the samples beside a film's frame count against its own score, among those as good. */
const NEIGHBOURS_WEIGHT = 0.2;

type Verdicts = ReadonlyMap<Sample, Verdict>;

/** The frame that was chosen, still open. */
export interface Choice {
  shot: Shot;
  sighting: Sighting;
  verdict: Verdict;
  /** Its picture at full size. */
  jpeg: Promise<Jpeg>;
}

export interface Chosen {
  /** Absent when no sample shows a face. */
  best?: Choice;
  /** The samples that were looked at, in order. */
  frames: FrameReport[];
}

/**
 * Looks at some samples of the media as they arrive and keeps the best ones, looks at their neighbours, and takes the
 * one with the best score that no gate keeps out.
 *
 * Looking for hands takes as long as all the rest for a sample, so only the winner is looked at for any. When there
 * are any in front of its face or beside it, frames without hands may have been dropped in its favour: the media are
 * read once more, and every frame is checked for hands before it is kept.
 */
export async function choose(media: Media, models: FaceModels, options: Options): Promise<Chosen> {
  const chosen = await goThrough(media, models, options, false);
  const { best } = chosen;
  if (media.kind === 'image' || best === undefined || hands(best.sighting.measures.hands) === 1)
    return chosen;
  best.shot.release();
  return goThrough(media, models, options, true);
}

interface Options {
  explain: boolean;
  signal: AbortSignal;
}

async function goThrough(
  media: Media,
  models: FaceModels,
  { explain, signal }: Options,
  inspectKept: boolean,
): Promise<Chosen> {
  const film = media.kind === 'video';
  const stride = film ? LOOK_AT_EVERY : 1;
  const observer = new Observer(models);
  const samples: Sample[] = [];
  const look = async (sample: Sample, sighting: Sighting | undefined): Promise<void> => {
    sample.looked = true;
    sample.sighting = sighting;
    if (explain) sample.thumbnail ??= await thumbnail(sample.shot.image);
  };
  const inspect = async (sample: Sample): Promise<void> => {
    if (sample.sighting) sample.sighting = await observer.hands(sample.shot.image, sample.sighting);
  };
  for await (const shot of media.shots()) {
    signal.throwIfAborted();
    const sample: Sample = { shot, open: true, looked: false };
    const at = samples.push(sample) - 1;
    if (at % stride > 0) continue;
    await look(sample, await observer.next(shot.image, (at / stride) % SEARCH_EVERY_LOOKS === 0));
    await closeWorse(samples, stride, film, inspectKept ? inspect : undefined);
  }
  const last = samples.at(-1);
  // The end is looked at, too.
  if (last && !last.looked) {
    await look(last, await observer.next(last.shot.image, false));
    await closeWorse(samples, stride, film, inspectKept ? inspect : undefined);
  }
  const best = bestOpen(samples, SURROUNDED, film);
  for (const [at, sample] of samples.entries()) {
    const known = [samples[at - 1], samples[at + 1]].find((one) => one && best.includes(one));
    if (sample.looked || !sample.open || !known?.sighting) continue;
    await look(sample, await observer.beside(sample.shot.image, known.sighting));
  }
  const seen = samples.filter(({ looked }) => looked);
  const candidates = bestOpen(seen, MAX_CANDIDATES, film);
  const reference = referenceOfSamples(seen, film);
  let verdicts: Verdicts = new Map();
  const pick = (): Sample | undefined => {
    verdicts = verdictsOf(seen, reference, film);
    return pickBest(contenders(candidates, verdicts), seen, verdicts, film);
  };
  const refitted = new Set<Sample>();
  const counted = new Set<Sample>();
  const jpegs = new Map<Sample, Promise<Jpeg>>();
  let winner = pick();
  // The best one has to stay the best after a closer look.
  for (; winner?.sighting && !counted.has(winner); winner = pick()) {
    const unsure = contenders(candidates, verdicts).filter((sample) => !refitted.has(sample));
    for (const sample of unsure) {
      refitted.add(sample);
      // A mesh fits better when it is fitted again from where it was found in this very picture.
      if (sample.sighting) sample.sighting = await observer.refit(sample.shot.image, sample.sighting);
    }
    if (unsure.length > 0) continue;
    // Another thread makes it meanwhile; hardly ever does the closer look find that another frame is better.
    if (!jpegs.has(winner)) jpegs.set(winner, begun(winner.shot.jpeg()));
    if (winner.sighting.measures.hands === undefined) {
      await inspect(winner);
      continue;
    }
    counted.add(winner);
    // Looks between two searches do not know of people who have just come in.
    winner.sighting = await observer.countFaces(winner.shot.image, winner.sighting);
  }
  for (const sample of samples) if (sample !== winner) close(sample);
  const verdict = winner && verdicts.get(winner);
  const jpeg = winner && jpegs.get(winner);
  return {
    frames: seen.map((sample) => reportOf(sample, verdicts)),
    ...(winner?.sighting &&
      verdict &&
      jpeg && { best: { shot: winner.shot, sighting: winner.sighting, verdict, jpeg } }),
  };
}

/** The same promise, which nobody may ever wait for. */
function begun<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** Those as good as the best one. */
function contenders(candidates: Sample[], verdicts: Verdicts): Sample[] {
  const ranked = candidates.map((sample) => ({ sample, rank: rankIn(verdicts, sample) }));
  const enough = Math.max(...ranked.map(({ rank }) => rank)) - TIE_SCORE;
  return ranked.filter(({ rank }) => rank >= enough).map(({ sample }) => sample);
}

function rankIn(verdicts: Verdicts, sample: Sample): number {
  const verdict = verdicts.get(sample);
  return verdict ? rankOf(verdict) : -Infinity;
}

/**
 * The one to take. In films, the samples before and after count a little, too: one within a good stretch is preferred
 * to one where a turn or a blink begins.
 */
function pickBest(from: Sample[], seen: Sample[], verdicts: Verdicts, film: boolean): Sample | undefined {
  let best: Sample | undefined;
  let most = -Infinity;
  for (const sample of from) {
    const at = seen.indexOf(sample);
    const beside = film ? [seen[at - 1], seen[at + 1]].flatMap((one) => (one ? [one] : [])) : [];
    const value =
      rankIn(verdicts, sample) + (beside.length > 0 ? NEIGHBOURS_WEIGHT * goodness(beside, verdicts) : 0);
    if (value <= most) continue;
    most = value;
    best = sample;
  }
  return best;
}

/** Mean score of samples, gated and faceless ones counting as nothing. */
function goodness(samples: Sample[], verdicts: Verdicts): number {
  const scores = samples.map((sample) => {
    const verdict = verdicts.get(sample);
    return verdict && verdict.gate === undefined ? verdict.score : 0;
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function reportOf(sample: Sample, verdicts: Verdicts): FrameReport {
  const { frame, timeMs } = sample.shot;
  const { sighting, thumbnail: small } = sample;
  const picture = small && { thumbnail: small };
  const verdict = verdicts.get(sample);
  if (!sighting || !verdict) {
    return { frame, timeMs, faces: 0, score: 0, components: {}, gate: 'no-face', ...picture };
  }
  const { score, components, gate } = verdict;
  const { pose } = sighting.measures;
  return { frame, timeMs, faces: sighting.faces, score, components, pose, ...(gate && { gate }), ...picture };
}
