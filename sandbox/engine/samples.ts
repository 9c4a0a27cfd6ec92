import type { Pose } from './face';
import type { Shot } from './media/shot';
import type { Sighting } from './observe';
import { judge, referenceOf, type Reference, type Verdict } from './quality/judge';

/** Best looks that are kept with the samples beside them, and the memory all these may take. */
const FINALISTS = 2;
const KEPT_BYTES = 12_000_000;

/** A moment of the media. */
export interface Sample {
  shot: Shot;
  /** Its picture can still be looked at. */
  open: boolean;
  looked: boolean;
  /** The face seen in it; absent when there was none, or nobody looked. */
  sighting?: Sighting | undefined;
  /** A small JPEG for reports. */
  thumbnail?: Uint8Array;
}

/** What is normal or best in the samples that were looked at. */
export function referenceOfSamples(samples: Sample[]): Reference {
  return referenceOf(samples.flatMap(({ sighting }) => (sighting ? [sighting.measures] : [])));
}

/**
 * The verdicts on all samples with a face.
 *
 * @param seen Those that were looked at, in order.
 * @param film Whether they follow each other, so that the head's movement tells something.
 */
export function verdictsOf(seen: Sample[], reference: Reference, film: boolean): Map<Sample, Verdict> {
  const poseAt = (at: number): Pose | undefined => (film ? seen[at]?.sighting?.measures.pose : undefined);
  return new Map(
    seen.flatMap((sample, at) => {
      if (!sample.sighting) return [];
      const around = { before: poseAt(at - 1), after: poseAt(at + 1) };
      return [[sample, judge(sample.sighting.measures, reference, around)]];
    }),
  );
}

/** The open samples with a face that have the best scores, the best first. */
export function bestOpen(samples: Sample[], most: number, film: boolean): Sample[] {
  const seen = samples.filter(({ looked }) => looked);
  return [...verdictsOf(seen, referenceOfSamples(seen), film)]
    .filter(([{ open }]) => open)
    .sort(([, a], [, b]) => rankOf(b) - rankOf(a))
    .slice(0, most)
    .map(([sample]) => sample);
}

/** Orders verdicts: those a gate keeps out come after all that pass. */
export function rankOf({ score, gate }: Verdict): number {
  return gate ? score - 2 : score;
}

/**
 * Lets go of all samples but the best looks and those less than `stride` beside them.
 *
 * @param inspect Looks closely at a sample that is about to be kept, which costs too much for all of them.
 */
export async function closeWorse(
  samples: Sample[],
  stride: number,
  film: boolean,
  inspect: (sample: Sample) => Promise<void>,
): Promise<void> {
  const bytes = (samples[0]?.shot.image.y.length ?? 0) * 1.5;
  const most = Math.max(1, Math.min(FINALISTS, Math.floor(KEPT_BYTES / bytes / (2 * stride - 1))));
  let best = bestOpen(samples, most, film);
  for (let unknown = uninspected(best); unknown; unknown = uninspected(best)) {
    await inspect(unknown);
    best = bestOpen(samples, most, film);
  }
  const kept = best.map((sample) => samples.indexOf(sample));
  for (const [at, sample] of samples.entries()) {
    if (!kept.some((one) => Math.abs(one - at) < stride)) close(sample);
  }
}

/** The first of the samples whose face nobody has looked at closely. */
export function uninspected(samples: Sample[]): Sample | undefined {
  return samples.find(({ sighting }) => sighting && sighting.measures.hands === undefined);
}

/** Lets go of a sample's picture. May be called again. */
export function close(sample: Sample): void {
  if (sample.open) sample.shot.release();
  sample.open = false;
}
