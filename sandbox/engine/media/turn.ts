import type { YuvImage } from '../face/image';
import { yuvImage } from './picture';

/** Degrees clockwise. */
export type Turn = 0 | 90 | 180 | 270;

/** A copy of an image, turned. */
export function turnedImage(image: YuvImage, turn: Turn): YuvImage {
  const { width, height, colours } = image;
  const lying = turn === 90 || turn === 270;
  const copy = lying ? yuvImage(height, width, colours) : yuvImage(width, height, colours);
  const [chromaWidth, chromaHeight] = [(width + 1) >> 1, (height + 1) >> 1];
  turnPlane(image.y, width, height, turn, copy.y);
  turnPlane(image.u, chromaWidth, chromaHeight, turn, copy.u);
  turnPlane(image.v, chromaWidth, chromaHeight, turn, copy.v);
  return copy;
}

function turnPlane(from: Uint8Array, width: number, height: number, turn: Turn, to: Uint8Array): void {
  // Where the first sample goes, and how far a step to the right and a step down lead.
  const [start, right, down] = {
    0: [0, 1, width],
    90: [height - 1, height, -1],
    180: [width * height - 1, -1, -width],
    270: [(width - 1) * height, -height, 1],
  }[turn] as [number, number, number];
  let at = 0;
  for (let row = 0; row < height; row++) {
    let out = start + row * down;
    for (let column = 0; column < width; column++, at++, out += right) to[out] = from[at] ?? 0;
  }
}
