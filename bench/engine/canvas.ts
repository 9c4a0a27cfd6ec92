import sharp from 'sharp';
import { boundsOf, type FaceMesh, type RgbImage, type YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import type { Subject } from './portraits';

/** A still scene that frames are drawn from: a picture larger than the frame, with the face in its place. */
export interface Canvas {
  /** Full size, then half, then a quarter; for drawing the face smaller without jagged edges. */
  levels: YuvImage[];
  /** The same with a second person beside the first. */
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
export async function makeCanvas(subject: Subject, size: CanvasSize, bystander?: Subject): Promise<Canvas> {
  const bounds = boundsOf(subject.mesh);
  const scale = (size.face * size.height) / bounds.height;
  const width = even(size.width * (1.15 / size.smallest));
  const height = even(size.height * (1.15 / size.smallest));
  const faceX = (bounds.x + bounds.width / 2) * scale;
  const faceY = (bounds.y + bounds.height / 2) * scale;
  // The face a little above the middle, where people hold it.
  const left = Math.round(width / 2 - faceX);
  const top = Math.round(height * 0.48 - faceY);
  let picture = await place(subject, scale, { left, top, width, height });
  if (bystander)
    picture = await addBystander(picture, bystander, {
      faceX: faceX + left,
      faceY: faceY + top,
      face: bounds.height * scale,
      faceWidth: bounds.width * scale,
      frame: size.width,
    });
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

/**
 * Puts a second head beside the first, cut out with a soft oval: as large as the room beside the face allows, up to
 * four fifths of it.
 */
async function addBystander(
  picture: RgbImage,
  other: Subject,
  at: { faceX: number; faceY: number; face: number; faceWidth: number; frame: number },
): Promise<RgbImage> {
  const bounds = boundsOf(other.mesh);
  const room = at.frame / 2 - at.faceWidth / 2;
  const share = Math.max(0.45, Math.min(0.8, room / 1.3 / at.faceWidth));
  const scale = (at.face * share) / bounds.height;
  const box = {
    left: Math.max(0, Math.round(bounds.x - bounds.width * 0.2)),
    top: Math.max(0, Math.round(bounds.y - bounds.height * 0.35)),
    width: Math.round(bounds.width * 1.4),
    height: Math.round(bounds.height * 1.5),
  };
  box.width = Math.min(box.width, other.image.width - box.left);
  box.height = Math.min(box.height, other.image.height - box.top);
  const width = Math.round(box.width * scale);
  const height = Math.round(box.height * scale);
  const mask = Buffer.from(
    `<svg width="${width}" height="${height}"><defs><radialGradient id="g"><stop offset="0.9" stop-color="#fff"/>` +
      `<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>` +
      `<ellipse cx="${width / 2}" cy="${height / 2}" rx="${width / 2}" ry="${height / 2}" fill="url(#g)"/></svg>`,
  );
  const head = await sharp(other.image.data, raw(other.image))
    .extract(box)
    .resize(width, height)
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }])
    .png()
    .toBuffer();
  const left = Math.round(at.faceX + at.faceWidth * 0.52);
  const top = Math.round(at.faceY - height / 2);
  const { data, info } = await sharp(picture.data, raw(picture))
    .composite([{ input: head, left, top }])
    .removeAlpha()
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
