import sharp from 'sharp';
import type { Point, YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { toYuv } from './canvas';

/** A cut-out picture that is placed over frames. */
export interface Overlay {
  picture: YuvImage;
  /** How opaque each pixel is, 0..255. */
  alpha: Uint8Array;
  /** The point of it that is put into its place, pixels. */
  anchor: Point;
}

/** From this on a pixel hides what is behind it. */
const OPAQUE = 128;

/** Cuts an overlay out of a picture with an alpha channel; `anchor` as shares of its sides. */
export async function makeOverlay(picture: sharp.Sharp, anchor: Point): Promise<Overlay> {
  const { data, info } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const [width, height] = [info.width & ~1, info.height & ~1];
  const rgb = new Uint8Array(width * height * 3);
  const alpha = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * info.width + column) * 4;
      const to = row * width + column;
      rgb.set(data.subarray(from, from + 3), to * 3);
      alpha[to] = data[from + 3] ?? 0;
    }
  }
  return {
    picture: toYuv({ format: 'rgb', width, height, data: rgb }),
    alpha,
    anchor: { x: anchor.x * width, y: anchor.y * height },
  };
}

/** An overlay in its place in a frame. */
export class PlacedOverlay {
  readonly #overlay: Overlay;
  readonly #left: number;
  readonly #top: number;

  /** @param place Where its anchor comes to lie, pixels of the frame. */
  constructor(overlay: Overlay, place: Point) {
    this.#overlay = overlay;
    // Even, so that the halved colours fit.
    this.#left = 2 * Math.round((place.x - overlay.anchor.x) / 2);
    this.#top = 2 * Math.round((place.y - overlay.anchor.y) / 2);
  }

  hides({ x, y }: Point): boolean {
    const { alpha, picture } = this.#overlay;
    const [column, row] = [Math.floor(x) - this.#left, Math.floor(y) - this.#top];
    if (column < 0 || row < 0 || column >= picture.width || row >= picture.height) return false;
    return (alpha[row * picture.width + column] ?? 0) >= OPAQUE;
  }

  /** @returns How many pixels of the frame it hides. */
  draw(frame: YuvImage): number {
    const { picture, alpha } = this.#overlay;
    const first = { x: Math.max(0, -this.#left), y: Math.max(0, -this.#top) };
    const last = {
      x: Math.min(picture.width, frame.width - this.#left),
      y: Math.min(picture.height, frame.height - this.#top),
    };
    let hidden = 0;
    for (let row = first.y; row < last.y; row++) {
      for (let column = first.x; column < last.x; column++) {
        const at = row * picture.width + column;
        const opaque = alpha[at] ?? 0;
        if (opaque === 0) continue;
        if (opaque >= OPAQUE) hidden++;
        const to = (row + this.#top) * frame.width + column + this.#left;
        frame.y[to] = mix(frame.y[to] ?? 0, picture.y[at] ?? 0, opaque);
        if (row % 2 === 1 || column % 2 === 1) continue;
        const from = (row / 2) * (picture.width / 2) + column / 2;
        const chroma = ((row + this.#top) / 2) * (frame.width / 2) + (column + this.#left) / 2;
        frame.u[chroma] = mix(frame.u[chroma] ?? 0, picture.u[from] ?? 0, opaque);
        frame.v[chroma] = mix(frame.v[chroma] ?? 0, picture.v[from] ?? 0, opaque);
      }
    }
    return hidden;
  }
}

function mix(below: number, above: number, opaque: number): number {
  return below + ((above - below) * opaque) / 255 + 0.5;
}
