import { AnchorDetector, type Detection } from './anchors';
import type { Image, Point, Region } from './image';
import type { Network } from './runtime';

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

/** MediaPipe's short range graph. An anchor's values: centre, size, six points. */
const MODEL = {
  file: 'face_detection_short_range.tflite',
  input: 128,
  scaling: { gain: 2 / 255, bias: -1, outside: 'black' },
  grids: [
    { cells: 16, anchors: 2 },
    { cells: 8, anchors: 6 },
  ],
  values: 16,
  leastScore: 0.5,
} as const;
/** Boxes that overlap more than this (intersection over union) are one face; MediaPipe's value. */
const SAME_FACE = 0.3;

/**
 * A box that scores lower than a smaller one inside it by this much is a false detection, not the whole of that face.
 */
const DOUBT = 0.2;

/** BlazeFace: faces not much smaller than an eighth of the region that is searched. */
export class Detector {
  static readonly file = MODEL.file;
  static readonly inputShape = [1, MODEL.input, MODEL.input, 3];
  readonly #detector: AnchorDetector;
  /** What was found in pictures that are still around: one is often searched for several reasons. */
  readonly #found = new WeakMap<Image, { region: Region; boxes: FaceBox[] }[]>();

  constructor(network: Network) {
    this.#detector = new AnchorDetector(MODEL, network);
  }

  /** Faces inside of any of the regions, the surest first. */
  async detect(image: Image, regions: Region[]): Promise<FaceBox[]> {
    const found: FaceBox[] = [];
    for (const region of regions) found.push(...(await this.#search(image, region)));
    const faces = merge(found);
    // A region may have shown only a part of a face that another one shows completely.
    return faces.filter(
      (face) =>
        !faces.some(
          (other) => other.width > face.width && other.score > face.score - DOUBT && holds(other, face),
        ),
    );
  }

  async #search(image: Image, region: Region): Promise<FaceBox[]> {
    const searches = this.#found.get(image) ?? [];
    this.#found.set(image, searches);
    const before = searches.find((one) => isSame(one.region, region));
    if (before) return before.boxes;
    const boxes = (await this.#detector.detect(image, region)).map(boxOf);
    searches.push({ region, boxes });
    return boxes;
  }

  delete(): void {
    this.#detector.delete();
  }
}

function isSame(a: Region, b: Region): boolean {
  return a.x === b.x && a.y === b.y && a.size === b.size && a.angle === b.angle;
}

function boxOf({ score, point, length }: Detection): FaceBox {
  const centre = point(0);
  const width = length(2);
  const height = length(3);
  const points = [4, 6, 8, 10, 12, 14].map(point);
  return { x: centre.x - width / 2, y: centre.y - height / 2, width, height, score, points };
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
