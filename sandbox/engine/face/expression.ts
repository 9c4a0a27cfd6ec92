import { straightened, type CanonicalFace } from './geometry';
import type { FaceMesh } from './mesh';

/**
 * What moves in a face when it speaks, smiles or frowns. Lengths are in distances between the eyes' centres, with the turn
 * of the head taken out.
 */
export interface Expression {
  /** Gap between the lips, the largest of three places. Closed: less than 0.01; 0.03 is about 2 mm. */
  lipsApart: number;
  /** Width of the mouth: less when puckered, more when smiling. */
  mouthWidth: number;
  /** How far the mouth is drawn to a side of the line between the eyes; negative to the left as seen. */
  mouthAside: number;
  /** How far the corners of the mouth hang below the line of the lips; negative when they are drawn up. */
  cornersDown: number;
  /** How much red of both lips can be seen: less when they are pressed together. */
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

/** Corners of the person's right and left eye. */
const EYES = [33, 133, 362, 263] as const;

export function measureExpression(mesh: FaceMesh, face: CanonicalFace): Expression {
  const shape = straightened(mesh, face);
  const x = (mark: number): number => shape[mark * 3] ?? NaN;
  const y = (mark: number): number => shape[mark * 3 + 1] ?? NaN;
  const [a, b, c, d] = EYES;
  const unit = (x(c) + x(d) - x(a) - x(b)) / 2;
  const level = middle(EYES.map(y));
  const along = (mark: number): number => x(mark) / unit;
  const down = (mark: number): number => (y(mark) - level) / unit;
  const across = ([from, to]: readonly [number, number]): number => along(to) - along(from);
  const height = ([from, to]: readonly [number, number]): number => down(to) - down(from);
  return {
    lipsApart: Math.max(...GAPS.map(height)),
    mouthWidth: across(MOUTH_CORNERS),
    mouthAside: middle(MOUTH_CORNERS.map(along)) - middle(EYES.map(along)),
    cornersDown: middle(MOUTH_CORNERS.map(down)) - middle(GAPS[0].map(down)),
    lips: height(UPPER_LIP) + height(LOWER_LIP),
    browsUp: -middle(BROWS.flat().map(down)),
    browsApart: across(INNER_BROWS),
  };
}

function middle(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
