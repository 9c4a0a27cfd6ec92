import { AnchorDetector, type Detection } from './anchors';
import type { Image, Region } from './image';
import type { Network } from './runtime';

/** Where a hand may be. Lengths in pixels of the image. */
export interface Palm {
  /** The square in which the whole hand lies, its fingers up. */
  region: Region;
  /** Middle of the palm, and its size. */
  x: number;
  y: number;
  size: number;
  /** How sure the detector is, 0..1. */
  score: number;
}

/** MediaPipe's palm detection graph, the small one. An anchor's values: centre, size, seven points. */
const MODEL = {
  file: 'palm_detection_lite.tflite',
  input: 192,
  scaling: { gain: 1 / 255, bias: 0, outside: 'black' },
  grids: [
    { cells: 24, anchors: 2 },
    { cells: 12, anchors: 6 },
  ],
  values: 18,
  // The graph's own is 0.5, which hands that are cut off or closed do not reach. Whether it is a hand, its points tell.
  leastScore: 0.35,
} as const;
/** Where an anchor's values begin: of the centre, of width and height, of the wrist, of the middle finger's lowest joint. */
const CENTRE = 0;
const WIDTH = 2;
const HEIGHT = 3;
const WRIST = 4;
const MIDDLE_FINGER = 8;
/** The hand's square against the palm's, and how much it lies nearer to the fingers (MediaPipe's hand landmark graph). */
const HAND_SHARE = 2.6;
const FINGERS_SHARE = 0.5;

/** Finds what may be hands. */
export class PalmDetector {
  static readonly file = MODEL.file;
  static readonly inputShape = [1, MODEL.input, MODEL.input, 3];
  readonly #detector: AnchorDetector;

  constructor(network: Network) {
    this.#detector = new AnchorDetector(MODEL, network);
  }

  /** Palms in a region, each once, the surest first. Those of less than a tenth of the region are not found. */
  async find(image: Image, region: Region): Promise<Palm[]> {
    const found = (await this.#detector.detect(image, region)).map(palmOf);
    found.sort((a, b) => b.score - a.score);
    return found.filter((palm, index) => !found.slice(0, index).some((better) => same(better, palm)));
  }

  delete(): void {
    this.#detector.delete();
  }
}

function palmOf({ score, point, length }: Detection): Palm {
  const { x, y } = point(CENTRE);
  const wrist = point(WRIST);
  const joint = point(MIDDLE_FINGER);
  const size = Math.max(length(WIDTH), length(HEIGHT));
  const angle = Math.atan2(joint.x - wrist.x, wrist.y - joint.y);
  const region = {
    x: x + FINGERS_SHARE * size * Math.sin(angle),
    y: y - FINGERS_SHARE * size * Math.cos(angle),
    size: HAND_SHARE * size,
    angle,
  };
  return { region, x, y, size, score };
}

function same(a: Palm, b: Palm): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < Math.max(a.size, b.size) / 2;
}
