import { movement } from './quality/calm';
import { mean } from './quality/curves';
import { rankIn, type Sample, type Verdicts } from './samples';

/** How much the samples beside a video's frame count against its own score, among those as good. */
const NEIGHBOURS_WEIGHT = 0.2;
/** Of frames that are this near to each other after that, chance tells which is better. */
const CHANCE_SCORE = 0.005;

/**
 * Takes one of the samples that are as good as each other. In videos, the samples before and after count a little, too: one
 * within a good stretch is preferred to one where a turn or a blink begins. Where that tells nothing, the calmest moment
 * does: a word or a smile that begins or ends moves lids and lips before it shows in any measure.
 *
 * @param from Those as good as each other.
 * @param seen All that were looked at, in order.
 * @param video Whether they follow each other.
 */
export function pickBest(
  from: Sample[],
  seen: Sample[],
  verdicts: Verdicts,
  video: boolean,
): Sample | undefined {
  const valued = from.map((sample) => {
    const beside = video ? besideOf(sample, seen) : [];
    const around = beside.length > 0 ? NEIGHBOURS_WEIGHT * goodness(beside, verdicts) : 0;
    return { sample, value: rankIn(verdicts, sample) + around, unrest: unrest(sample, beside) };
  });
  valued.sort((a, b) => b.value - a.value);
  const enough = (valued[0]?.value ?? 0) - (video ? CHANCE_SCORE : 0);
  const [best, ...others] = valued.filter(({ value }) => value >= enough);
  return best && others.reduce((calmest, one) => (one.unrest < calmest.unrest ? one : calmest), best).sample;
}

/** The samples before and after one. */
function besideOf(sample: Sample, seen: Sample[]): Sample[] {
  const at = seen.indexOf(sample);
  return [seen[at - 1], seen[at + 1]].flatMap((one) => (one ? [one] : []));
}

/** How much a face moves since the sample before and until the one after; what neither shows is not calm. */
function unrest({ sighting }: Sample, beside: Sample[]): number {
  const moved = beside.flatMap((one) =>
    sighting && one.sighting ? [movement(sighting.measures, one.sighting.measures)] : [],
  );
  return moved.length > 0 ? mean(moved) : Infinity;
}

/** Mean score of samples, gated and faceless ones counting as nothing. */
function goodness(samples: Sample[], verdicts: Verdicts): number {
  return mean(
    samples.map((sample) => {
      const verdict = verdicts.get(sample);
      return verdict && verdict.gate === undefined ? verdict.score : 0;
    }),
  );
}
