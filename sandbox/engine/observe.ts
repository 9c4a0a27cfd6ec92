import {
  boundsOf,
  holds,
  overlap,
  regionOfBox,
  regionOfMesh,
  type FaceBox,
  type FaceMesh,
  type FaceModels,
  type YuvImage,
} from './face';
import { blank } from './quality/exposure';
import { measureHands, regionOfHands } from './quality/hands';
import { measure, type Measures } from './quality/measure';
import { LEAST_PRESENCE } from './quality/presence';

/** The main face of a picture and what is measured on it. */
export interface Sighting {
  mesh: FaceMesh;
  measures: Measures;
  /** Faces seen, this one among them. */
  faces: number;
}

/** Boxes that overlap the followed face by this much (intersection over union) are that face. */
const SAME = 0.25;

/** A mesh that overlaps the one it was fitted from by less has moved: fitted once, it still drags behind. */
const SETTLED = 0.85;

/** A followed mesh and the detector's box agree on place and size when they overlap by this much. */
const AGREED = 0.5;
/** Factor by which a followed face may seem to grow or shrink from one sample to the next. */
const STEADY = 1.25;

/** Follows the main face of a film from sample to sample; the detector helps every now and then. */
export class Observer {
  private followed: FaceMesh | undefined;
  private others: FaceBox[] = [];
  /** Whether far and small faces have been searched for, too, beside the followed one. */
  private searched = false;

  constructor(private readonly models: FaceModels) {}

  /**
   * Looks at the next sample.
   *
   * @param detect Whether to search the whole picture, too; done anyhow when there is no face to follow, and while
   *   there are others who may leave.
   */
  async next(image: YuvImage, detect: boolean): Promise<Sighting | undefined> {
    const { followed } = this;
    const sighting =
      followed && !detect && this.others.length === 0 ? await this.follow(image, followed) : undefined;
    const found = sighting ?? (await this.search(image, followed));
    this.followed = found?.mesh;
    return found;
  }

  /** Looks at a picture again: the mesh is fitted once more, where it was found on this very picture. */
  async again(image: YuvImage, { mesh, measures, faces }: Sighting): Promise<Sighting> {
    const fitted = (await this.fit(image, mesh)) ?? mesh;
    const again = this.sighting(image, fitted, measures.second, faces);
    if (!again) return { mesh, measures, faces };
    return measures.hands === undefined
      ? again
      : { ...again, measures: { ...again.measures, hands: measures.hands } };
  }

  /** Looks at a picture shortly before or after one where the face was seen. */
  async beside(image: YuvImage, near: Sighting): Promise<Sighting | undefined> {
    const mesh = await this.fit(image, near.mesh);
    return mesh && this.sighting(image, mesh, near.measures.second, near.faces);
  }

  /** Looks for hands in front of the face. */
  async hands(image: YuvImage, sighting: Sighting): Promise<Sighting> {
    const { mesh, measures } = sighting;
    const found = await this.models.hands(image, regionOfHands(mesh));
    return { ...sighting, measures: { ...measures, hands: measureHands(mesh, found) } };
  }

  /** Looks for others in the picture thoroughly: far and small faces, too. */
  async company(image: YuvImage, sighting: Sighting): Promise<Sighting> {
    const boxes = await this.models.detect(image, { thorough: true });
    const others = await this.bystanders(image, boxes, sighting.mesh);
    const measures = { ...sighting.measures, second: secondOf(others, sighting.mesh) };
    return { ...sighting, measures, faces: 1 + others.length };
  }

  private async follow(image: YuvImage, mesh: FaceMesh): Promise<Sighting | undefined> {
    const fitted = await this.fit(image, mesh);
    if (!fitted) return undefined;
    // A mesh fitted to a face of quite another size than expected lies beside it: better search.
    const growth = boundsOf(fitted).width / boundsOf(mesh).width;
    return growth > STEADY || growth < 1 / STEADY ? undefined : this.sightingAmongOthers(image, fitted);
  }

  private async search(image: YuvImage, followed: FaceMesh | undefined): Promise<Sighting | undefined> {
    const boxes = (await this.models.detect(image)).sort((a, b) => b.width - a.width);
    const same = followed && boxes[0] && overlap(boxes[0], boundsOf(followed)) >= AGREED;
    // A face the detector misses (blurred, dark, near the edge) is still followed while the mesh holds.
    let main =
      followed && (same === true || boxes.length === 0) ? await this.fit(image, followed) : undefined;
    main ??= await this.firstOf(boxes, image);
    // Far faces are too small for the search of the whole picture, the more so in a tall one.
    main ??= await this.firstOf(await this.models.detect(image, { thorough: true }), image);
    if (!main) this.others = [];
    else if (this.searched) this.others = await this.bystanders(image, [...boxes, ...this.others], main);
    else {
      // Who stands in the background is mostly there from the beginning; later looks ask whether he still is.
      this.others = await this.bystanders(image, await this.models.detect(image, { thorough: true }), main);
      this.searched = true;
    }
    return main && this.sightingAmongOthers(image, main);
  }

  /** The first of what may be faces that is one. */
  private async firstOf(boxes: FaceBox[], image: YuvImage): Promise<FaceMesh | undefined> {
    for (const box of boxes) {
      const first = await this.models.mesh(image, regionOfBox(box));
      const fitted = first.presence >= LEAST_PRESENCE ? await this.fit(image, first) : undefined;
      if (fitted) return fitted;
    }
    return undefined;
  }

  private async fit(image: YuvImage, mesh: FaceMesh): Promise<FaceMesh | undefined> {
    const fitted = await this.models.mesh(image, regionOfMesh(mesh));
    if (fitted.presence < LEAST_PRESENCE) return undefined;
    if (overlap(boundsOf(fitted), boundsOf(mesh)) >= SETTLED) return fitted;
    const settled = await this.models.mesh(image, regionOfMesh(fitted));
    return settled.presence >= LEAST_PRESENCE ? settled : fitted;
  }

  /** Boxes that are faces (the mesh agrees) and not the main one. */
  private async bystanders(image: YuvImage, boxes: FaceBox[], main: FaceMesh): Promise<FaceBox[]> {
    const own = boundsOf(main);
    const found: FaceBox[] = [];
    for (const box of boxes) {
      if (holds(own, box) || [own, ...found].some((one) => overlap(box, one) >= SAME)) continue;
      const mesh = await this.models.mesh(image, regionOfBox(box));
      if (mesh.presence >= LEAST_PRESENCE) found.push(box);
    }
    return found;
  }

  private sightingAmongOthers(image: YuvImage, mesh: FaceMesh): Sighting | undefined {
    return this.sighting(image, mesh, secondOf(this.others, mesh), 1 + this.others.length);
  }

  /** Absent where the mesh fits, but nothing of a face is to be seen. */
  private sighting(image: YuvImage, mesh: FaceMesh, second: number, faces: number): Sighting | undefined {
    const measures = measure(image, mesh, this.models.pose(mesh), second);
    return blank(measures.exposure) ? undefined : { mesh, measures, faces };
  }
}

/** Width of the largest of the others over that of the face. */
function secondOf(others: FaceBox[], mesh: FaceMesh): number {
  return Math.max(0, ...others.map((box) => box.width)) / boundsOf(mesh).width;
}
