import type { Point } from './detector';
import type { Image, Region } from './image';
import type { Network } from './runtime';
import { sampleRegion } from './sampler';

/** A hand: a disc about its fingers. Lengths in pixels of the image. */
export interface Hand {
  /** Middle of the fingers, half bent as they mostly are. */
  x: number;
  y: number;
  radius: number;
  /** How sure the detector is, 0..1. */
  score: number;
}

/** Side of the model's square input, pixels. */
const INPUT = 192;
/** Rows and columns of each grid of anchors, and anchors in each of its cells (MediaPipe's palm detection graph). */
const GRIDS = [
  { cells: 24, anchors: 2 },
  { cells: 12, anchors: 6 },
];
/** Values an anchor: centre, size, seven points. */
const VALUES = 18;
/** Where the points of wrist and of the middle finger's lowest joint begin among them. */
const WRIST = 4;
const MIDDLE_FINGER = 8;
/** Least score of a hand. The graph takes 0.5; between that and this are mouths with many teeth and folds of cloth. */
const LEAST_SCORE = 0.7;
/** Part of the palm's length by which the fingers' middle lies beyond their lowest joints. */
const BEYOND = 0.4;

/** MediaPipe's palm detector, the small one. */
export class PalmDetector {
  static readonly file = 'palm_detection_lite.tflite';
  static readonly inputShape = [1, INPUT, INPUT, 3];
  private readonly anchors = GRIDS.flatMap(anchorsOf);
  private readonly tensor = new Float32Array(INPUT * INPUT * 3);

  constructor(private readonly network: Network) {}

  /** Hands in a region, each once, the surest first. Palms of less than a tenth of the region are not found. */
  async find(image: Image, region: Region): Promise<Hand[]> {
    sampleRegion(image, region, INPUT, { gain: 1 / 255, bias: 0, outside: 'black' }, this.tensor);
    const outputs = await this.network.run(this.tensor);
    const boxes = outputs.find((output) => output.length === this.anchors.length * VALUES);
    const scores = outputs.find((output) => output.length === this.anchors.length);
    if (!boxes || !scores) throw new Error(`${PalmDetector.file} does not answer like a palm detector.`);
    const found: Hand[] = [];
    this.anchors.forEach((anchor, index) => {
      const score = 1 / (1 + Math.exp(-(scores[index] ?? -100)));
      if (score < LEAST_SCORE) return;
      found.push(handOf(boxes.subarray(index * VALUES, (index + 1) * VALUES), anchor, score, region));
    });
    found.sort((a, b) => b.score - a.score);
    return found.filter((hand, index) => !found.slice(0, index).some((better) => same(better, hand)));
  }

  delete(): void {
    this.network.delete();
  }
}

function handOf(values: Float32Array, anchor: Point, score: number, region: Region): Hand {
  const scale = region.size / INPUT;
  const cos = Math.cos(region.angle);
  const sin = Math.sin(region.angle);
  const place = (index: number): Point => {
    const dx = ((values[index] ?? 0) + (anchor.x - 0.5) * INPUT) * scale;
    const dy = ((values[index + 1] ?? 0) + (anchor.y - 0.5) * INPUT) * scale;
    return { x: region.x + dx * cos - dy * sin, y: region.y + dx * sin + dy * cos };
  };
  const wrist = place(WRIST);
  const joint = place(MIDDLE_FINGER);
  return {
    x: joint.x + BEYOND * (joint.x - wrist.x),
    y: joint.y + BEYOND * (joint.y - wrist.y),
    radius: Math.hypot(joint.x - wrist.x, joint.y - wrist.y),
    score,
  };
}

function same(a: Hand, b: Hand): boolean {
  return Math.hypot(a.x - b.x, a.y - b.y) < Math.max(a.radius, b.radius);
}

/** Centres of a grid's anchors in 0..1, in the order of the model's answers. */
function anchorsOf({ cells, anchors }: (typeof GRIDS)[number]): Point[] {
  return Array.from({ length: cells * cells * anchors }, (_, index) => {
    const cell = Math.floor(index / anchors);
    return { x: ((cell % cells) + 0.5) / cells, y: (Math.floor(cell / cells) + 0.5) / cells };
  });
}
