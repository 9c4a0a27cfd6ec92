import { AnchorDetector, type Detection } from './anchors';
import type { Image, Region } from './image';
import type { Network } from './runtime';

/** A hand: a disc about its fingers. Lengths in pixels of the image. */
export interface Hand {
  /** Middle of the fingers, half bent as they mostly are. */
  x: number;
  y: number;
  radius: number;
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
  // The graph takes 0.5; between that and this are mouths with many teeth and folds of cloth.
  leastScore: 0.7,
} as const;
/** Where the points of the wrist and of the middle finger's lowest joint begin among an anchor's values. */
const WRIST = 4;
const MIDDLE_FINGER = 8;
/** Part of the palm's length by which the fingers' middle lies beyond their lowest joints. */
const FINGERS_SHARE = 0.4;

/** Finds hands. */
export class PalmDetector {
  static readonly file = MODEL.file;
  static readonly inputShape = [1, MODEL.input, MODEL.input, 3];
  readonly #detector: AnchorDetector;

  constructor(network: Network) {
    this.#detector = new AnchorDetector(MODEL, network);
  }

  /** Hands in a region, each once, the surest first. Palms of less than a tenth of the region are not found. */
  async find(image: Image, region: Region): Promise<Hand[]> {
    const found = (await this.#detector.detect(image, region)).map(handOf);
    found.sort((a, b) => b.score - a.score);
    return found.filter((hand, index) => !found.slice(0, index).some((better) => same(better, hand)));
  }

  delete(): void {
    this.#detector.delete();
  }
}

function handOf({ score, point }: Detection): Hand {
  const wrist = point(WRIST);
  const joint = point(MIDDLE_FINGER);
  return {
    x: joint.x + FINGERS_SHARE * (joint.x - wrist.x),
    y: joint.y + FINGERS_SHARE * (joint.y - wrist.y),
    radius: Math.hypot(joint.x - wrist.x, joint.y - wrist.y),
    score,
  };
}

function same(a: Hand, b: Hand): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < Math.max(a.radius, b.radius);
}
