import type { FaceModels } from './face';
import { thumbnail } from './media/picture';
import type { Media, Shot } from './media/shot';
import { Observer, type Sighting } from './observe';
import { judge, referenceOf, type Reference, type Verdict } from './quality/judge';
import type { FrameReport } from './types';

/** Samples between two searches of the whole picture; in between the face is followed. */
const SEARCH_EVERY = 3;
/** Best samples kept at full size to be looked at again, and the memory they may take. */
const FINALISTS = 5;
const FINALIST_BYTES = 20_000_000;
/** How much the samples beside a film's frame count against its own score. */
const NEIGHBOURS = 0.2;

/** The frame that was chosen, still open. */
export interface Choice {
  shot: Shot;
  sighting: Sighting;
  verdict: Verdict;
}

export interface Chosen {
  /** Absent when no sample shows a face. */
  best?: Choice;
  /** All samples, in order. */
  frames: FrameReport[];
}

interface Sample {
  frame: number;
  timeMs: number;
  sighting: Sighting | undefined;
  thumbnail: Uint8Array | undefined;
}

/** A sample whose shot is kept. */
interface Finalist {
  sample: Sample;
  shot: Shot;
}

/**
 * Looks at the samples of the media while they come, keeps the best ones, looks at these again without what
 * following the face may have got wrong, and takes the one with the best score of those no gate keeps out.
 */
export async function choose(
  media: Media,
  models: FaceModels,
  { explain, signal }: { explain: boolean; signal: AbortSignal },
): Promise<Chosen> {
  const observer = new Observer(models);
  const samples: Sample[] = [];
  let finalists: Finalist[] = [];
  for await (const shot of media.shots()) {
    signal.throwIfAborted();
    const sighting = await observer.next(shot.image, samples.length % SEARCH_EVERY === 0);
    const sample: Sample = {
      frame: shot.frame,
      timeMs: shot.timeMs,
      sighting,
      thumbnail: explain ? await thumbnail(shot.image) : undefined,
    };
    samples.push(sample);
    if (!sighting) {
      shot.release();
      continue;
    }
    finalists = keepBest([...finalists, { sample, shot }], referenceOfSamples(samples));
  }
  for (const { sample, shot } of finalists) {
    if (sample.sighting) sample.sighting = await observer.again(shot.image, sample.sighting);
  }
  const reference = referenceOfSamples(samples);
  const pick = (): Finalist | undefined => pickBest(finalists, samples, reference, media.kind === 'video');
  let winner = pick();
  // Samples between two searches do not know of people who have just come in: the best is only the best when it
  // still is after a thorough search.
  for (
    const searched = new Set<Finalist>();
    winner?.sample.sighting && !searched.has(winner);
    winner = pick()
  ) {
    searched.add(winner);
    winner.sample.sighting = await observer.company(winner.shot.image, winner.sample.sighting);
  }
  for (const finalist of finalists) if (finalist !== winner) finalist.shot.release();
  return {
    frames: samples.map((sample) => reportOf(sample, reference)),
    ...(winner?.sample.sighting && {
      best: {
        shot: winner.shot,
        sighting: winner.sample.sighting,
        verdict: judge(winner.sample.sighting.measures, reference),
      },
    }),
  };
}

/**
 * The finalist to take. In films the samples before and after count a little, too: of frames that are nearly alike
 * the one within a good stretch is taken, not the one where a turn or a blink begins.
 */
function pickBest(
  finalists: Finalist[],
  samples: Sample[],
  reference: Reference,
  film: boolean,
): Finalist | undefined {
  let best: Finalist | undefined;
  let most = -Infinity;
  for (const finalist of finalists) {
    if (!finalist.sample.sighting) continue;
    const at = samples.indexOf(finalist.sample);
    const beside = film ? [samples[at - 1], samples[at + 1]].flatMap((one) => (one ? [one] : [])) : [];
    const own = rankOf(judge(finalist.sample.sighting.measures, reference));
    const value = own + (beside.length > 0 ? NEIGHBOURS * goodness(beside, reference) : 0);
    if (value <= most) continue;
    most = value;
    best = finalist;
  }
  return best;
}

/** Mean score of samples, gated and faceless ones counting as nothing. */
function goodness(samples: Sample[], reference: Reference): number {
  const scores = samples.map(({ sighting }) => {
    const verdict = sighting && judge(sighting.measures, reference);
    return verdict && verdict.gate === undefined ? verdict.score : 0;
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

function referenceOfSamples(samples: Sample[]): Reference {
  return referenceOf(samples.flatMap(({ sighting }) => (sighting ? [sighting.measures] : [])));
}

/** Lets go of the worst finalists when there are more than the limits allow. */
function keepBest(finalists: Finalist[], reference: Reference): Finalist[] {
  const bytes = finalists[0] ? finalists[0].shot.image.y.length * 1.5 : 0;
  const most = Math.max(2, Math.min(FINALISTS, Math.floor(FINALIST_BYTES / bytes)));
  if (finalists.length <= most) return finalists;
  const ranked = rank(finalists, reference);
  for (const { shot } of ranked.slice(most)) shot.release();
  return ranked.slice(0, most);
}

/** The best first. */
function rank(finalists: Finalist[], reference: Reference): Finalist[] {
  return finalists
    .map((finalist) => {
      const { sighting } = finalist.sample;
      return { finalist, value: sighting ? rankOf(judge(sighting.measures, reference)) : -Infinity };
    })
    .sort((a, b) => b.value - a.value)
    .map(({ finalist }) => finalist);
}

/** Orders verdicts: those a gate keeps out come after all that pass. */
function rankOf({ score, gate }: Verdict): number {
  return gate ? score - 2 : score;
}

function reportOf({ frame, timeMs, sighting, thumbnail: small }: Sample, reference: Reference): FrameReport {
  const picture = small && { thumbnail: small };
  if (!sighting) return { frame, timeMs, faces: 0, score: 0, components: {}, gate: 'no-face', ...picture };
  const { score, components, gate } = judge(sighting.measures, reference);
  const { pose } = sighting.measures;
  return { frame, timeMs, faces: sighting.faces, score, components, pose, ...(gate && { gate }), ...picture };
}
