import { eyeCentres } from './measures';
import { landmark, type FaceMesh } from './mesh';

/**
 * What moves in a face when it speaks, smiles or frowns. Lengths are in distances between the eyes' centres, measured
 * along the line of the eyes and across it, so that size and roll cancel out, and yaw nearly so.
 */
export interface Expression {
  /** Gap between the lips, the largest of three places. Closed: less than 0.01; 0.03 is about 2 mm. */
  lipsApart: number;
  /** Width of the mouth: less when puckered, more when smiling. */
  mouthWidth: number;
  /** How far the corners of the mouth hang below the line of the lips; negative when they are drawn up. */
  cornersDown: number;
  /** How much red of both lips is to be seen: less when they are pressed together. */
  lips: number;
  /** Height of the brows above the eyes. */
  browsUp: number;
  /** Distance between the brows. */
  browsApart: number;
}

/** Upper and lower inner edge of the lips: in the middle, and half way to each corner. */
const GAPS = [
  [13, 14],
  [82, 87],
  [312, 317],
] as const;
const MOUTH_CORNERS = [61, 291] as const;
/** Outer and inner edge of the upper lip, inner and outer edge of the lower one, in the middle. */
const UPPER_LIP = [0, 13] as const;
const LOWER_LIP = [14, 17] as const;
/** The arch of the person's right and left brow. */
const BROWS = [
  [105, 66],
  [334, 296],
] as const;
const INNER_BROWS = [55, 285] as const;

export function measureExpression(mesh: FaceMesh): Expression {
  const { right, left } = eyeCentres(mesh);
  const [ex, ey] = [left.x - right.x, left.y - right.y];
  const square = ex * ex + ey * ey;
  const [originX, originY] = [(right.x + left.x) / 2, (right.y + left.y) / 2];
  const along = (mark: number): number => {
    const { x, y } = landmark(mesh, mark);
    return ((x - originX) * ex + (y - originY) * ey) / square;
  };
  const down = (mark: number): number => {
    const { x, y } = landmark(mesh, mark);
    return ((y - originY) * ex - (x - originX) * ey) / square;
  };
  const across = ([from, to]: readonly [number, number]): number => along(to) - along(from);
  const height = ([from, to]: readonly [number, number]): number => down(to) - down(from);
  return {
    lipsApart: Math.max(...GAPS.map(height)),
    mouthWidth: across(MOUTH_CORNERS),
    cornersDown: middle(MOUTH_CORNERS.map(down)) - middle(GAPS[0].map(down)),
    lips: height(UPPER_LIP) + height(LOWER_LIP),
    browsUp: -middle(BROWS.flat().map(down)),
    browsApart: across(INNER_BROWS),
  };
}

function middle(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
