import sharp from 'sharp';
import { boundsOf, type FaceMesh, type RgbImage, type YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import type { Subject } from './portraits';

/** A still scene that frames are drawn from: a picture larger than the frame, with the face in its place. */
export interface Canvas {
  /** Full size, then half, then a quarter; for drawing the face smaller without jagged edges. */
  levels: YuvImage[];
  mesh: FaceMesh;
  /** The canvas point that lies in the middle of the frame. */
  centre: { x: number; y: number };
  /** Width of the face, pixels. */
  faceWidth: number;
}

export interface CanvasSize {
  /** The frame, pixels. */
  width: number;
  height: number;
  /** Height of the face as a share of the frame's. */
  face: number;
  /** Smallest scale the clip will use; the canvas is that much larger than the frame. */
  smallest: number;
}

/** Scales the picture so that the face has the wished size, and extends its edges to fill the canvas. */
export async function makeCanvas(subject: Subject, size: CanvasSize): Promise<Canvas> {
  const bounds = boundsOf(subject.mesh);
  const scale = (size.face * size.height) / bounds.height;
  const width = even(size.width * (1.15 / size.smallest));
  const height = even(size.height * (1.15 / size.smallest));
  const faceX = (bounds.x + bounds.width / 2) * scale;
  const faceY = (bounds.y + bounds.height / 2) * scale;
  // The face a little above the middle, where people hold it.
  const left = Math.round(width / 2 - faceX);
  const top = Math.round(height * 0.48 - faceY);
  const picture = await place(subject, scale, { left, top, width, height });
  const points = new Float32Array(subject.mesh.points.length);
  for (let index = 0; index < points.length / 3; index++) {
    points[index * 3] = (subject.mesh.points[index * 3] ?? 0) * scale + left;
    points[index * 3 + 1] = (subject.mesh.points[index * 3 + 1] ?? 0) * scale + top;
    points[index * 3 + 2] = (subject.mesh.points[index * 3 + 2] ?? 0) * scale;
  }
  const levels = [toYuv(picture)];
  for (const factor of [2, 4]) {
    if (size.smallest > 1 / factor + 0.2) break;
    levels.push(toYuv(await shrink(picture, factor)));
  }
  return {
    levels,
    mesh: { points, presence: 1 },
    centre: { x: width / 2, y: height / 2 },
    faceWidth: bounds.width * scale,
  };
}

function even(value: number): number {
  return 2 * Math.ceil(value / 2);
}

const raw = (image: RgbImage): { raw: sharp.CreateRaw } => ({
  raw: { width: image.width, height: image.height, channels: 3 },
});

async function place(
  subject: Subject,
  scale: number,
  area: { left: number; top: number; width: number; height: number },
): Promise<RgbImage> {
  const width = Math.round(subject.image.width * scale);
  const height = Math.round(subject.image.height * scale);
  const scaled = await sharp(subject.image.data, raw(subject.image)).resize(width, height).raw().toBuffer();
  const cut = { left: Math.max(0, -area.left), top: Math.max(0, -area.top) };
  const visible = {
    ...cut,
    width: Math.min(width, area.width - area.left) - cut.left,
    height: Math.min(height, area.height - area.top) - cut.top,
  };
  const inner = await sharp(scaled, { raw: { width, height, channels: 3 } })
    .extract(visible)
    .raw()
    .toBuffer();
  const left = Math.max(0, area.left);
  const top = Math.max(0, area.top);
  const { data, info } = await sharp(inner, {
    raw: { width: visible.width, height: visible.height, channels: 3 },
  })
    .extend({
      left,
      top,
      right: area.width - left - visible.width,
      bottom: area.height - top - visible.height,
      extendWith: 'copy',
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { format: 'rgb', width: info.width, height: info.height, data };
}

async function shrink(picture: RgbImage, factor: number): Promise<RgbImage> {
  const width = even(picture.width / factor);
  const height = even(picture.height / factor);
  const data = await sharp(picture.data, raw(picture))
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer();
  return { format: 'rgb', width, height, data };
}

/** RGB to limited-range BT.601 with halved chroma. Sides must be even. */
export function toYuv({ width, height, data }: RgbImage): YuvImage {
  const y = new Uint8Array(width * height);
  const u = new Uint8Array((width / 2) * (height / 2));
  const v = new Uint8Array(u.length);
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      let [red, green, blue] = [0, 0, 0];
      for (const at of [
        row * width + column,
        row * width + column + 1,
        (row + 1) * width + column,
        (row + 1) * width + column + 1,
      ]) {
        const r = data[at * 3] ?? 0;
        const g = data[at * 3 + 1] ?? 0;
        const b = data[at * 3 + 2] ?? 0;
        y[at] = 16.5 + 0.25679 * r + 0.50413 * g + 0.09791 * b;
        red += r;
        green += g;
        blue += b;
      }
      const chroma = (row / 2) * (width / 2) + column / 2;
      u[chroma] = 128.5 + (-0.14822 * red - 0.29099 * green + 0.43922 * blue) / 4;
      v[chroma] = 128.5 + (0.43922 * red - 0.36779 * green - 0.07143 * blue) / 4;
    }
  }
  return { format: 'yuv420', width, height, y, u, v, colours: { fullRange: false, matrix: 'bt601' } };
}
