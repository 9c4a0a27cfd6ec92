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

/** Side of the model's square input, pixels. */
const INPUT = 128;
/** Rows and columns of each grid of anchors, and anchors in each of its cells (MediaPipe's short range graph). */
const GRIDS = [
  { cells: 16, anchors: 2 },
  { cells: 8, anchors: 6 },
];
/** Values an anchor: centre, size, six points. */
const VALUES = 16;
/** Least score of a face. */
const LEAST_SCORE = 0.5;
/** Boxes that overlap more than this (intersection over union) are one face; MediaPipe's value. */
const SAME_FACE = 0.3;

/** A box that is less sure than a smaller one within it by this much is not the whole of that face, but chance. */
const DOUBT = 0.2;

/** BlazeFace: faces not much smaller than an eighth of the region that is searched. */
export class Detector {
  static readonly file = 'face_detection_short_range.tflite';
  static readonly inputShape = [1, INPUT, INPUT, 3];
  private readonly anchors = GRIDS.flatMap(anchorsOf);
  private readonly tensor = new Float32Array(INPUT * INPUT * 3);

  constructor(private readonly network: Network) {}

  /** Faces inside of any of the regions, the surest first. */
  async detect(image: Image, regions: Region[]): Promise<FaceBox[]> {
    const found: FaceBox[] = [];
    for (const region of regions) found.push(...(await this.search(image, region)));
    const faces = merge(found);
    // A region may have shown no more than a part of a face; another one showed it all.
    return faces.filter(
      (face) =>
        !faces.some(
          (other) => other.width > face.width && other.score > face.score - DOUBT && holds(other, face),
        ),
    );
  }

  private async search(image: Image, region: Region): Promise<FaceBox[]> {
    sampleRegion(image, region, INPUT, { gain: 2 / 255, bias: -1, outside: 'black' }, this.tensor);
    const outputs = await this.network.run(this.tensor);
    const boxes = outputs.find((output) => output.length === this.anchors.length * VALUES);
    const scores = outputs.find((output) => output.length === this.anchors.length);
    if (!boxes || !scores) throw new Error(`${Detector.file} does not answer like a face detector.`);
    const found: FaceBox[] = [];
    this.anchors.forEach((anchor, index) => {
      const score = 1 / (1 + Math.exp(-(scores[index] ?? -100)));
      if (score < LEAST_SCORE) return;
      found.push(this.box(boxes.subarray(index * VALUES, (index + 1) * VALUES), anchor, score, region));
    });
    return found;
  }

  private box(values: Float32Array, anchor: Point, score: number, region: Region): FaceBox {
    const scale = region.size / INPUT;
    const cos = Math.cos(region.angle);
    const sin = Math.sin(region.angle);
    const place = (index: number): Point => {
      const dx = ((values[index] ?? 0) + (anchor.x - 0.5) * INPUT) * scale;
      const dy = ((values[index + 1] ?? 0) + (anchor.y - 0.5) * INPUT) * scale;
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
function anchorsOf({ cells, anchors }: (typeof GRIDS)[number]): Point[] {
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

/** Whether the middle of `inner` lies inside of `outer`. */
export function holds(outer: Box, inner: Box): boolean {
  const x = inner.x + inner.width / 2 - outer.x;
  const y = inner.y + inner.height / 2 - outer.y;
  return x > 0 && y > 0 && x < outer.width && y < outer.height;
}

/** Intersection over union of two boxes, 0..1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (a.width * a.height + b.width * b.height - both);
}
