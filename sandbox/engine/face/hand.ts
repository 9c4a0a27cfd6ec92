import type { Image, Point, Region } from './image';
import type { Network } from './runtime';
import { sampleRegion } from './sampler';

/** A hand, in pixels of the image. */
export interface Hand {
  /** The wrist, and four joints of each finger from the palm to the tip, the thumb's first. */
  points: Point[];
  /** How sure the model is that it sees a hand, 0..1. */
  presence: number;
}

/** Side of the model's square input, pixels. */
const INPUT = 224;
const POINTS = 21;

/**
 * MediaPipe's hand landmarks, the large model: where the small one takes blurred and closed hands and faces alike for
 * half a hand, this one tells them apart.
 */
export class HandModel {
  static readonly file = 'hand_landmark_full.tflite';
  static readonly inputShape = [1, INPUT, INPUT, 3];
  readonly #tensor = new Float32Array(INPUT * INPUT * 3);
  readonly #network: Network;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Fits the points to the hand that may be in `region` (see `Palm`). */
  async fit(image: Image, region: Region): Promise<Hand> {
    sampleRegion(image, region, INPUT, { gain: 1 / 255, bias: 0, outside: 'black' }, this.#tensor);
    const outputs = await this.#network.run(this.#tensor);
    // Points in the picture come before those in space, and whether it is a hand before which one.
    const raw = outputs.find((output) => output.length === POINTS * 3);
    const flag = outputs.find((output) => output.length === 1);
    if (!raw || !flag) throw new Error(`${HandModel.file} does not answer like a hand model.`);
    const scale = region.size / INPUT;
    const cos = Math.cos(region.angle);
    const sin = Math.sin(region.angle);
    const points = Array.from({ length: POINTS }, (_, index) => {
      const dx = ((raw[index * 3] ?? 0) - INPUT / 2) * scale;
      const dy = ((raw[index * 3 + 1] ?? 0) - INPUT / 2) * scale;
      return { x: region.x + dx * cos - dy * sin, y: region.y + dx * sin + dy * cos };
    });
    return { points, presence: flag[0] ?? 0 };
  }

  delete(): void {
    this.#network.delete();
  }
}
