import {
  boundsOf,
  describeFace,
  holds,
  overlap,
  regionOfBox,
  regionOfMesh,
  type FaceBox,
  type FaceMesh,
  type FaceModels,
  type YuvImage,
} from './face';
import { People, prominence } from './people';
import { blank } from './quality/exposure';
import { measureHands, regionOfHands } from './quality/hands';
import { measure, type Measures } from './quality/measure';
import { MIN_PRESENCE, SURE_PRESENCE } from './quality/presence';

/** The main face of a picture and what is measured on it. */
export interface Sighting {
  mesh: FaceMesh;
  measures: Measures;
  /** Faces seen, this one among them. */
  faces: number;
  /** Whose face it is; numbers count the people of a video. */
  person: number;
}

/** Boxes that overlap the followed face by this much (intersection over union) are that face. */
const SAME_OVERLAP = 0.25;

/** A mesh that overlaps the one it was fitted from by less has moved: fitted once, it still drags behind. */
const SETTLED_OVERLAP = 0.85;

/** A followed mesh and the detector's box agree on place and size when they overlap by this much. */
const AGREED_OVERLAP = 0.5;
/** Factor by which a followed face may seem to grow or shrink from one sample to the next. */
const STEADY_FACTOR = 1.25;

/** Factor by which another face has to catch the eye more than the followed one to take its place. */
const LOYALTY_FACTOR = 1.3;

/** Follows the main face of a video from sample to sample; the detector helps every now and then. */
export class Observer {
  #followed: FaceMesh | undefined;
  #person: number | undefined;
  readonly #people: People;
  #others: FaceBox[] = [];
  /** Whether far and small faces have been searched for, too, beside the followed one. */
  #searched = false;
  readonly #models: FaceModels;

  constructor(models: FaceModels) {
    this.#models = models;
    this.#people = new People(models.canonical);
  }

  /**
   * Looks at the next sample.
   *
   * @param detect Whether to search the whole picture, too; done anyhow when there is no face to follow, and while
   *   there are others who may leave.
   */
  async next(image: YuvImage, detect: boolean): Promise<Sighting | undefined> {
    const followed = this.#followed;
    const sighting =
      followed && !detect && this.#others.length === 0 ? await this.#follow(image, followed) : undefined;
    const found = sighting ?? (await this.#search(image, followed));
    this.#followed = found?.mesh;
    // What may be no face is followed all the same: it may turn towards the camera.
    return found && found.mesh.presence >= SURE_PRESENCE ? found : undefined;
  }

  /** Fits the mesh once more from where it was found in this very picture, and measures again. */
  async refit(image: YuvImage, before: Sighting): Promise<Sighting> {
    const { mesh, measures } = before;
    const fitted = (await this.#fit(image, mesh)) ?? mesh;
    const again = this.#sighting(image, fitted, { ...before, second: measures.second });
    if (!again) return before;
    return measures.hands === undefined
      ? again
      : { ...again, measures: { ...again.measures, hands: measures.hands } };
  }

  /** Looks at a picture shortly before or after one where the face was seen. */
  async beside(image: YuvImage, near: Sighting): Promise<Sighting | undefined> {
    const mesh = await this.#fit(image, near.mesh);
    if (!mesh) return undefined;
    const person = this.#people.identify(image, mesh, near.person, boundsOf(near.mesh));
    return this.#sighting(image, mesh, { second: near.measures.second, faces: near.faces, person });
  }

  /** Looks for hands in front of the face. */
  async hands(image: YuvImage, sighting: Sighting): Promise<Sighting> {
    const { mesh, measures } = sighting;
    const found = await this.#models.hands(image, regionOfHands(mesh));
    return { ...sighting, measures: { ...measures, hands: measureHands(mesh, found) } };
  }

  /** Describes the face, to be compared with others by `similarity`. */
  describe(image: YuvImage, { mesh }: Sighting): Float32Array {
    return describeFace(image, mesh, this.#models.canonical);
  }

  /** Counts the faces in the picture thoroughly: far and small ones, too. */
  async countFaces(image: YuvImage, sighting: Sighting): Promise<Sighting> {
    const boxes = await this.#models.detect(image, { thorough: true });
    const others = await this.#bystanders(image, boxes, sighting.mesh);
    const measures = { ...sighting.measures, second: widthOfSecond(others, sighting.mesh) };
    return { ...sighting, measures, faces: 1 + others.length };
  }

  async #follow(image: YuvImage, mesh: FaceMesh): Promise<Sighting | undefined> {
    const fitted = await this.#fit(image, mesh);
    if (!fitted) return undefined;
    // A mesh of quite another size than expected lies beside the face: search instead.
    const growth = boundsOf(fitted).width / boundsOf(mesh).width;
    return growth > STEADY_FACTOR || growth < 1 / STEADY_FACTOR
      ? undefined
      : this.#sightingAmongOthers(image, fitted);
  }

  async #search(image: YuvImage, followed: FaceMesh | undefined): Promise<Sighting | undefined> {
    const boxes = await this.#models.detect(image);
    let main = await this.#mainFace(image, boxes, followed);
    // Far faces are too small for the search of the whole picture, the more so in a tall one.
    main ??= await this.#mainFace(image, await this.#models.detect(image, { thorough: true }), undefined);
    if (!main) this.#others = [];
    else if (this.#searched) this.#others = await this.#bystanders(image, [...boxes, ...this.#others], main);
    else {
      // People in the background are mostly there from the beginning; later looks check whether they still are.
      this.#others = await this.#bystanders(
        image,
        await this.#models.detect(image, { thorough: true }),
        main,
      );
      this.#searched = true;
    }
    return main && this.#sightingAmongOthers(image, main);
  }

  /**
   * The face that catches the eye most. It stays the followed one unless another one does so by far: people walk
   * past, and a face that the detector misses (blurred, dark, near the edge) is still there while the mesh holds.
   */
  async #mainFace(
    image: YuvImage,
    boxes: FaceBox[],
    followed: FaceMesh | undefined,
  ): Promise<FaceMesh | undefined> {
    const place = followed && boundsOf(followed);
    const same = (box: FaceBox): boolean => place !== undefined && overlap(box, place) >= AGREED_OVERLAP;
    const ranks = this.#people.rank(image, boxes);
    const found = boxes.map((box, index) => ({
      from: same(box) && followed ? followed : box,
      rank: (ranks[index] ?? 0) * (same(box) ? LOYALTY_FACTOR : 1),
    }));
    if (followed && place && !boxes.some(same)) {
      found.push({ from: followed, rank: prominence(place, image) * LOYALTY_FACTOR });
    }
    for (const { from } of found.sort((a, b) => b.rank - a.rank)) {
      const first =
        'points' in from && 'presence' in from ? from : await this.#models.mesh(image, regionOfBox(from));
      const mesh = first.presence >= MIN_PRESENCE ? await this.#fit(image, first) : undefined;
      if (mesh) return mesh;
    }
    return undefined;
  }

  async #fit(image: YuvImage, mesh: FaceMesh): Promise<FaceMesh | undefined> {
    const fitted = await this.#models.mesh(image, regionOfMesh(mesh));
    if (fitted.presence < MIN_PRESENCE) return undefined;
    if (overlap(boundsOf(fitted), boundsOf(mesh)) >= SETTLED_OVERLAP) return fitted;
    const settled = await this.#models.mesh(image, regionOfMesh(fitted));
    return settled.presence >= MIN_PRESENCE ? settled : fitted;
  }

  /** Boxes that are faces (the mesh agrees) and not the main one. */
  async #bystanders(image: YuvImage, boxes: FaceBox[], main: FaceMesh): Promise<FaceBox[]> {
    const own = boundsOf(main);
    const found: FaceBox[] = [];
    for (const box of boxes) {
      if (holds(own, box) || [own, ...found].some((one) => overlap(box, one) >= SAME_OVERLAP)) continue;
      const mesh = await this.#models.mesh(image, regionOfBox(box));
      if (mesh.presence >= MIN_PRESENCE) found.push(box);
    }
    return found;
  }

  #sightingAmongOthers(image: YuvImage, mesh: FaceMesh): Sighting | undefined {
    this.#person = this.#people.identify(image, mesh, this.#person);
    const second = widthOfSecond(this.#others, mesh);
    return this.#sighting(image, mesh, { second, faces: 1 + this.#others.length, person: this.#person });
  }

  /** Absent where the mesh fits, but nothing of a face can be seen. */
  #sighting(
    image: YuvImage,
    mesh: FaceMesh,
    { second, faces, person }: { second: number; faces: number; person: number },
  ): Sighting | undefined {
    const measures = measure(image, mesh, this.#models, second);
    return blank(measures.exposure) ? undefined : { mesh, measures, faces, person };
  }
}

/** Width of the largest of the others over that of the face. */
function widthOfSecond(others: FaceBox[], mesh: FaceMesh): number {
  return Math.max(0, ...others.map((box) => box.width)) / boundsOf(mesh).width;
}
