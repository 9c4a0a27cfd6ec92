import type { Point } from './image';
import { LANDMARKS, landmark, type FaceMesh } from './mesh';

/** Landmarks of one eye: corners, then two pairs of upper and lower lid. */
interface EyeLandmarks {
  corners: [number, number];
  lids: [number, number][];
}

/** The person's right eye, at the left as seen. */
const RIGHT_EYE: EyeLandmarks = {
  corners: [33, 133],
  lids: [
    [160, 144],
    [158, 153],
  ],
};
const LEFT_EYE: EyeLandmarks = {
  corners: [263, 362],
  lids: [
    [387, 373],
    [385, 380],
  ],
};

/** Edge of the face from the middle of the forehead, clockwise as seen. */
const OUTLINE = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
  150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

function distance(mesh: FaceMesh, from: number, to: number): number {
  const a = landmark(mesh, from);
  const b = landmark(mesh, to);
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function aspect(mesh: FaceMesh, { corners, lids }: EyeLandmarks): number {
  const height = lids.reduce((sum, [upper, lower]) => sum + distance(mesh, upper, lower), 0) / lids.length;
  return height / distance(mesh, ...corners);
}

/**
 * How far each eye is open: the eye aspect ratio, height over width (Soukupová and Čech, 2016). Open eyes have
 * 0.2 to 0.4 by person, closed ones less than 0.17. `left` and `right` are the person's.
 */
export function eyeOpenness(mesh: FaceMesh): { left: number; right: number } {
  return { left: aspect(mesh, LEFT_EYE), right: aspect(mesh, RIGHT_EYE) };
}

/** Centres of the person's right and left eye (middle of the corners), pixels. */
export function eyeCentres(mesh: FaceMesh): { right: Point; left: Point } {
  const middle = ({ corners: [a, b] }: EyeLandmarks): Point => {
    const from = landmark(mesh, a);
    const to = landmark(mesh, b);
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  };
  return { right: middle(RIGHT_EYE), left: middle(LEFT_EYE) };
}

/** Distance between the centres of the eyes, pixels (ISO/IEC 29794-5: inter-eye distance, without yaw correction). */
export function interEyeDistance(mesh: FaceMesh): number {
  const { right, left } = eyeCentres(mesh);
  return Math.hypot(right.x - left.x, right.y - left.y);
}

/** The upright box around all landmarks, pixels. */
export function boundsOf(mesh: FaceMesh): { x: number; y: number; width: number; height: number } {
  const { points } = mesh;
  let left = Infinity;
  let right = -Infinity;
  let top = Infinity;
  let bottom = -Infinity;
  for (let at = 0; at < LANDMARKS * 3; at += 3) {
    const x = points[at] ?? NaN;
    const y = points[at + 1] ?? NaN;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** The face's edge as a polygon of 36 points with their depth, clockwise as seen, pixels. */
export function outline(mesh: FaceMesh): (Point & { z: number })[] {
  return OUTLINE.map((index) => ({ ...landmark(mesh, index), z: mesh.points[index * 3 + 2] ?? NaN }));
}
