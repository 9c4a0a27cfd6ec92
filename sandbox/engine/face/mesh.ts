import type { FaceBox, Point } from './detector';
import type { Image, Region } from './image';
import type { Network } from './runtime';
import { sampleRegion } from './sampler';

/** 468 landmarks of one face. */
export interface FaceMesh {
  /**
   * x, y and depth of each landmark, in pixels of the image. Depth uses the same unit as x, is 0 near the
   * middle of the head and gets smaller towards the camera. Numbering: MediaPipe's canonical face.
   */
  points: Float32Array;
  /** How sure the model is that it sees a face at all, 0..1; below 0.5 the points mean nothing. */
  presence: number;
}

export const LANDMARKS = 468;

const INPUT = 192;
/** The model wants the face with this much around it (MediaPipe's face_landmark graphs). */
const PADDING = 1.5;
/** Outer corners of the person's right and left eye. */
const RIGHT_EYE = 33;
const LEFT_EYE = 263;

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
  const right = landmark(mesh, RIGHT_EYE);
  const left = landmark(mesh, LEFT_EYE);
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

export class MeshModel {
  static readonly file = 'face_landmark.tflite';
  static readonly inputShape = [1, INPUT, INPUT, 3];
  private readonly tensor = new Float32Array(INPUT * INPUT * 3);

  constructor(private readonly network: Network) {}

  /** Fits the mesh to the face in `region` (from `regionOfBox` or `regionOfMesh`). */
  async fit(image: Image, region: Region): Promise<FaceMesh> {
    sampleRegion(image, region, INPUT, { gain: 1 / 255, bias: 0, outside: 'edge' }, this.tensor);
    const outputs = await this.network.run(this.tensor);
    const raw = outputs.find((output) => output.length === LANDMARKS * 3);
    const flag = outputs.find((output) => output.length === 1);
    if (!raw || !flag) throw new Error(`${MeshModel.file} does not answer like a face mesh.`);
    return { points: intoImage(raw, region), presence: 1 / (1 + Math.exp(-(flag[0] ?? -100))) };
  }

  delete(): void {
    this.network.delete();
  }
}

/** Turns the model's points (pixels of its input) into points of the image. */
function intoImage(raw: Float32Array, region: Region): Float32Array {
  const scale = region.size / INPUT;
  const cos = Math.cos(region.angle) * scale;
  const sin = Math.sin(region.angle) * scale;
  const points = new Float32Array(LANDMARKS * 3);
  for (let index = 0; index < LANDMARKS; index++) {
    const dx = (raw[index * 3] ?? 0) - INPUT / 2;
    const dy = (raw[index * 3 + 1] ?? 0) - INPUT / 2;
    points[index * 3] = region.x + dx * cos - dy * sin;
    points[index * 3 + 1] = region.y + dx * sin + dy * cos;
    points[index * 3 + 2] = (raw[index * 3 + 2] ?? 0) * scale;
  }
  return points;
}
