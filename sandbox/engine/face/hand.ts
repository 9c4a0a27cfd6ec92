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
const WRIST = 0;
/** Lowest joints of index, middle and ring finger: from the wrist towards them is up. */
const KNUCKLES = [5, 9, 13] as const;
/** Wrist, thumb and the lower joints of the fingers: where they are, the hand is, however fingers are bent. */
const PALM = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18] as const;
/** The square in which the model wants a hand against the box of its palm, and how much it lies nearer to the fingers. */
const AROUND = 2;
const TOWARDS_FINGERS = 0.1;

/** MediaPipe's hand landmarks, the small model. */
export class HandModel {
  static readonly file = 'hand_landmark_lite.tflite';
  static readonly inputShape = [1, INPUT, INPUT, 3];
  readonly #tensor = new Float32Array(INPUT * INPUT * 3);
  readonly #network: Network;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Fits the points to the hand that may be in `region` (see `Palm`), and again where they are then. */
  async fit(image: Image, region: Region): Promise<Hand> {
    const first = await this.#fitOnce(image, region);
    return this.#fitOnce(image, regionOfHand(first));
  }

  async #fitOnce(image: Image, region: Region): Promise<Hand> {
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

/** Where to look for the same hand again, as MediaPipe's hand landmark graph does. */
function regionOfHand({ points }: Hand): Region {
  const at = (index: number): Point => points[index] ?? { x: NaN, y: NaN };
  const [index, middle, ring] = KNUCKLES.map(at);
  const between = (name: 'x' | 'y'): number =>
    ((index?.[name] ?? NaN) + (ring?.[name] ?? NaN) + 2 * (middle?.[name] ?? NaN)) / 4;
  const wrist = at(WRIST);
  const angle = Math.atan2(between('x') - wrist.x, wrist.y - between('y'));
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const palm = PALM.map(at).map(({ x, y }) => ({ along: x * cos + y * sin, down: y * cos - x * sin }));
  const [left, right] = ends(palm.map(({ along }) => along));
  const [top, bottom] = ends(palm.map(({ down }) => down));
  const along = (left + right) / 2;
  const down = (top + bottom) / 2 - TOWARDS_FINGERS * (bottom - top);
  return {
    x: along * cos - down * sin,
    y: along * sin + down * cos,
    size: AROUND * Math.max(right - left, bottom - top),
    angle,
  };
}

function ends(values: number[]): [least: number, most: number] {
  return [Math.min(...values), Math.max(...values)];
}
