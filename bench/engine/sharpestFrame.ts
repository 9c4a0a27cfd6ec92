import type { FaceModels, YuvImage } from '@ozflow/oz-sandbox/engine/face/index';

/** Frames are compared at about this width, pixels. */
const WIDTH_PIXELS = 320;

/** Keeps small copies of a clip's frames and tells which are the sharpest: the baselines of the benchmark. */
export class SharpnessBaseline {
  readonly #frames: { small: YuvImage; sharpness: number; index: number }[] = [];

  add(frame: YuvImage): void {
    const small = reduce(frame, Math.max(1, Math.round(Math.min(frame.width, frame.height) / WIDTH_PIXELS)));
    this.#frames.push({ small, sharpness: laplacian(small), index: this.#frames.length });
  }

  /** The frame with the strongest Laplacian. */
  sharpest(): number | null {
    return this.#ranked()[0]?.index ?? null;
  }

  /** The same among the frames that show a face. */
  async sharpestWithFace(models: FaceModels): Promise<number | null> {
    for (const { small, index } of this.#ranked()) {
      const faces = await models.detect(small);
      if (faces.length > 0) return index;
    }
    return null;
  }

  #ranked(): { small: YuvImage; index: number }[] {
    return [...this.#frames].sort((a, b) => b.sharpness - a.sharpness);
  }
}

/** Averages squares of `factor` × `factor` pixels; colours are left out. */
function reduce(frame: YuvImage, factor: number): YuvImage {
  const width = Math.floor(frame.width / factor / 2) * 2;
  const height = Math.floor(frame.height / factor / 2) * 2;
  const y = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let dy = 0; dy < factor; dy++) {
        const at = (row * factor + dy) * frame.width + column * factor;
        for (let dx = 0; dx < factor; dx++) sum += frame.y[at + dx] ?? 0;
      }
      y[row * width + column] = sum / (factor * factor);
    }
  }
  const grey = new Uint8Array((width * height) / 4).fill(128);
  return { ...frame, width, height, y, u: grey, v: grey };
}

/** Variance of the Laplacian, the usual measure of focus. */
function laplacian({ y, width, height }: YuvImage): number {
  let sum = 0;
  let squares = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
      const value =
        4 * (y[at] ?? 0) - (y[at - 1] ?? 0) - (y[at + 1] ?? 0) - (y[at - width] ?? 0) - (y[at + width] ?? 0);
      sum += value;
      squares += value * value;
    }
  }
  const count = (width - 2) * (height - 2);
  return squares / count - (sum / count) ** 2;
}
