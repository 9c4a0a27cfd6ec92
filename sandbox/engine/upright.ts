import { regionOfBox, type FaceBox, type FaceModels, type YuvImage } from './face';
import type { Media, Shot } from './media/shot';
import { turnedImage, type Turn } from './media/turn';
import { MIN_PRESENCE, SURE_PRESENCE } from './quality/presence';

/**
 * Only these samples are checked: `choose` searches them anyhow while there is no face, and every second one of them
 * afterwards. A search is kept.
 */
const CHECK_EVERY_SAMPLES = 4;
/** Least interval at which a video is checked for being upright, and the one while no face has been seen. */
const CHECK_MS = 1000;
const EARLY_CHECK_MS = 400;
/** Every third check without a face also searches for distant ones. */
const THOROUGH_EVERY_CHECKS = 3;
/** Checks in a row that must agree before a video is turned again: heads lean, phones stay. */
const AGREEING_CHECKS = 2;
/**
 * A face with at least this score is upright as it was searched for: upside down they are found with 0.8 at most,
 * measured on 40 pictures.
 */
const SURE_SCORE = 0.85;
/** A face with a lower score does not tell which way is up. */
const MIN_SCORE = 0.75;
/** A less sure face tells nothing when another way up is found with a score as near as this: a face half covered has two. */
const RIVAL_SCORE = 0.1;
/** Faces looked at closely in a search. */
const MAX_MESHES = 4;

/**
 * The same media with faces upright: for what was filmed sideways or upside down without saying so. Pictures are
 * turned one by one, a video as a whole.
 */
export function uprightMedia(media: Media, models: FaceModels): Media {
  const video = media.kind === 'video';
  const videoTurn = new VideoTurn(models);
  let first: Turn | undefined;
  return {
    ...media,
    async *shots() {
      for await (const shot of media.shots()) {
        const turn = video ? await videoTurn.of(shot) : ((await turnOf(shot.image, models, true)) ?? 0);
        first = video ? turn : (first ?? turn);
        yield turn === 0 ? shot : turned(shot, turn);
      }
    },
    facts() {
      const facts = media.facts();
      const lying = first === 90 || first === 270;
      return lying ? { ...facts, width: facts.height, height: facts.width } : facts;
    },
  };
}

/** How a video has to be turned. */
class VideoTurn {
  readonly #models: FaceModels;
  #turn: Turn | undefined;
  #other: Turn | undefined;
  #agreeing = 0;
  #checks = 0;
  #nextMs = 0;
  #samples = 0;

  constructor(models: FaceModels) {
    this.#models = models;
  }

  async of({ image, timeMs }: Shot): Promise<Turn> {
    if (this.#samples++ % CHECK_EVERY_SAMPLES === 0 && timeMs >= this.#nextMs) {
      const thorough = this.#turn === undefined && this.#checks++ % THOROUGH_EVERY_CHECKS === 0;
      this.#take(await turnOf(image, this.#models, thorough));
      const [least, part] = this.#turn === undefined ? [EARLY_CHECK_MS, 0.5] : [CHECK_MS, 0.1];
      // Less and less often, so that a long video does not cost in proportion to its length.
      this.#nextMs = timeMs + Math.max(least, part * timeMs);
    }
    return this.#turn ?? 0;
  }

  #take(seen: Turn | undefined): void {
    if (seen === undefined) return;
    this.#agreeing = seen === this.#other ? this.#agreeing + 1 : 1;
    this.#other = seen;
    if (this.#turn === undefined || this.#agreeing >= AGREEING_CHECKS) this.#turn = seen;
  }
}

/**
 * How a picture has to be turned for its surest face to stand upright; undefined when it shows none.
 *
 * @param thorough Whether to search for far faces, too, where there are no others.
 */
async function turnOf(image: YuvImage, models: FaceModels, thorough: boolean): Promise<Turn | undefined> {
  const found: FaceBox[] = [];
  for (const up of [0, 90, 270, 180]) {
    const boxes = await models.detect(image, { angle: (up * Math.PI) / 180 });
    found.push(...boxes);
    if (up === 0 && boxes.some((box) => box.score >= SURE_SCORE && turnOfBox(box) === 0)) return 0;
  }
  const face = await surest(found, image, models);
  if (face || !thorough) return face && turnOfBox(face);
  const far: FaceBox[] = [];
  for (const up of [0, 90, 270, 180]) {
    far.push(...(await models.detect(image, { angle: (up * Math.PI) / 180, thorough: true })));
  }
  const farFace = await surest(far, image, models);
  return farFace && turnOfBox(farFace);
}

/** The candidate with the highest score that really is a face, unless another one contradicts it. */
async function surest(boxes: FaceBox[], image: YuvImage, models: FaceModels): Promise<FaceBox | undefined> {
  // What looks like a face that lies is often a part of one that stands, such as a far one.
  const isFace = async (box: FaceBox): Promise<boolean> =>
    (await models.mesh(image, regionOfBox(box))).presence >=
    (turnOfBox(box) === 0 ? MIN_PRESENCE : SURE_PRESENCE);
  const sorted = boxes.toSorted((a, b) => b.score - a.score);
  for (const box of sorted.filter(({ score }) => score >= MIN_SCORE).slice(0, MAX_MESHES)) {
    if (!(await isFace(box))) continue;
    const rival = sorted.find(
      (other) => other.score > box.score - RIVAL_SCORE && turnOfBox(other) !== turnOfBox(box),
    );
    return box.score < SURE_SCORE && rival && (await isFace(rival)) ? undefined : box;
  }
  return undefined;
}

/** The turn that puts a face upright, by the line of its eyes. */
function turnOfBox(box: FaceBox): Turn {
  const quarters = Math.round(regionOfBox(box).angle / (Math.PI / 2));
  const turns: readonly Turn[] = [0, 270, 180, 90];
  return turns[(quarters + 4) % 4] ?? 0;
}

function turned(shot: Shot, turn: Turn): Shot {
  return {
    get frame() {
      return shot.frame;
    },
    timeMs: shot.timeMs,
    image: turnedImage(shot.image, turn),
    jpeg: () => shot.jpeg(turn),
    release: () => shot.release(),
  };
}
