import { boundsOf, landmark, LANDMARKS, type FaceMesh, type Hand, type Point, type Region } from '../face';
import { fall, mean } from './curves';

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
  /** The same of the chin's, of which there are few: what lies before the chin hides little of the whole. */
  chin: number;
}

/** Landmarks between the eyes, below the lower lip and at the tip of the chin: from the first to the last is down. */
const BETWEEN_EYES = 168;
const BELOW_LIPS = 17;
const CHIN_TIP = 152;

export function measureHands(mesh: FaceMesh, found: Hand[]): HandsAround {
  const hulls = found.map((hand) => convexHull(withFlesh(hand)));
  const [from, to] = [landmark(mesh, BETWEEN_EYES), landmark(mesh, CHIN_TIP)];
  const down = ({ x, y }: Point): number => x * (to.x - from.x) + y * (to.y - from.y);
  const chinBegins = down(landmark(mesh, BELOW_LIPS));
  const face = Array.from({ length: LANDMARKS }, (_, index) => landmark(mesh, index));
  const shareBehind = (marks: Point[]): number =>
    marks.filter((mark) => hulls.some((hull) => isInside(hull, mark))).length / Math.max(1, marks.length);
  const chin = face.filter((mark) => down(mark) > chinBegins);
  return { count: found.length, behind: shareBehind(face), chin: shareBehind(chin) };
}

/** Half the width of a finger against the length from the wrist to the middle finger's lowest joint. */
const FLESH = 0.1;
const WRIST = 0;
const MIDDLE_FINGER = 9;

/** The points of a hand moved outwards: they lie within it. */
function withFlesh({ points }: Hand): Point[] {
  const [wrist, joint] = [points[WRIST], points[MIDDLE_FINGER]];
  if (!wrist || !joint) return points;
  const width = FLESH * Math.hypot(joint.x - wrist.x, joint.y - wrist.y);
  const middle = { x: mean(points.map(({ x }) => x)), y: mean(points.map(({ y }) => y)) };
  return points.map(({ x, y }) => {
    const far = Math.max(1, Math.hypot(x - middle.x, y - middle.y));
    return { x: x + (width * (x - middle.x)) / far, y: y + (width * (y - middle.y)) / far };
  });
}

/** The smallest convex polygon around points, by Andrew's monotone chain (1979). */
function convexHull(points: Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  const half = (from: Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of from) {
      while (chain.length > 1 && turn(chain.at(-2) ?? point, chain.at(-1) ?? point, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

function isInside(hull: Point[], point: Point): boolean {
  return (
    hull.length > 2 &&
    hull.every((from, index) => turn(from, hull[(index + 1) % hull.length] ?? from, point) >= 0)
  );
}

/** Positive where the way from `a` by `b` to `c` turns clockwise as seen. */
function turn(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Shares of a face and of a chin behind a hand that are just noticed. */
const NOTICED_SHARE = 0.08;
const NOTICED_CHIN = 0.25;
/**
 * A hand beside the face is just noticed, too: nothing else belongs into the picture. One that touches the face is noticed
 * twice, since it hides the face's edge and says that the person is not posing.
 */
const BESIDE = 1;
const TOUCHING = 2;
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
  const hidden = Math.min(fall(around.behind, NOTICED_SHARE), fall(around.chin, NOTICED_CHIN));
  return fall(around.behind > 0 ? TOUCHING : BESIDE, 1) * hidden;
}

export function behindHand(around: HandsAround | undefined): boolean {
  return around !== undefined && around.behind > COVERED_SHARE;
}

export function hiddenByHand(around: HandsAround | undefined): boolean {
  return around !== undefined && around.behind > HIDDEN_SHARE;
}
