import {
  boundsOf,
  changeSince,
  describeFace,
  glimpseOf,
  overlap,
  similarity,
  type CanonicalFace,
  type FaceBox,
  type FaceMesh,
  type Glimpse,
  type YuvImage,
} from './face';

/** Boxes that overlap by this much (intersection over union) from one search to the next are one face. */
const SAME_PLACE = 0.25;
/** Faces at another place are one person from this likeness on; different people hardly ever reach it. */
export const SAME_PERSON = 0.6;
/** Factor by which nobody comes nearer or goes away from one look to the next. */
const JUMP_FACTOR = 1.15;
/** A face that changes by less than this, while another changes by three times as much, is a picture on the wall. */
const STILL_CHANGE = 0.1;
const LIVELIER_FACTOR = 3;
/** How much less a picture on the wall counts. */
const PICTURE_WEIGHT = 0.2;
/** How much less a face at the edge of the picture counts than one in the middle. */
const EDGE_PENALTY = 0.5;

/** Width and place of a face in its picture. */
type Place = Pick<FaceBox, 'x' | 'y' | 'width' | 'height'>;

/** How much a face catches the eye: its width as a share of the picture's, less towards the edge. */
export function prominence({ x, width: wide }: Place, { width }: { width: number }): number {
  const aside = Math.min(1, Math.abs((x + wide / 2) / width - 0.5) * 2);
  return (wide / width) * (1 - EDGE_PENALTY * aside);
}

/** Whether both width and height differ by more than a face changes on its way: a turn changes only one of them. */
function jumps(before: Place, now: Place): boolean {
  const growth = [now.width / before.width, now.height / before.height];
  return Math.min(...growth) > JUMP_FACTOR || Math.max(...growth) < 1 / JUMP_FACTOR;
}

/** Tells people from each other and from pictures of people, from search to search. */
export class People {
  readonly #known: { place: Place; descriptor: Float32Array }[] = [];
  #seen: { box: FaceBox; glimpse: Glimpse; still: boolean }[] = [];
  readonly #canonical: CanonicalFace;

  constructor(canonical: CanonicalFace) {
    this.#canonical = canonical;
  }

  /**
   * The number of the person a mesh lies on: the one who was at this place before, or looks alike. Who walks past the camera
   * comes to the same place, but larger: then looks alone tell.
   *
   * @param followed Who was seen last, if anybody.
   * @param near Where he was then.
   */
  identify(
    image: YuvImage,
    mesh: FaceMesh,
    followed: number | undefined,
    near: Place | undefined = followed === undefined ? undefined : this.#known[followed]?.place,
  ): number {
    const place = boundsOf(mesh);
    const before = followed === undefined ? undefined : this.#known[followed];
    const jumped = near !== undefined && jumps(near, place);
    if (before && near && !jumped && overlap(near, place) >= SAME_PLACE) {
      before.place = place;
      return followed ?? 0;
    }
    const descriptor = describeFace(image, mesh, this.#canonical);
    const alike = this.#known.findIndex(
      (one) =>
        (!jumped && overlap(one.place, place) >= SAME_PLACE) ||
        similarity(one.descriptor, descriptor) >= SAME_PERSON,
    );
    if (alike < 0) return this.#known.push({ place, descriptor }) - 1;
    const known = this.#known[alike];
    if (known) known.place = place;
    return alike;
  }

  /**
   * How much each of several faces catches the eye. A still picture does less than somebody who moves.
   *
   * @returns In the order of the boxes.
   */
  rank(image: YuvImage, boxes: FaceBox[]): number[] {
    if (boxes.length < 2) {
      this.#seen = [];
      return boxes.map((box) => prominence(box, image));
    }
    const changes = boxes.map((box) => {
      const before = this.#seen.find((one) => overlap(one.box, box) >= SAME_PLACE);
      // Somebody who was not there before has moved.
      return { before, change: before ? changeSince(before.glimpse, image) : Infinity };
    });
    const most = Math.max(...changes.map(({ change }) => change));
    this.#seen = boxes.map((box, index) => {
      const { before, change = Infinity } = changes[index] ?? {};
      const still = change < STILL_CHANGE && most > LIVELIER_FACTOR * change;
      return { box, glimpse: glimpseOf(image, box), still: still && before !== undefined };
    });
    return this.#seen.map(({ box, still }) => prominence(box, image) * (still ? PICTURE_WEIGHT : 1));
  }
}
