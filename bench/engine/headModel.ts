import Delaunator from 'delaunator';
import { LANDMARKS, outline } from '@ozflow/oz-sandbox/engine/face/index';
import { makeExpression, squashIrises, turnGaze } from './features';
import type { Canvas } from './canvas';
import type { Look } from './frameLook';

/** A face cut into triangles that can be turned and moved. */
export interface Head {
  /** x, y and depth of each corner in the canvas: the landmarks, rings around them, a far frame, the irises. */
  rest: Float32Array;
  /** Corner numbers, three a triangle. */
  triangles: Uint32Array;
  /** Sign of the area of its triangles at rest. */
  facing: 1 | -1;
}

/**
 * Rings around the face's outline: how far out as multiples of it, and how much of the head's turn they follow.
 * The first carries the edge of the skin, the second hair, ears and neck; the last stands still.
 */
const RINGS = [
  { reach: 1.12, follows: 0.92 },
  { reach: 1.3, follows: 0.75 },
  { reach: 1.6, follows: 0.45 },
  { reach: 2.2, follows: 0.15 },
  { reach: 3, follows: 0 },
] as const;
const OUTLINE_POINTS = 36;
/** Points of the frame far around everything. */
const FAR_POINTS = 8;
/** The lids of the mesh lie a little inside of the eye; these shares of the gap move them to its edge. */
const LID_MARGIN = { upper: 0.05, lower: 0.2 };

/** Lid edge, the lower lid's point it meets, and the fold above that follows by half. */
const LIDS: readonly (readonly [upper: number, lower: number, fold: number])[] = [
  [246, 7, 247],
  [161, 163, 30],
  [160, 144, 29],
  [159, 145, 27],
  [158, 153, 28],
  [157, 154, 56],
  [173, 155, 190],
  [466, 249, 467],
  [388, 390, 260],
  [387, 373, 259],
  [386, 374, 257],
  [385, 380, 258],
  [384, 381, 286],
  [398, 382, 414],
];

/** Edges of the opening between the lips; the lower lip and the chin move with the lower one. */
const UPPER_LIP = 13;
const MOUTH_CORNERS = [61, 291] as const;
const UPPER_LIP_POINTS = new Set([
  61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 76, 184,
  74, 73, 72, 11, 302, 303, 304, 408, 306, 62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292,
]);

/** Builds the triangles once for a canvas. */
export function makeHead(canvas: Canvas): Head {
  const rest = flattenEdge(canvas);
  widenEyes(rest);
  const edge = outline({ points: Float32Array.from(rest), presence: 1 });
  const centre = middle(edge);
  const edgeDepth = Math.max(...[234, 454].map((index) => rest[index * 3 + 2] ?? 0));
  for (const { reach } of RINGS) {
    for (const { x, y, z } of edge) {
      rest.push(centre.x + (x - centre.x) * reach, centre.y + (y - centre.y) * reach, z);
    }
  }
  const [image] = canvas.levels;
  const reach = 4 * Math.max(image?.width ?? 0, image?.height ?? 0);
  for (let corner = 0; corner < FAR_POINTS; corner++) {
    const angle = (corner * Math.PI) / 4;
    rest.push(centre.x + reach * Math.cos(angle), centre.y + reach * Math.sin(angle), edgeDepth * 4);
  }
  rest.push(...irises(canvas));
  const flat = new Float64Array((rest.length / 3) * 2);
  for (let corner = 0; corner < rest.length / 3; corner++) {
    flat[corner * 2] = rest[corner * 3] ?? 0;
    flat[corner * 2 + 1] = rest[corner * 3 + 1] ?? 0;
  }
  return { rest: Float32Array.from(rest), triangles: new Delaunator(flat).triangles, facing: -1 };
}

/**
 * The landmarks with the steep sides of the face made less deep: they are seen edge-on in the photo, and turning
 * them by their whole depth would smear the few pixels there are of them.
 */
function flattenEdge(canvas: Canvas): number[] {
  const points = Array.from(canvas.mesh.points.subarray(0, LANDMARKS * 3));
  const steep = canvas.faceWidth * 0.15;
  for (let index = 0; index < LANDMARKS; index++) {
    const depth = points[index * 3 + 2] ?? 0;
    if (depth > steep) points[index * 3 + 2] = steep + (depth - steep) * 0.3;
  }
  return points;
}

/** The irises' points, as deep as the inner corners of the eyes. */
function irises({ mesh: { points } }: Canvas): number[] {
  const deep = ((points[133 * 3 + 2] ?? 0) + (points[362 * 3 + 2] ?? 0)) / 2;
  return Array.from(points.subarray(LANDMARKS * 3)).map((value, index) => (index % 3 === 2 ? deep : value));
}

function middle(points: { x: number; y: number }[]): { x: number; y: number } {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

/** Where the corners lie in the frame (pixels) when the head looks like this. */
export function pose(
  head: Head,
  canvas: Canvas,
  look: Look,
  frame: { width: number; height: number },
): Float32Array {
  const corners = Float32Array.from(head.rest);
  turnGaze(corners, look.gaze);
  closeEyes(corners, look.eyes);
  makeExpression(corners, look);
  openMouth(corners, canvas, look.mouth);
  turn(corners, head, look);
  project(corners, canvas, look, frame);
  return corners;
}

/** Moves the lids from the model's points to the edge of the visible eye. */
function widenEyes(points: number[]): void {
  for (const [upper, lower] of LIDS) {
    for (let axis = 0; axis < 2; axis++) {
      const gap = (points[lower * 3 + axis] ?? 0) - (points[upper * 3 + axis] ?? 0);
      points[upper * 3 + axis] = (points[upper * 3 + axis] ?? 0) - gap * LID_MARGIN.upper;
      points[lower * 3 + axis] = (points[lower * 3 + axis] ?? 0) + gap * LID_MARGIN.lower;
    }
  }
}

function closeEyes(corners: Float32Array, closed: number): void {
  if (closed <= 0) return;
  for (const [upper, lower, fold] of LIDS) {
    for (let axis = 0; axis < 2; axis++) {
      const gap = (corners[lower * 3 + axis] ?? 0) - (corners[upper * 3 + axis] ?? 0);
      corners[upper * 3 + axis] = (corners[upper * 3 + axis] ?? 0) + gap * closed;
      corners[fold * 3 + axis] = (corners[fold * 3 + axis] ?? 0) + gap * closed * 0.5;
    }
  }
  squashIrises(corners, closed);
}

/** Lowers everything below the lips, most in the middle; the corners of the lips stay. */
function openMouth(corners: Float32Array, canvas: Canvas, open: number): void {
  if (open <= 0) return;
  const [right, left] = MOUTH_CORNERS.map((index) => ({
    x: corners[index * 3] ?? 0,
    y: corners[index * 3 + 1] ?? 0,
  }));
  if (!right || !left) return;
  const centre = { x: (right.x + left.x) / 2, y: (right.y + left.y) / 2 };
  const reach = Math.abs(left.x - right.x) / 2;
  const drop = open * canvas.faceWidth * 0.22;
  const lip = corners[UPPER_LIP * 3 + 1] ?? 0;
  for (let index = 0; index < LANDMARKS + 2 * OUTLINE_POINTS; index++) {
    const x = corners[index * 3] ?? 0;
    const y = corners[index * 3 + 1] ?? 0;
    if (y < Math.min(lip, centre.y) || UPPER_LIP_POINTS.has(index)) continue;
    const side = Math.abs(x - centre.x) / reach;
    const below = (y - lip) / reach;
    // Inside the lips the drop fades to the corners; the chin hangs as one.
    const share = below < 0.9 ? Math.max(0, 1 - side * side) : Math.max(0, 1 - (side / 3) ** 2);
    corners[index * 3 + 1] = y + drop * share;
  }
}

/** Turns the head about an axis through the neck. */
function turn(corners: Float32Array, head: Head, look: Look): void {
  const yaw = (look.yaw * Math.PI) / 180;
  const pitch = (look.pitch * Math.PI) / 180;
  const face = head.rest.subarray(0, LANDMARKS * 3);
  const axis = axisOf(face);
  const count = corners.length / 3;
  const still = LANDMARKS + RINGS.length * OUTLINE_POINTS;
  for (let index = 0; index < count; index++) {
    if (index >= still && index < still + FAR_POINTS) continue;
    const x = (corners[index * 3] ?? 0) - axis.x;
    const y = (corners[index * 3 + 1] ?? 0) - axis.y;
    const z = (corners[index * 3 + 2] ?? 0) - axis.z;
    const turnedX = x * Math.cos(yaw) - z * Math.sin(yaw);
    const turnedZ = x * Math.sin(yaw) + z * Math.cos(yaw);
    const turnedY = y * Math.cos(pitch) + turnedZ * Math.sin(pitch);
    const depth = turnedZ * Math.cos(pitch) - y * Math.sin(pitch);
    const ring = index < still ? RINGS[Math.floor((index - LANDMARKS) / OUTLINE_POINTS)] : undefined;
    const share = ring?.follows ?? 1;
    corners[index * 3] = (corners[index * 3] ?? 0) + share * (turnedX - x);
    corners[index * 3 + 1] = (corners[index * 3 + 1] ?? 0) + share * (turnedY - y);
    corners[index * 3 + 2] = (corners[index * 3 + 2] ?? 0) + share * (depth - z);
  }
}

function axisOf(face: Float32Array): { x: number; y: number; z: number } {
  const at = (index: number, axis: number): number => face[index * 3 + axis] ?? 0;
  return {
    x: (at(234, 0) + at(454, 0)) / 2,
    y: (at(10, 1) + at(152, 1)) / 2,
    z: (at(234, 2) + at(454, 2)) / 2,
  };
}

/** Leans, scales and shifts the whole picture about the face's place, then moves it into the frame. */
function project(
  corners: Float32Array,
  canvas: Canvas,
  look: Look,
  frame: { width: number; height: number },
): void {
  const roll = (look.roll * Math.PI) / 180;
  const cos = Math.cos(roll) * look.scale;
  const sin = Math.sin(roll) * look.scale;
  for (let index = 0; index < corners.length / 3; index++) {
    const x = (corners[index * 3] ?? 0) - canvas.centre.x;
    const y = (corners[index * 3 + 1] ?? 0) - canvas.centre.y;
    corners[index * 3] = frame.width / 2 + x * cos - y * sin + look.shiftX * canvas.faceWidth;
    corners[index * 3 + 1] = frame.height / 2 + x * sin + y * cos + look.shiftY * canvas.faceWidth;
  }
}
