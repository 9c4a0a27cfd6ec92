import { boundsOf, landmark, LANDMARKS, type FaceMesh, type Hand, type Region } from '../face';
import { fall } from './curves';

/** Side of the square in which hands are searched, in lengths of the face; and how much lower than the face its middle is. */
const SEARCH_SIDE = 2.4;
const SEARCH_LOWER = 0.2;

/** Where to look for hands that may be in front of a face: around it, and rather lower. */
export function regionOfHands(mesh: FaceMesh): Region {
  const { x, y, width, height } = boundsOf(mesh);
  const length = Math.max(width, height);
  return {
    x: x + width / 2,
    y: y + height / 2 + SEARCH_LOWER * length,
    size: SEARCH_SIDE * length,
    angle: 0,
  };
}

/** What hands do to a face. */
export interface HandsAround {
  /** How many are seen around it. */
  count: number;
  /** Share of the face's landmarks that lie where a hand is, 0..1. */
  behind: number;
}

export function measureHands(mesh: FaceMesh, found: Hand[]): HandsAround {
  let behind = 0;
  for (let index = 0; index < LANDMARKS; index++) {
    const { x, y } = landmark(mesh, index);
    if (found.some((hand) => Math.hypot(x - hand.x, y - hand.y) < hand.radius)) behind++;
  }
  return { count: found.length, behind: behind / LANDMARKS };
}

/** Share of a face that a hand beside it may seem to touch, and what is just noticed beyond. */
const FREE_SHARE = 0.03;
const NOTICED_SHARE = 0.08;
/** A hand beside the face is noticed, too: nothing else belongs into the picture. */
const BESIDE_FACTOR = 0.78;
/** Share of a face behind a hand from which a part of it is missing, and from which it is useless. */
const COVERED_SHARE = 0.12;
const HIDDEN_SHARE = 0.4;

/**
 * How free the face is of hands. ISO/IEC 29794-5 face occlusion prevention, and no other objects in the picture
 * (ISO/IEC 39794-5); a hand has the colour and detail of a face, so only a detector of hands can tell. Counts as free
 * as long as nobody has looked.
 */
export function hands(around: HandsAround | undefined): number {
  if (!around || around.count === 0) return 1;
  return BESIDE_FACTOR * fall(around.behind - FREE_SHARE, NOTICED_SHARE);
}

export function behindHand(around: HandsAround | undefined): boolean {
  return around !== undefined && around.behind > COVERED_SHARE;
}

export function hiddenByHand(around: HandsAround | undefined): boolean {
  return around !== undefined && around.behind > HIDDEN_SHARE;
}
