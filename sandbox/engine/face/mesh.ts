import type { FaceBox } from './detector';
import type { Image, Point, Region } from './image';
import type { Network } from './runtime';
import {
  cutPart,
  FEATURES,
  fromPart,
  gridOfPart,
  LEFT_EYE,
  LIPS,
  PART_SIDE,
  RIGHT_EYE,
  type Part,
} from './refinement';
import { sampleRegion } from './sampler';

/** 468 landmarks of one face, and its irises. */
export interface FaceMesh {
  /**
   * x, y and depth of each landmark, in pixels of the image. Depth uses the same unit as x, is 0 near the
   * middle of the head and gets smaller towards the camera. Numbering: MediaPipe's canonical face; then five points of
   * the person's right iris (middle, right as seen, top, left, bottom) and five of the left one, which may be missing.
   */
  points: Float32Array;
  /** How sure the model is that it sees a face at all, 0..1; below 0.5 the points mean nothing. */
  presence: number;
}

export const LANDMARKS = 468;
/** The middle of each iris, numbered after the landmarks. */
export const RIGHT_IRIS = LANDMARKS;
export const LEFT_IRIS = LANDMARKS + 5;
const POINTS = LANDMARKS + 10;

const INPUT_PIXELS = 192;
/** The model wants the face with this much around it (MediaPipe's face_landmark graphs). */
const PADDING = 1.5;
/** Outer corners of the person's right and left eye. */
const RIGHT_CORNER = 33;
const LEFT_CORNER = 263;

/** The x and y of one landmark. */
export function landmark(mesh: FaceMesh, index: number): Point {
  return { x: mesh.points[index * 3] ?? NaN, y: mesh.points[index * 3 + 1] ?? NaN };
}

/** Where to look for the mesh of a detected face: the box, upright along the line of the eyes, and more. */
export function regionOfBox(box: FaceBox): Region {
  const [right, left] = box.points;
  const angle = right && left ? Math.atan2(left.y - right.y, left.x - right.x) : 0;
  return {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    size: Math.max(box.width, box.height) * PADDING,
    angle,
  };
}

/** Where to look for the same face in the next frame. */
export function regionOfMesh(mesh: FaceMesh): Region {
  const right = landmark(mesh, RIGHT_CORNER);
  const left = landmark(mesh, LEFT_CORNER);
  const angle = Math.atan2(left.y - right.y, left.x - right.x);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  let [minX, maxX, minY, maxY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let index = 0; index < LANDMARKS; index++) {
    const { x, y } = landmark(mesh, index);
    const along = x * cos + y * sin;
    const across = y * cos - x * sin;
    minX = Math.min(minX, along);
    maxX = Math.max(maxX, along);
    minY = Math.min(minY, across);
    maxY = Math.max(maxY, across);
  }
  const along = (minX + maxX) / 2;
  const across = (minY + maxY) / 2;
  return {
    x: along * cos - across * sin,
    y: along * sin + across * cos,
    size: Math.max(maxX - minX, maxY - minY) * PADDING,
    angle,
  };
}

/** The parts in the order of the second half's inputs, and where the points of each part's iris are numbered from. */
const PARTS: readonly { part: Part; iris?: number }[] = [
  { part: LIPS },
  { part: RIGHT_EYE, iris: RIGHT_IRIS },
  { part: LEFT_EYE, iris: LEFT_IRIS },
];
/** Features for one pixel of the input. */
const SCALE = FEATURES.side / INPUT_PIXELS;

/** MediaPipe's face mesh with attention, in two halves. */
export class MeshModel {
  static readonly files = {
    mesh: 'face_landmark_with_attention_mesh.tflite',
    regions: 'face_landmark_with_attention_regions.tflite',
  } as const;
  static readonly inputShapes = {
    mesh: [[1, INPUT_PIXELS, INPUT_PIXELS, 3]],
    regions: PARTS.map(() => [1, PART_SIDE, PART_SIDE, FEATURES.depth]),
  };
  readonly #tensor = new Float32Array(INPUT_PIXELS * INPUT_PIXELS * 3);
  readonly #parts = PARTS.map(() => new Float32Array(PART_SIDE * PART_SIDE * FEATURES.depth));

  readonly #networks: { mesh: Network; regions: Network };

  /** @param networks The two halves: what finds the mesh, and what refines its regions. */
  constructor(networks: { mesh: Network; regions: Network }) {
    this.#networks = networks;
  }

  /** Fits the mesh to the face in `region` (from `regionOfBox` or `regionOfMesh`). */
  async fit(image: Image, region: Region): Promise<FaceMesh> {
    sampleRegion(image, region, INPUT_PIXELS, { gain: 1 / 255, bias: 0, outside: 'edge' }, this.#tensor);
    const outputs = await this.#networks.mesh.run(this.#tensor);
    const features = outputs.find((output) => output.length === FEATURES.side ** 2 * FEATURES.depth);
    const raw = outputs.find((output) => output.length === LANDMARKS * 3);
    const flag = outputs.find((output) => output.length === 1);
    if (!features || !raw || !flag) {
      throw new Error(`${MeshModel.files.mesh} does not answer like a face mesh.`);
    }
    const presence = 1 / (1 + Math.exp(-(flag[0] ?? -100)));
    const refined = await this.#refine(features, raw);
    return { points: intoImage(refined, region), presence };
  }

  /** Refines the points of lips and eyes and adds the irises. */
  async #refine(features: Float32Array, raw: Float32Array): Promise<Float32Array> {
    const points = new Float32Array(POINTS * 3);
    points.set(raw);
    const grids = PARTS.map(({ part }) => gridOfPart(raw, part, SCALE));
    grids.forEach((grid, index) => cutPart(features, grid, this.#parts[index] ?? new Float32Array()));
    const outputs = await this.#networks.regions.run(...this.#parts);
    let next = 0;
    PARTS.forEach(({ part, iris }, index) => {
      const grid = grids[index];
      const place = (numbers: readonly number[]): void => {
        const values = outputs[next++];
        if (!grid || values?.length !== numbers.length * 2) {
          throw new Error(`${MeshModel.files.regions} does not answer like parts of a face mesh.`);
        }
        numbers.forEach((number, at) => {
          const { x, y } = fromPart(grid, values[at * 2] ?? 0, values[at * 2 + 1] ?? 0, SCALE);
          points[number * 3] = x;
          points[number * 3 + 1] = y;
        });
      };
      place(part.landmarks);
      if (iris !== undefined) place([0, 1, 2, 3, 4].map((at) => iris + at));
    });
    return points;
  }

  delete(): void {
    this.#networks.mesh.delete();
    this.#networks.regions.delete();
  }
}

/** Turns the model's points (pixels of its input) into points of the image. */
function intoImage(raw: Float32Array, region: Region): Float32Array {
  const scale = region.size / INPUT_PIXELS;
  const cos = Math.cos(region.angle) * scale;
  const sin = Math.sin(region.angle) * scale;
  const points = new Float32Array(raw.length);
  for (let at = 0; at < raw.length; at += 3) {
    const dx = (raw[at] ?? 0) - INPUT_PIXELS / 2;
    const dy = (raw[at + 1] ?? 0) - INPUT_PIXELS / 2;
    points[at] = region.x + dx * cos - dy * sin;
    points[at + 1] = region.y + dx * sin + dy * cos;
    points[at + 2] = (raw[at + 2] ?? 0) * scale;
  }
  return points;
}
