import { boundsOf, type Pose } from './face';
import type { Shot } from './media/shot';
import type { Sighting } from './observe';
import { prominence } from './people';
import { judge, referenceOf, type Reference, type Verdict } from './quality/judge';

/** Best looks that are kept. */
const FINALISTS = 6;
/** The very best of them, which are kept together with their neighbours. */
export const SURROUNDED = 2;
/** Memory that all kept looks may take. */
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

/**
 * The person a video is of: who is seen most often, largest and nearest to the middle. Pictures of a set may have been taken
 * far apart, and then looks do not always tell: there everybody counts, unless three of four show one person.
 */
function mainPerson(samples: Sample[], video: boolean): number | undefined {
  const weights = new Map<number, number>();
  for (const { sighting, shot } of samples) {
    if (!sighting) continue;
    const { person, mesh } = sighting;
    const weight = video ? prominence(boundsOf(mesh), shot.image) : 1;
    weights.set(person, (weights.get(person) ?? 0) + weight);
  }
  const [first, ...others] = [...weights].sort(([, a], [, b]) => b - a);
  const rest = others.reduce((sum, [, weight]) => sum + weight, 0);
  return first && (video || first[1] >= 3 * rest) ? first[0] : undefined;
}

/** What is normal or best in the samples that were looked at, as far as they show the main person. */
export function referenceOfSamples(samples: Sample[], video: boolean): Reference {
  const main = mainPerson(samples, video);
  return referenceOf(
    samples.flatMap(({ sighting }) =>
      sighting && (main === undefined || sighting.person === main) ? [sighting.measures] : [],
    ),
  );
}

/**
 * The verdicts on all samples with a face.
 *
 * @param seen Those that were looked at, in order.
 * @param video Whether they follow each other, so that the head's movement tells something.
 */
export function verdictsOf(seen: Sample[], reference: Reference, video: boolean): Map<Sample, Verdict> {
  const main = mainPerson(seen, video);
  const poseAt = (at: number): Pose | undefined => (video ? seen[at]?.sighting?.measures.pose : undefined);
  return new Map(
    seen.flatMap((sample, at) => {
      if (!sample.sighting) return [];
      const around = { before: poseAt(at - 1), after: poseAt(at + 1) };
      const verdict = judge(sample.sighting.measures, reference, around);
      const other = main !== undefined && sample.sighting.person !== main;
      return [[sample, other ? { ...verdict, gate: 'other-person' } : verdict]];
    }),
  );
}

/** The open samples with a face that have the best scores, the best first. */
export function bestOpen(samples: Sample[], most: number, video: boolean): Sample[] {
  const seen = samples.filter(({ looked }) => looked);
  return [...verdictsOf(seen, referenceOfSamples(seen, video), video)]
    .filter(([{ open }]) => open)
    .sort(([, a], [, b]) => rankOf(b) - rankOf(a))
    .slice(0, most)
    .map(([sample]) => sample);
}

/** What is thought of the samples with a face. */
export type Verdicts = ReadonlyMap<Sample, Verdict>;

/** Orders samples by their verdicts; those without a face come last. */
export function rankIn(verdicts: Verdicts, sample: Sample): number {
  const verdict = verdicts.get(sample);
  return verdict ? rankOf(verdict) : -Infinity;
}

/** Orders verdicts: those a gate keeps out come after all that pass. */
function rankOf({ score, gate }: Verdict): number {
  return gate ? score - 2 : score;
}

/**
 * Releases all samples but the best looks and, for the very best, their neighbours within `stride`.
 *
 * @param inspect Looks closely at a sample that is about to be kept, when given.
 */
export async function closeWorse(
  samples: Sample[],
  stride: number,
  video: boolean,
  inspect: ((sample: Sample) => Promise<void>) | undefined,
): Promise<void> {
  const room = KEPT_BYTES / ((samples[0]?.shot.image.y.length ?? 1) * 1.5);
  const group = 2 * stride - 1;
  const surrounded = Math.max(1, Math.min(SURROUNDED, Math.floor(room / group)));
  const most = Math.max(surrounded, Math.min(FINALISTS, Math.floor(room - surrounded * (group - 1))));
  let best = bestOpen(samples, most, video);
  for (let unknown = inspect && uninspected(best); unknown; unknown = uninspected(best)) {
    await inspect?.(unknown);
    best = bestOpen(samples, most, video);
  }
  const kept = best.map((sample) => samples.indexOf(sample));
  for (const [at, sample] of samples.entries()) {
    const stays = kept.some((one, rank) => Math.abs(one - at) < (rank < surrounded ? stride : 1));
    if (!stays) close(sample);
  }
}

/** The first of the samples with a face before which nobody has looked for hands. */
function uninspected(samples: Sample[]): Sample | undefined {
  return samples.find(({ sighting }) => sighting && sighting.measures.hands === undefined);
}

/** Releases a sample's picture. May be called again. */
export function close(sample: Sample): void {
  if (sample.open) sample.shot.release();
  sample.open = false;
}
