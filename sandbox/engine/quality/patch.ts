import {
  eyeCentres,
  landmark,
  outline,
  yuvWeights,
  type FaceMesh,
  type Grid,
  type Point,
  type YuvImage,
} from '../face';

/** Patch pixels for one unit of the face (about the distance between the eyes of a frontal face). */
export const UNIT_PIXELS = 80;
/** Units to each side of the eyes' middle, above it and below it. */
const UNITS_ASIDE = 1.1;
const UNITS_ABOVE = 0.75;
const UNITS_BELOW = 1.65;

/** Size of every patch. */
const WIDTH = 2 * Math.round(UNITS_ASIDE * UNIT_PIXELS);
const HEIGHT = Math.round((UNITS_ABOVE + UNITS_BELOW) * UNIT_PIXELS);
export const PATCH_PIXELS = WIDTH * HEIGHT;

/** Brightness of a face, upright and always at the same scale, so that measures compare between frames. */
export interface FacePatch {
  width: number;
  height: number;
  luma: Float32Array;
  /** 1 inside of the face's outline and of the image, else 0. */
  mask: Uint8Array;
  /** Image pixels for one unit. */
  unit: number;
  /** Where a point of the image lies in the patch. */
  place(point: Point): Point;
  /** Where a point of the patch lies in the image. */
  locate(point: Point): Point;
}

const UPPER_LIP = 13;
const LOWER_LIP = 14;

/**
 * The face's own unit of length, in pixels: turning to the side shortens the distance between the eyes, nodding
 * the one from eyes to mouth, so the longer of both (they are about the same in frontal faces) is taken.
 */
function faceUnit(mesh: FaceMesh): number {
  const { right, left } = eyeCentres(mesh);
  const eyes = middle(right, left);
  const mouth = middle(landmark(mesh, UPPER_LIP), landmark(mesh, LOWER_LIP));
  return Math.max(
    Math.hypot(right.x - left.x, right.y - left.y),
    Math.hypot(mouth.x - eyes.x, mouth.y - eyes.y),
  );
}

/** Cuts the face out of the image. */
export function facePatch(image: YuvImage, mesh: FaceMesh): FacePatch {
  const { right, left } = eyeCentres(mesh);
  const eyes = middle(right, left);
  const unit = faceUnit(mesh);
  const angle = Math.atan2(left.y - right.y, left.x - right.x);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const place = ({ x, y }: Point): Point => {
    const dx = ((x - eyes.x) / unit) * UNIT_PIXELS;
    const dy = ((y - eyes.y) / unit) * UNIT_PIXELS;
    return {
      x: dx * cos + dy * sin + UNITS_ASIDE * UNIT_PIXELS,
      y: dy * cos - dx * sin + UNITS_ABOVE * UNIT_PIXELS,
    };
  };
  const step = unit / UNIT_PIXELS;
  const locate = ({ x, y }: Point): Point => {
    const dx = (x - UNITS_ASIDE * UNIT_PIXELS) * step;
    const dy = (y - UNITS_ABOVE * UNIT_PIXELS) * step;
    return { x: eyes.x + dx * cos - dy * sin, y: eyes.y + dx * sin + dy * cos };
  };
  const mask = fill(outline(mesh).map(place), WIDTH, HEIGHT);
  const [ux, uy] = [cos * step, sin * step];
  const corner = locate({ x: 0, y: 0 });
  const luma = readLuma(image, { x0: corner.x, y0: corner.y, ux, uy, vx: -uy, vy: ux }, mask, WIDTH);
  return { width: WIDTH, height: HEIGHT, luma, mask, unit, place, locate };
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Positions below are whole numbers of this part of a pixel: adding them up is faster than with fractions. */
const PARTS_PER_PIXEL = 65536;
/** Pixels across and down that are averaged for one of the patch, at most. */
const MAX_TAPS = 6;

/**
 * Reads the brightness of the places of a grid which the mask has, and takes those outside of the image out of it. Shrinking
 * averages several pixels in an upright square, enlarging interpolates.
 */
function readLuma(image: YuvImage, grid: Grid, mask: Uint8Array, across: number): Float32Array {
  const { y: pixels, width, height } = image;
  const { lumaOffset, luma: gain } = yuvWeights(image.colours);
  const step = Math.hypot(grid.ux, grid.uy);
  const taps = Math.max(1, Math.min(MAX_TAPS, Math.ceil(step)));
  const tap = parts(step / taps);
  // From the middle of the square to its first tap.
  const back = (tap * (taps - 1)) >> 1;
  const [ux, uy] = [parts(grid.ux), parts(grid.uy)];
  const [right, bottom] = [parts(width), parts(height)];
  const share = gain / (taps * taps);
  const out = new Float32Array(mask.length);
  for (let at = 0, row = 0; at < mask.length; row++) {
    let x = parts(grid.x0 + grid.ux / 2 + (row + 0.5) * grid.vx);
    let y = parts(grid.y0 + grid.uy / 2 + (row + 0.5) * grid.vy);
    for (const end = at + across; at < end; at++, x = (x + ux) | 0, y = (y + uy) | 0) {
      if (mask[at] === 0) continue;
      if (x < 0 || y < 0 || x >= right || y >= bottom) {
        mask[at] = 0;
        continue;
      }
      let sum = 0;
      let py = (y - back) | 0;
      const from = (x - back) | 0;
      if (taps === 1) sum = bilinear(image, x / PARTS_PER_PIXEL, y / PARTS_PER_PIXEL);
      else if (from >= 0 && py >= 0 && x + back < right && y + back < bottom) {
        for (let line = 0; line < taps; line++, py = (py + tap) | 0) {
          const first = Math.imul(py >> 16, width);
          let px = from;
          for (let column = 0; column < taps; column++, px = (px + tap) | 0) {
            sum = (sum + (pixels[(first + (px >> 16)) | 0] ?? 0)) | 0;
          }
        }
      } else {
        for (let line = 0; line < taps; line++, py = (py + tap) | 0) {
          const first = Math.max(0, Math.min(height - 1, py >> 16)) * width;
          let px = from;
          for (let column = 0; column < taps; column++, px = (px + tap) | 0) {
            sum += pixels[first + Math.max(0, Math.min(width - 1, px >> 16))] ?? 0;
          }
        }
      }
      const level = sum * share - lumaOffset * gain;
      out[at] = level < 0 ? 0 : level > 255 ? 255 : level;
    }
  }
  return out;
}

/** Pixels in parts of a pixel. */
function parts(pixels: number): number {
  return Math.round(pixels * PARTS_PER_PIXEL) | 0;
}

function bilinear({ y: luma, width, height }: YuvImage, x: number, y: number): number {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  // Beyond the edge of the picture its last pixels are repeated.
  const across = left < 0 || left + 1 >= width ? 0 : 1;
  const down = top < 0 || top + 1 >= height ? 0 : width;
  const at = (top < 0 ? 0 : top) * width + (left < 0 ? 0 : left);
  const upper = (luma[at] ?? 0) * (1 - fx) + (luma[at + across] ?? 0) * fx;
  const lower = (luma[at + down] ?? 0) * (1 - fx) + (luma[at + down + across] ?? 0) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** Which pixels have their middle inside of a polygon (even-odd rule; edge flags, Ackland and Weste, 1981). */
function fill(polygon: Point[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  let from = polygon.at(-1);
  for (const to of polygon) {
    if (from) flagEdge(from, to, mask, width, height);
    from = to;
  }
  for (let at = 0; at < mask.length;) {
    let inside = 0;
    for (const end = at + width; at < end; at++) {
      inside ^= mask[at] ?? 0;
      mask[at] = inside;
    }
  }
  return mask;
}

/** Flags the first pixel behind an edge in each row: there the inside begins or ends. */
function flagEdge(a: Point, b: Point, mask: Uint8Array, width: number, height: number): void {
  const [upper, lower] = a.y < b.y ? [a, b] : [b, a];
  const slope = (lower.x - upper.x) / (lower.y - upper.y);
  const last = Math.min(height - 1, Math.ceil(lower.y - 0.5) - 1);
  for (let row = Math.max(0, Math.ceil(upper.y - 0.5)); row <= last; row++) {
    const column = Math.max(0, Math.ceil(upper.x + (row + 0.5 - upper.y) * slope - 0.5));
    if (column < width) mask[row * width + column] = 1 - (mask[row * width + column] ?? 0);
  }
}
