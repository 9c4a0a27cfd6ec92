import type { Grid } from './image';

/**
 * The face mesh with attention looks at lips and eyes a second time, closely: it cuts them out of its own features,
 * turned upright, and places their points again. This is what happens between the two halves of the model; it follows
 * the operators Landmarks2TransformMatrix, TransformTensorBilinear and TransformLandmarks of MediaPipe (version 2 of
 * each).
 */

/** Rows and columns of the features, and how many there are in each place. */
export const FEATURES = { side: 48, depth: 32 } as const;
/** Rows and columns of a part. */
export const PART_SIDE = 16;
/** How much of its surroundings is cut out with a part. */
const MARGIN_FACTOR = 1.5;
/** A part's points are given in quarters of its rows. */
const POINTS_PER_ROW = 4;

/** A part of the face that is looked at closely. */
export interface Part {
  /** The mesh's number of each of its points; the part's points come in the same order. */
  landmarks: readonly number[];
  /** Landmarks on whose line the part is made upright. */
  level: readonly [left: number, right: number];
}

/** Rows of points from the corner outwards: edge of the lips, inner edge, and two between. */
export const LIPS: Part = {
  landmarks: [
    ...[61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409],
    ...[78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80, 81, 82, 13, 312, 311, 310, 415],
    ...[76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74, 73, 72, 11, 302, 303, 304, 408],
    ...[62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42, 41, 38, 12, 268, 271, 272, 407],
  ],
  level: [61, 291],
};

/** The person's right eye (at the left as seen): lids, three rings around it, brow. */
export const RIGHT_EYE: Part = {
  landmarks: [
    ...[33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173],
    ...[130, 25, 110, 24, 23, 22, 26, 112, 243, 247, 30, 29, 27, 28, 56, 190],
    ...[226, 31, 228, 229, 230, 231, 232, 233, 244, 113, 225, 224, 223, 222, 221, 189],
    ...[
      35, 124, 46, 53, 52, 65, 143, 111, 117, 118, 119, 120, 121, 128, 245, 156, 70, 63, 105, 66, 107, 55,
      193,
    ],
  ],
  level: [33, 133],
};

export const LEFT_EYE: Part = {
  landmarks: [
    ...[263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398],
    ...[359, 255, 339, 254, 253, 252, 256, 341, 463, 467, 260, 259, 257, 258, 286, 414],
    ...[446, 261, 448, 449, 450, 451, 452, 453, 464, 342, 445, 444, 443, 442, 441, 413],
    ...[
      265, 353, 276, 283, 282, 295, 372, 340, 346, 347, 348, 349, 350, 357, 465, 383, 300, 293, 334, 296, 336,
      285,
    ],
    417,
  ],
  level: [362, 263],
};

/**
 * Finds the part in a mesh.
 *
 * @param mesh x, y and z of each landmark, in pixels of the model's input.
 * @param scale Features for one pixel of the input.
 */
export function gridOfPart(
  mesh: Float32Array,
  { landmarks, level: [left, right] }: Part,
  scale: number,
): Grid {
  const x = (landmark: number): number => (mesh[landmark * 3] ?? 0) * scale;
  const y = (landmark: number): number => (mesh[landmark * 3 + 1] ?? 0) * scale;
  const angle = Math.atan2(y(right) - y(left), x(right) - x(left));
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const along = landmarks.map((landmark) => x(landmark) * cos + y(landmark) * sin);
  const down = landmarks.map((landmark) => y(landmark) * cos - x(landmark) * sin);
  const [minX, maxX, minY, maxY] = [
    Math.min(...along),
    Math.max(...along),
    Math.min(...down),
    Math.max(...down),
  ];
  const width = (MARGIN_FACTOR * (maxX - minX)) / PART_SIDE;
  const height = (MARGIN_FACTOR * (maxY - minY)) / PART_SIDE;
  const [middleX, middleY] = [(minX + maxX) / 2, (minY + maxY) / 2];
  const [ux, uy, vx, vy] = [cos * width, sin * width, -sin * height, cos * height];
  return {
    x0: middleX * cos - middleY * sin - ((ux + vx) * PART_SIDE) / 2,
    y0: middleX * sin + middleY * cos - ((uy + vy) * PART_SIDE) / 2,
    ux,
    uy,
    vx,
    vy,
  };
}

/** Cuts a part out of the features by bilinear interpolation; what lies outside of them is 0. */
export function cutPart(features: Float32Array, { x0, y0, ux, uy, vx, vy }: Grid, out: Float32Array): void {
  const { side, depth } = FEATURES;
  out.fill(0);
  for (let row = 0; row < PART_SIDE; row++) {
    for (let column = 0; column < PART_SIDE; column++) {
      const x = x0 + (column + 0.5) * ux + (row + 0.5) * vx - 0.5;
      const y = y0 + (column + 0.5) * uy + (row + 0.5) * vy - 0.5;
      if (x < 0 || y < 0 || x > side - 1 || y > side - 1) continue;
      const left = Math.floor(x);
      const top = Math.floor(y);
      const [fx, fy] = [x - left, y - top];
      const at = (top * side + left) * depth;
      const across = left + 1 < side ? depth : 0;
      const down = top + 1 < side ? side * depth : 0;
      const to = (row * PART_SIDE + column) * depth;
      for (let layer = 0; layer < depth; layer++) {
        const from = at + layer;
        const upper = (features[from] ?? 0) * (1 - fx) + (features[from + across] ?? 0) * fx;
        const lower = (features[from + down] ?? 0) * (1 - fx) + (features[from + down + across] ?? 0) * fx;
        out[to + layer] = upper * (1 - fy) + lower * fy;
      }
    }
  }
}

/** Where a part's point lies in the model's input, in its pixels. */
export function fromPart(grid: Grid, x: number, y: number, scale: number): { x: number; y: number } {
  const rows = 1 / (POINTS_PER_ROW * scale);
  return {
    x: grid.x0 / scale + (x * grid.ux + y * grid.vx) * rows,
    y: grid.y0 / scale + (x * grid.uy + y * grid.vy) * rows,
  };
}
