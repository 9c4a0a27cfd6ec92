import type { FaceModels } from './face';
import { finalChoice } from './finalChoice';
import { thumbnail, type Jpeg } from './media/picture';
import type { Media, Shot } from './media/shot';
import { Observer, type Sighting } from './observe';
import { hands } from './quality/hands';
import type { Verdict } from './quality/judge';
import { bestOpen, close, closeWorse, SURROUNDED, type Sample, type Verdicts } from './samples';
import type { FrameReport } from './types';

/**
 * In a video, every second sample is looked at as it arrives, and those in between only around the best ones. The
 * pictures of a set have nothing to do with each other: all of them are looked at.
 */
const LOOK_AT_EVERY = 2;
/**
 * The whole picture is searched at every fourth look, about once a second; in between, the face is followed. Where there
 * are others, every look searches, and the winner's picture is searched for them in any case.
 */
const SEARCH_EVERY_LOOKS = 4;
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
  const chosen = await new Pass(media, models, options, false).choose();
  const { best } = chosen;
  if (media.kind === 'image' || best === undefined || hands(best.sighting.measures.hands) === 1)
    return chosen;
  best.shot.release();
  return new Pass(media, models, options, true).choose();
}

interface Options {
  explain: boolean;
  signal: AbortSignal;
}

/** Goes through the media once. */
class Pass {
  readonly #samples: Sample[] = [];
  readonly #media: Media;
  readonly #observer: Observer;
  readonly #options: Options;
  readonly #video: boolean;
  /** Looks for hands before a sample is kept. */
  readonly #inspect: ((sample: Sample) => Promise<void>) | undefined;

  constructor(media: Media, models: FaceModels, options: Options, inspectKept: boolean) {
    this.#media = media;
    this.#observer = new Observer(models);
    this.#options = options;
    this.#video = media.kind === 'video';
    this.#inspect = inspectKept
      ? async (sample) => {
          if (sample.sighting)
            sample.sighting = await this.#observer.hands(sample.shot.image, sample.sighting);
        }
      : undefined;
  }

  async choose(): Promise<Chosen> {
    await this.#read();
    await this.#lookBesideBest();
    const seen = this.#samples.filter(({ looked }) => looked);
    const { winner, verdicts } = await finalChoice(seen, this.#video, this.#observer);
    for (const sample of this.#samples) if (sample !== winner?.sample) close(sample);
    const frames = seen.map((sample) => reportOf(sample, verdicts));
    const verdict = winner && verdicts.get(winner.sample);
    if (!winner?.sample.sighting || !verdict) return { frames };
    const { shot, sighting } = winner.sample;
    return { frames, best: { shot, sighting, verdict, jpeg: winner.jpeg } };
  }

  /** Looks at samples as they arrive, and keeps the best. */
  async #read(): Promise<void> {
    const stride = this.#video ? LOOK_AT_EVERY : 1;
    const look = async (sample: Sample, search: boolean): Promise<void> => {
      await this.#look(sample, await this.#observer.next(sample.shot.image, search));
      await closeWorse(this.#samples, stride, this.#video, this.#inspect);
    };
    for await (const shot of this.#media.shots()) {
      this.#options.signal.throwIfAborted();
      const sample: Sample = { shot, open: true, looked: false };
      const at = this.#samples.push(sample) - 1;
      if (at % stride === 0) await look(sample, (at / stride) % SEARCH_EVERY_LOOKS === 0);
    }
    const last = this.#samples.at(-1);
    // The end is looked at, too.
    if (last && !last.looked) await look(last, false);
  }

  /** Looks at the samples before and after the best ones, too. */
  async #lookBesideBest(): Promise<void> {
    const best = bestOpen(this.#samples, SURROUNDED, this.#video);
    for (const [at, sample] of this.#samples.entries()) {
      const known = [this.#samples[at - 1], this.#samples[at + 1]].find((one) => one && best.includes(one));
      if (sample.looked || !sample.open || !known?.sighting) continue;
      await this.#look(sample, await this.#observer.beside(sample.shot.image, known.sighting));
    }
  }

  async #look(sample: Sample, sighting: Sighting | undefined): Promise<void> {
    sample.looked = true;
    sample.sighting = sighting;
    if (this.#options.explain) sample.thumbnail ??= await thumbnail(sample.shot.image);
  }
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
