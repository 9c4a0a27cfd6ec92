import { LANDMARKS, type FaceMesh } from './mesh';

/** The average face the models are made for, from MediaPipe's geometry_pipeline_metadata. */
export interface CanonicalFace {
  /** x (towards the person's left), y (up) and z (towards the camera) of the 468 landmarks, centimetres. */
  points: Float32Array;
  /** Corner numbers of its triangles, three each. */
  triangles: number[];
  /** Landmarks that move least when a face speaks or blinks, with their weight for finding its pose. */
  basis: { landmark: number; weight: number }[];
}

/** Degrees. */
export interface Pose {
  /** Positive: the face is turned to the right edge of the picture. */
  yaw: number;
  /** Positive: the face looks up. */
  pitch: number;
  /** Positive: the head leans clockwise as seen, to the right edge of the picture. */
  roll: number;
}

/** Floats a vertex in the metadata: position and texture coordinates. */
const FLOATS_PER_VERTEX = 5;

/**
 * Reads the metadata file (protobuf message GeometryPipelineMetadata of MediaPipe: 1 canonical mesh with
 * 3 vertices and 4 triangles, 2 the basis for Procrustes analysis).
 *
 * @throws Error when the bytes hold no face of 468 landmarks.
 */
export async function readCanonicalFace(bytes: Uint8Array): Promise<CanonicalFace> {
  const { PbfReader } = await import('pbf');
  const vertices: number[] = [];
  const face: CanonicalFace = { points: new Float32Array(LANDMARKS * 3), triangles: [], basis: [] };
  new PbfReader(bytes).readFields((field, _, message) => {
    if (field === 1) {
      message.readMessage((part, __, mesh) => {
        if (part === 3) mesh.readPackedFloat(vertices);
        if (part === 4) mesh.readPackedVarint(face.triangles);
      }, null);
    }
    if (field === 2) {
      const entry = { landmark: 0, weight: 0 };
      message.readMessage((part, __, basis) => {
        if (part === 1) entry.landmark = basis.readVarint();
        if (part === 2) entry.weight = basis.readFloat();
      }, null);
      face.basis.push(entry);
    }
  }, null);
  if (vertices.length !== LANDMARKS * FLOATS_PER_VERTEX || face.basis.length === 0) {
    throw new Error('The face geometry file does not hold a face of 468 landmarks; build the models again.');
  }
  for (let index = 0; index < LANDMARKS; index++) {
    for (let axis = 0; axis < 3; axis++) {
      face.points[index * 3 + axis] = vertices[index * FLOATS_PER_VERTEX + axis] ?? 0;
    }
  }
  return face;
}

/**
 * How a face is turned: the rotation that best lays the canonical face over the mesh (weighted Procrustes
 * analysis). The measured angle is about four fifths of the true one, and pitch carries an offset of some
 * degrees for each person and camera.
 */
export function headPose(mesh: FaceMesh, face: CanonicalFace): Pose {
  const rotation = nearestRotation(covariance(mesh, face));
  const degrees = 180 / Math.PI;
  // Column z is where the face looks, column y where its top points: x right, y up, z to the camera.
  const [, upX, lookX, , upY, lookY, , , lookZ] = rotation;
  return {
    yaw: Math.atan2(lookX, lookZ) * degrees,
    pitch: Math.asin(Math.max(-1, Math.min(1, lookY))) * degrees,
    roll: Math.atan2(upX, upY) * degrees,
  };
}

/**
 * The shape of a face with the head's turn taken out: x (to the right as seen), y (down) and z of each landmark as from the
 * front, about the middle of the landmarks that move least, in pixels of the picture.
 */
export function straightened(mesh: FaceMesh, face: CanonicalFace): Float32Array {
  const [a, b, c, d, e, f, g, h, i] = nearestRotation(covariance(mesh, face));
  const total = face.basis.reduce((sum, { weight }) => sum + weight, 0);
  const middle = [0, 1, 2].map(
    (axis) =>
      face.basis.reduce((sum, one) => sum + one.weight * (mesh.points[one.landmark * 3 + axis] ?? 0), 0) /
      total,
  );
  const [middleX = 0, middleY = 0, middleZ = 0] = middle;
  const points = new Float32Array(LANDMARKS * 3);
  for (let at = 0; at < points.length; at += 3) {
    const x = (mesh.points[at] ?? 0) - middleX;
    const y = middleY - (mesh.points[at + 1] ?? 0);
    const z = middleZ - (mesh.points[at + 2] ?? 0);
    // The rotation is undone by its transposed.
    points[at] = a * x + d * y + g * z;
    points[at + 1] = -(b * x + e * y + h * z);
    points[at + 2] = c * x + f * y + i * z;
  }
  return points;
}

/** Row-major 3 × 3. */
type Matrix = [number, number, number, number, number, number, number, number, number];

/** Sum of weight × mesh point × canonical point, both about their weighted centres; the mesh with y up. */
function covariance(mesh: FaceMesh, face: CanonicalFace): Matrix {
  const total = face.basis.reduce((sum, { weight }) => sum + weight, 0);
  const seen = [0, 0, 0];
  const known = [0, 0, 0];
  const read = (landmark: number, axis: number): number =>
    (axis === 0 ? 1 : -1) * (mesh.points[landmark * 3 + axis] ?? 0);
  for (const { landmark, weight } of face.basis) {
    for (let axis = 0; axis < 3; axis++) {
      seen[axis] = (seen[axis] ?? 0) + (read(landmark, axis) * weight) / total;
      known[axis] = (known[axis] ?? 0) + ((face.points[landmark * 3 + axis] ?? 0) * weight) / total;
    }
  }
  const sum: Matrix = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (const { landmark, weight } of face.basis) {
    for (let row = 0; row < 3; row++) {
      const from = (read(landmark, row) - (seen[row] ?? 0)) * weight;
      for (let column = 0; column < 3; column++) {
        const to = (face.points[landmark * 3 + column] ?? 0) - (known[column] ?? 0);
        sum[row * 3 + column] = (sum[row * 3 + column] ?? 0) + from * to;
      }
    }
  }
  return sum;
}

/**
 * The rotation nearest to a matrix: its polar factor by Newton's iteration (Higham, "Computing the polar
 * decomposition", 1986). Converges in a handful of steps for faces, whose covariance is never singular.
 */
function nearestRotation(matrix: Matrix): Matrix {
  let current = matrix;
  for (let step = 0; step < 30; step++) {
    const next = average(current, inverseTransposed(current));
    const change = next.reduce((sum, value, index) => sum + Math.abs(value - (current[index] ?? 0)), 0);
    current = next;
    if (change < 1e-9) break;
  }
  return current;
}

type Index = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Half of a and half of b, each scaled so that both have the same size; keeps large matrices converging fast. */
function average(a: Matrix, b: Matrix): Matrix {
  const scale = Math.sqrt(norm(b) / norm(a));
  const blend = (index: Index): number => (a[index] * scale + b[index] / scale) / 2;
  return [blend(0), blend(1), blend(2), blend(3), blend(4), blend(5), blend(6), blend(7), blend(8)];
}

function norm(matrix: Matrix): number {
  return Math.hypot(...matrix);
}

function inverseTransposed([a, b, c, d, e, f, g, h, i]: Matrix): Matrix {
  const A = e * i - f * h;
  const B = f * g - d * i;
  const C = d * h - e * g;
  const determinant = a * A + b * B + c * C;
  const cofactors: Matrix = [
    A,
    B,
    C,
    c * h - b * i,
    a * i - c * g,
    b * g - a * h,
    b * f - c * e,
    c * d - a * f,
    a * e - b * d,
  ];
  return scaled(cofactors, 1 / determinant);
}

function scaled(matrix: Matrix, factor: number): Matrix {
  const [a, b, c, d, e, f, g, h, i] = matrix;
  return [
    a * factor,
    b * factor,
    c * factor,
    d * factor,
    e * factor,
    f * factor,
    g * factor,
    h * factor,
    i * factor,
  ];
}
