import type { CanonicalFace } from './geometry';
import { brightnessOf, type Image, type RgbImage, type YuvImage } from './image';
import { landmark, type FaceMesh } from './mesh';

/** Size of a flattened face, pixels: the canonical face from the front, 0.27 cm a pixel. */
export const TEXTURE_WIDTH = 48;
export const TEXTURE_HEIGHT = 56;

/** The part of the canonical face that is drawn, centimetres: cheek to cheek, forehead to chin. */
const LEFT_CM = -6.5;
const RIGHT_CM = 6.5;
const TOP_CM = 7.5;
const BOTTOM_CM = -7.7;

/** Which triangle of the mesh covers each pixel of the texture, and where in it the pixel lies. */
interface Layout {
  /** Three landmark numbers a pixel; the first is -1 where no triangle lies. */
  corners: Int16Array;
  /** Three weights a pixel, adding up to 1. */
  weights: Float32Array;
}

const layouts = new WeakMap<CanonicalFace, Layout>();

function layoutOf(face: CanonicalFace): Layout {
  const known = layouts.get(face);
  if (known) return known;
  const pixels = TEXTURE_WIDTH * TEXTURE_HEIGHT;
  const layout: Layout = {
    corners: new Int16Array(pixels * 3).fill(-1),
    weights: new Float32Array(pixels * 3),
  };
  for (let at = 0; at + 2 < face.triangles.length; at += 3) drawTriangle(face, at, layout);
  layouts.set(face, layout);
  return layout;
}

function drawTriangle(face: CanonicalFace, at: number, layout: Layout): void {
  const corners = [0, 1, 2].map((corner) => face.triangles[at + corner] ?? 0);
  const xs = corners.map(
    (c) => (((face.points[c * 3] ?? 0) - LEFT_CM) / (RIGHT_CM - LEFT_CM)) * TEXTURE_WIDTH,
  );
  const ys = corners.map(
    (c) => ((TOP_CM - (face.points[c * 3 + 1] ?? 0)) / (TOP_CM - BOTTOM_CM)) * TEXTURE_HEIGHT,
  );
  const [xa = 0, xb = 0, xc = 0] = xs;
  const [ya = 0, yb = 0, yc = 0] = ys;
  const area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya);
  if (area === 0) return;
  const lastRow = Math.min(TEXTURE_HEIGHT - 1, Math.ceil(Math.max(...ys)));
  const lastColumn = Math.min(TEXTURE_WIDTH - 1, Math.ceil(Math.max(...xs)));
  for (let row = Math.max(0, Math.floor(Math.min(...ys))); row <= lastRow; row++) {
    for (let column = Math.max(0, Math.floor(Math.min(...xs))); column <= lastColumn; column++) {
      const x = column + 0.5;
      const y = row + 0.5;
      const b = ((x - xa) * (yc - ya) - (xc - xa) * (y - ya)) / area;
      const c = ((xb - xa) * (y - ya) - (x - xa) * (yb - ya)) / area;
      if (b < 0 || c < 0 || b + c > 1) continue;
      const pixel = (row * TEXTURE_WIDTH + column) * 3;
      layout.corners.set(corners, pixel);
      layout.weights.set([1 - b - c, b, c], pixel);
    }
  }
}

/** A flattened face: brightness of each texture pixel (0..255), NaN where the mesh does not reach. */
export type Texture = Float32Array;

/**
 * Flattens a face onto the canonical face seen from the front, which takes away its size, place, turn and most of
 * its expression, and leaves brightness. Pixels are averaged over about the area they cover in the image.
 */
export function flatten(image: Image, mesh: FaceMesh, face: CanonicalFace): Texture {
  const { corners, weights } = layoutOf(face);
  const left = landmark(mesh, 234);
  const right = landmark(mesh, 454);
  const step = Math.hypot(right.x - left.x, right.y - left.y) / TEXTURE_WIDTH;
  const read = brightness(image, Math.max(0, Math.min(4, Math.round((step - 1) / 2))));
  const texture = new Float32Array(TEXTURE_WIDTH * TEXTURE_HEIGHT);
  for (let pixel = 0; pixel < texture.length; pixel++) {
    let x = 0;
    let y = 0;
    for (let at = pixel * 3; at < pixel * 3 + 3; at++) {
      const point = landmark(mesh, corners[at] ?? -1);
      x += point.x * (weights[at] ?? 0);
      y += point.y * (weights[at] ?? 0);
    }
    texture[pixel] = read(x, y);
  }
  return texture;
}

/** Reads the mean brightness of the square of side 2 × radius + 1 around a point. */
function brightness(image: Image, radius: number): (x: number, y: number) => number {
  const { width, height } = image;
  const at = image.format === 'yuv420' ? levelsOf(image) : greyOf(image);
  return (x, y) => {
    if (Number.isNaN(x)) return NaN;
    const left = Math.max(0, Math.floor(x) - radius);
    const right = Math.min(width - 1, Math.floor(x) + radius);
    const top = Math.max(0, Math.floor(y) - radius);
    const bottom = Math.min(height - 1, Math.floor(y) + radius);
    let sum = 0;
    for (let row = top; row <= bottom; row++)
      for (let index = row * width + left; index <= row * width + right; index++) sum += at(index);
    return right >= left && bottom >= top ? sum / ((right - left + 1) * (bottom - top + 1)) : NaN;
  };
}

/** Gives the brightness of pixels by their number. */
function levelsOf(image: YuvImage): (index: number) => number {
  const level = brightnessOf(image);
  const levels = Float64Array.from({ length: 256 }, (_, luma) => level(luma));
  return (index) => levels[image.y[index] ?? 0] ?? 0;
}

function greyOf({ data }: RgbImage): (index: number) => number {
  return (index) =>
    0.299 * (data[index * 3] ?? 0) + 0.587 * (data[index * 3 + 1] ?? 0) + 0.114 * (data[index * 3 + 2] ?? 0);
}
