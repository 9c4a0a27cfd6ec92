import type { Image, Region } from './image';
import type { Network } from './runtime';
import { sampleRegion } from './sampler';

export interface Point {
  x: number;
  y: number;
}

/** A face found in an image; lengths in pixels of that image. */
export interface FaceBox {
  x: number;
  y: number;
  width: number;
  height: number;
  /** How sure the detector is, 0..1. */
  score: number;
  /** The person's right eye (at the left as seen), left eye, nose tip, mouth, right ear, left ear. */
  points: Point[];
}

/** How a BlazeFace model lays out its answers (MediaPipe's face_detection_*.pbtxt graphs). */
interface DetectorModel {
  file: string;
  /** Side of the square input, pixels. */
  input: number;
  /** Rows and columns of each grid of anchors, and anchors in each of its cells. */
  grids: readonly { cells: number; anchors: number }[];
}

/** Faces up to about two metres away; the main detector. */
export const SHORT_RANGE: DetectorModel = {
  file: 'face_detection_short_range.tflite',
  input: 128,
  grids: [
    { cells: 16, anchors: 2 },
    { cells: 8, anchors: 6 },
  ],
};

/** Far and small faces; weaker on close ones and about four times as slow. For bystanders. */
export const FULL_RANGE: DetectorModel = {
  file: 'face_detection_full_range.tflite',
  input: 192,
  grids: [{ cells: 48, anchors: 1 }],
};

/** Values an anchor: centre, size, six points. */
const VALUES = 16;
/** Boxes that overlap more than this (intersection over union) are one face; MediaPipe's value. */
const SAME_FACE = 0.3;

export class Detector {
  private readonly anchors: Point[];
  private readonly tensor: Float32Array;

  constructor(
    private readonly model: DetectorModel,
    private readonly network: Network,
  ) {
    this.anchors = model.grids.flatMap(anchorsOf);
    this.tensor = new Float32Array(model.input * model.input * 3);
  }

  /** Faces inside `region` with a score of at least `minScore`, the surest first. */
  async detect(image: Image, region: Region, minScore: number): Promise<FaceBox[]> {
    const { input } = this.model;
    sampleRegion(image, region, input, { gain: 2 / 255, bias: -1, outside: 'black' }, this.tensor);
    const outputs = await this.network.run(this.tensor);
    const boxes = outputs.find((output) => output.length === this.anchors.length * VALUES);
    const scores = outputs.find((output) => output.length === this.anchors.length);
    if (!boxes || !scores) throw new Error(`${this.model.file} does not answer like a face detector.`);
    const found: FaceBox[] = [];
    this.anchors.forEach((anchor, index) => {
      const score = 1 / (1 + Math.exp(-(scores[index] ?? -100)));
      if (score < minScore) return;
      found.push(this.box(boxes.subarray(index * VALUES, (index + 1) * VALUES), anchor, score, region));
    });
    return merge(found);
  }

  private box(values: Float32Array, anchor: Point, score: number, region: Region): FaceBox {
    const { input } = this.model;
    const scale = region.size / input;
    const cos = Math.cos(region.angle);
    const sin = Math.sin(region.angle);
    const place = (index: number): Point => {
      const dx = ((values[index] ?? 0) + (anchor.x - 0.5) * input) * scale;
      const dy = ((values[index + 1] ?? 0) + (anchor.y - 0.5) * input) * scale;
      return { x: region.x + dx * cos - dy * sin, y: region.y + dx * sin + dy * cos };
    };
    const centre = place(0);
    const width = (values[2] ?? 0) * scale;
    const height = (values[3] ?? 0) * scale;
    const points = [4, 6, 8, 10, 12, 14].map(place);
    return { x: centre.x - width / 2, y: centre.y - height / 2, width, height, score, points };
  }

  delete(): void {
    this.network.delete();
  }
}

/** Centres of a grid's anchors in 0..1, in the order of the model's answers. */
function anchorsOf({ cells, anchors }: { cells: number; anchors: number }): Point[] {
  const centres: Point[] = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const centre = { x: (column + 0.5) / cells, y: (row + 0.5) / cells };
      for (let anchor = 0; anchor < anchors; anchor++) centres.push(centre);
    }
  }
  return centres;
}

/** Non-maximum suppression that averages the boxes of one face by their scores, as MediaPipe does. */
function merge(boxes: FaceBox[]): FaceBox[] {
  let left = [...boxes].sort((a, b) => b.score - a.score);
  const faces: FaceBox[] = [];
  for (let best = left[0]; best; best = left[0]) {
    const top = best;
    const same = left.filter((box) => box === top || overlap(top, box) > SAME_FACE);
    faces.push(average(same, top.score));
    left = left.filter((box) => !same.includes(box));
  }
  return faces;
}

function average(boxes: FaceBox[], score: number): FaceBox {
  const total = boxes.reduce((sum, box) => sum + box.score, 0);
  const mean = (value: (box: FaceBox) => number): number =>
    boxes.reduce((sum, box) => sum + value(box) * box.score, 0) / total;
  return {
    x: mean((box) => box.x),
    y: mean((box) => box.y),
    width: mean((box) => box.width),
    height: mean((box) => box.height),
    score,
    points: [0, 1, 2, 3, 4, 5].map((index) => ({
      x: mean((box) => box.points[index]?.x ?? 0),
      y: mean((box) => box.points[index]?.y ?? 0),
    })),
  };
}

type Box = Pick<FaceBox, 'x' | 'y' | 'width' | 'height'>;

/** Intersection over union of two boxes, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
