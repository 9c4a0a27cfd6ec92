import type { Jpeg } from './media/picture';
import type { Observer, Sighting } from './observe';
import { pickBest } from './pickBest';
import { bestOpen, rankIn, referenceOfSamples, verdictsOf, type Sample, type Verdicts } from './samples';
import { strangersAmong } from './strangers';

/** The final choice is made among this many of the best. */
const MAX_CANDIDATES = 8;
/** Scores this near are as good as the same. */
const TIE_SCORE = 0.02;

export interface FinalChoice {
  /** Undefined when no sample shows a face. A gate may keep it out all the same; then it is the best of the bad. */
  winner: { sample: Sample; jpeg: Promise<Jpeg> } | undefined;
  verdicts: Verdicts;
}

/**
 * Takes the best of the samples that were looked at. The best one has to stay the best after a closer look: for the mesh,
 * for hands, and for people who have just come in.
 */
export async function finalChoice(seen: Sample[], video: boolean, observer: Observer): Promise<FinalChoice> {
  const candidates = bestOpen(seen, MAX_CANDIDATES, video);
  const reference = referenceOfSamples(seen, video);
  const strangers = video
    ? strangersAmong(passing(candidates, verdictsOf(seen, reference, video)), ({ shot, sighting }) =>
        observer.describe(shot.image, sighting),
      )
    : new Set<Sample>();
  const refitted = new Set<Sample>();
  const counted = new Set<Sample>();
  const jpegs = new Map<Sample, Promise<Jpeg>>();
  for (;;) {
    const verdicts = verdictsOf(seen, reference, video);
    for (const sample of strangers) {
      const verdict = verdicts.get(sample);
      if (verdict) verdicts.set(sample, { ...verdict, gate: 'other-person' });
    }
    const best = contenders(candidates, verdicts);
    const winner = pickBest(best, seen, verdicts, video);
    if (!winner?.sighting) return { winner: undefined, verdicts };
    const jpeg = jpegs.get(winner);
    if (jpeg && counted.has(winner)) return { winner: { sample: winner, jpeg }, verdicts };
    const unsure = best.filter((sample) => !refitted.has(sample));
    if (unsure.length > 0) {
      for (const sample of unsure) {
        refitted.add(sample);
        // A mesh fits better when it is fitted again from where it was found in this very picture.
        if (sample.sighting) sample.sighting = await observer.refit(sample.shot.image, sample.sighting);
      }
      continue;
    }
    // Another thread makes it meanwhile; hardly ever does the closer look find that another frame is better.
    jpegs.set(winner, jpeg ?? begun(winner.shot.jpeg()));
    if (winner.sighting.measures.hands === undefined) {
      winner.sighting = await observer.hands(winner.shot.image, winner.sighting);
      continue;
    }
    counted.add(winner);
    // Looks between two searches do not know of people who have just come in.
    winner.sighting = await observer.countFaces(winner.shot.image, winner.sighting);
  }
}

/** The samples that no gate keeps out. */
function passing(samples: Sample[], verdicts: Verdicts): (Sample & { sighting: Sighting })[] {
  const passes = (sample: Sample): sample is Sample & { sighting: Sighting } =>
    sample.sighting !== undefined && verdicts.get(sample)?.gate === undefined;
  return samples.filter(passes);
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
