import { choose } from '@ozflow/oz-sandbox/engine/choose';
import type { FaceModels, Region, YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { Sampling } from '@ozflow/oz-sandbox/engine/media/decoder/decoder';
import { yuvBytes, yuvImage } from '@ozflow/oz-sandbox/engine/media/picture';
import type { Media, Shot } from '@ozflow/oz-sandbox/engine/media/shot';
import { reasonToReject } from '@ozflow/oz-sandbox/engine/quality/judge';
import { uprightMedia } from '@ozflow/oz-sandbox/engine/upright';
import { framesOf } from './decode';

/** A part of a film, from the first to the last frame, or from the last to the first. */
export interface Stretch {
  first: number;
  last: number;
  backwards: boolean;
}

/**
 * A film whose samples are kept, so that the engine can choose from it again and again with other settings. What the
 * networks say of a picture is kept, too: no setting changes that.
 */
export class Replay {
  readonly #models: FaceModels;
  readonly #shots: readonly Shot[];

  private constructor(shots: readonly Shot[], models: FaceModels) {
    this.#shots = shots;
    this.#models = remembering(models);
  }

  /**
   * Decodes a film.
   *
   * @param fps Frames a second, for the times.
   * @param skipMs Where the first sample is taken: other frames are looked at than those the engine takes.
   */
  static async record(path: string, fps: number, skipMs: number, models: FaceModels): Promise<Replay> {
    const shots: Shot[] = [];
    const sampling = new Sampling();
    let frame = 0;
    for await (const image of framesOf(path)) {
      const timeMs = (frame * 1000) / fps - skipMs;
      if (timeMs >= -0.5 && sampling.takes(timeMs)) shots.push(shotOf(frame, timeMs, image));
      frame++;
    }
    return new Replay(shots, models);
  }

  /** The frames that are sampled in a stretch. */
  framesIn(stretch: Stretch): number[] {
    return this.#shotsIn(stretch).map(({ frame }) => frame);
  }

  /**
   * Lets the engine choose with the settings as they are now, from a stretch or from all.
   *
   * @returns The number of the best shot's frame; null: "no best shot".
   */
  async choose(stretch?: Stretch): Promise<number | null> {
    const shots = stretch ? this.#shotsIn(stretch) : this.#shots;
    const media: Media = {
      kind: 'video',
      mimeType: 'video/mp4',
      async *shots() {
        yield* shots;
      },
      facts: () => ({ width: 0, height: 0, durationMs: 0 }),
    };
    const { signal } = new AbortController();
    const upright = uprightMedia(media, this.#models);
    const { best } = await choose(upright, this.#models, { explain: false, signal });
    const accepted = best && reasonToReject(best.sighting.measures, best.verdict) === undefined;
    return accepted ? best.shot.frame : null;
  }

  #shotsIn({ first, last, backwards }: Stretch): Shot[] {
    const shots = this.#shots.filter(({ frame }) => frame >= first && frame <= last);
    const ordered = backwards ? shots.toReversed() : shots;
    const start = ordered[0]?.timeMs ?? 0;
    return ordered.map((shot) => ({ ...shot, timeMs: Math.abs(shot.timeMs - start) }));
  }
}

function shotOf(frame: number, timeMs: number, image: YuvImage): Shot {
  const { width, height, colours, y, u, v } = image;
  const copy = yuvImage(width, height, colours, new Uint8Array(yuvBytes(width, height)));
  copy.y.set(y);
  copy.u.set(u);
  copy.v.set(v);
  return {
    frame,
    timeMs,
    image: copy,
    jpeg: () => Promise.reject(new Error('A replay makes no pictures.')),
    release() {},
  };
}

/** The same models, which answer a question that was asked before from memory. */
function remembering(models: FaceModels): FaceModels {
  const detections = remembered((image: YuvImage, options: Parameters<FaceModels['detect']>[1]) =>
    models.detect(image, options),
  );
  const meshes = remembered((image: YuvImage, region: Region) => models.mesh(image, region));
  const hands = remembered((image: YuvImage, region: Region) => models.hands(image, region));
  return { ...models, detect: detections, mesh: meshes, hands };
}

function remembered<Question, Answer>(
  ask: (image: YuvImage, question: Question) => Promise<Answer>,
): (image: object, question: Question) => Promise<Answer> {
  const known = new WeakMap<object, Map<string, Promise<Answer>>>();
  return (image, question) => {
    const answers = known.get(image) ?? new Map<string, Promise<Answer>>();
    known.set(image, answers);
    const key = JSON.stringify(question ?? null);
    const answer = answers.get(key) ?? ask(image as YuvImage, question);
    answers.set(key, answer);
    return answer;
  };
}
