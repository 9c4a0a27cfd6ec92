import type { Image, Point, Region } from './image';
import type { Network } from './runtime';
import { sampleRegion, type Scaling } from './sampler';

/** A network that answers with a score and some values for each anchor of fixed grids, as MediaPipe's detectors do. */
export interface AnchorModel {
  file: string;
  /** Side of the square input, pixels. */
  input: number;
  scaling: Scaling;
  /** Rows and columns of each grid of anchors, and anchors in each of its cells. */
  grids: readonly { cells: number; anchors: number }[];
  /** Values an anchor: centre, size, points. */
  values: number;
  /** Least score of what counts as found, 0..1. */
  leastScore: number;
}

/** What one anchor has found. */
export interface Detection {
  /** How sure the network is, 0..1. */
  score: number;
  /** The point whose x and y begin at the `index`th value, in the image. */
  point: (index: number) => Point;
  /** The length at the `index`th value, in pixels of the image. */
  length: (index: number) => number;
}

/** Runs such a network. */
export class AnchorDetector {
  readonly #model: AnchorModel;
  readonly #network: Network;
  readonly #anchors: Point[];
  readonly #tensor: Float32Array;

  constructor(model: AnchorModel, network: Network) {
    this.#model = model;
    this.#network = network;
    this.#anchors = model.grids.flatMap(anchorsOf);
    this.#tensor = new Float32Array(model.input ** 2 * 3);
  }

  /** All that the anchors find in a region; one thing may be found by several of them. */
  async detect(image: Image, region: Region): Promise<Detection[]> {
    const { file, input, scaling, values: width, leastScore } = this.#model;
    sampleRegion(image, region, input, scaling, this.#tensor);
    const outputs = await this.#network.run(this.#tensor);
    const values = outputs.find((output) => output.length === this.#anchors.length * width);
    const scores = outputs.find((output) => output.length === this.#anchors.length);
    if (!values || !scores) throw new Error(`${file} does not answer like a detector.`);
    const scale = region.size / input;
    const cos = Math.cos(region.angle);
    const sin = Math.sin(region.angle);
    const found: Detection[] = [];
    this.#anchors.forEach((anchor, number) => {
      const score = 1 / (1 + Math.exp(-(scores[number] ?? -100)));
      if (score < leastScore) return;
      const value = (index: number): number => values[number * width + index] ?? 0;
      const point = (index: number): Point => {
        const dx = (value(index) + (anchor.x - 0.5) * input) * scale;
        const dy = (value(index + 1) + (anchor.y - 0.5) * input) * scale;
        return { x: region.x + dx * cos - dy * sin, y: region.y + dx * sin + dy * cos };
      };
      found.push({ score, point, length: (index) => value(index) * scale });
    });
    return found;
  }

  delete(): void {
    this.#network.delete();
  }
}

/** Centres of a grid's anchors in 0..1, in the order of the network's answers. */
function anchorsOf({ cells, anchors }: AnchorModel['grids'][number]): Point[] {
  return Array.from({ length: cells * cells * anchors }, (_, index) => {
    const cell = Math.floor(index / anchors);
    return { x: ((cell % cells) + 0.5) / cells, y: (Math.floor(cell / cells) + 0.5) / cells };
  });
}
