import {
  brightnessOf,
  eyeCentres,
  landmark,
  outline,
  type FaceMesh,
  type Point,
  type YuvImage,
} from '../face';

/** Patch pixels for one unit of the face (about the distance between the eyes of a frontal face). */
export const UNIT_PIXELS = 80;
/** Units to each side of the eyes' middle, above it and below it. */
const UNITS_ASIDE = 1.1;
const UNITS_ABOVE = 0.75;
const UNITS_BELOW = 1.65;

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
  const width = Math.round(2 * UNITS_ASIDE * UNIT_PIXELS);
  const height = Math.round((UNITS_ABOVE + UNITS_BELOW) * UNIT_PIXELS);
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
  const luma = new Float32Array(width * height);
  const mask = fill(outline(mesh).map(place), width, height);
  const taps = Math.max(1, Math.min(6, Math.ceil(step)));
  const brightness = brightnessOf(image);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (mask[at] === 0) continue;
      const dx = (column + 0.5 - UNITS_ASIDE * UNIT_PIXELS) * step;
      const dy = (row + 0.5 - UNITS_ABOVE * UNIT_PIXELS) * step;
      const x = eyes.x + dx * cos - dy * sin;
      const y = eyes.y + dx * sin + dy * cos;
      if (x < 0 || y < 0 || x >= image.width || y >= image.height) mask[at] = 0;
      else luma[at] = brightness(taps === 1 ? bilinear(image, x, y) : mean(image, x, y, step, taps));
    }
  }
  return { width, height, luma, mask, unit, place, locate };
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Mean of `taps` × `taps` pixels spread over a square of side `step` around a point. */
function mean(
  { y: luma, width, height }: YuvImage,
  x: number,
  y: number,
  step: number,
  taps: number,
): number {
  let sum = 0;
  const [right, bottom] = [width - 1, height - 1];
  const part = step / taps;
  let py = y - step / 2 + part / 2;
  for (let row = 0; row < taps; row++, py += part) {
    const line = (py < 0 ? 0 : py > bottom ? bottom : py | 0) * width;
    let px = x - step / 2 + part / 2;
    for (let column = 0; column < taps; column++, px += part) {
      sum += luma[line + (px < 0 ? 0 : px > right ? right : px | 0)] ?? 0;
    }
  }
  return sum / (taps * taps);
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

/** Which pixels have their middle inside of a polygon (even-odd rule). */
function fill(polygon: Point[], width: number, height: number): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = row + 0.5;
    const crossings: number[] = [];
    for (const [index, a] of polygon.entries()) {
      const b = polygon[(index + 1) % polygon.length] ?? a;
      if (a.y <= y !== b.y <= y) crossings.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y));
    }
    crossings.sort((a, b) => a - b);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      const from = Math.max(0, Math.ceil((crossings[pair] ?? 0) - 0.5));
      const to = Math.min(width - 1, Math.floor((crossings[pair + 1] ?? 0) - 0.5));
      if (from <= to) mask.fill(1, row * width + from, row * width + to + 1);
    }
  }
  return mask;
}
