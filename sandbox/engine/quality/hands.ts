import { boundsOf, landmark, LANDMARKS, type FaceMesh, type Hand, type Region } from '../face';
import { fall } from './curves';

/** Side of the square in which hands are searched, in lengths of the face; and how much lower than the face its middle is. */
const AROUND = 2.4;
const BELOW = 0.2;

/** Where to look for hands that may be in front of a face: around it, and rather below. */
export function regionOfHands(mesh: FaceMesh): Region {
  const { x, y, width, height } = boundsOf(mesh);
  const length = Math.max(width, height);
  return { x: x + width / 2, y: y + height / 2 + BELOW * length, size: AROUND * length, angle: 0 };
}

/** Share of the face's landmarks that lie where a hand is, 0..1. */
export function measureHands(mesh: FaceMesh, hands: Hand[]): number {
  let behind = 0;
  for (let index = 0; index < LANDMARKS; index++) {
    const { x, y } = landmark(mesh, index);
    if (hands.some((hand) => Math.hypot(x - hand.x, y - hand.y) < hand.radius)) behind++;
  }
  return behind / LANDMARKS;
}

/** Share of a face that a hand beside it may seem to touch, and what is just noticed beyond. */
const FREE = 0.03;
const NOTICED = 0.08;
/** So much of it behind a hand is a part of it missing. */
const COVERED = 0.12;

/**
 * How free the face is of hands. ISO/IEC 29794-5 face occlusion prevention; a hand has the face's own colour and detail, so
 * that nothing but knowing hands tells it. Counts as free as long as nobody has looked.
 */
export function hands(share: number | undefined): number {
  return share === undefined ? 1 : fall(share - FREE, NOTICED);
}

export function behindHand(share: number | undefined): boolean {
  return share !== undefined && share > COVERED;
}
