import { landmark, LEFT_IRIS, RIGHT_IRIS, type FaceMesh } from './mesh';

/** Where the irises lie in their eyes, in widths of an eye. */
export interface Gaze {
  /** Of both eyes, from the middle between the corners to the right as seen. */
  across: number;
  /** Down from the line of the corners; the iris of an eye that looks straight lies above it. */
  down: number;
  /** How much further to the right the eye at the left as seen looks: more when the eyes are crossed. */
  crossed: number;
}

/** Corners of each eye, the left one as seen first. */
const RIGHT_EYE = [33, 133] as const;
const LEFT_EYE = [362, 263] as const;

/** Absent when the mesh has no irises. */
export function measureGaze(mesh: FaceMesh): Gaze | undefined {
  const right = irisWithin(mesh, RIGHT_IRIS, RIGHT_EYE);
  const left = irisWithin(mesh, LEFT_IRIS, LEFT_EYE);
  const across = (right.across + left.across) / 2;
  if (Number.isNaN(across)) return undefined;
  return { across, down: (right.down + left.down) / 2, crossed: right.across - left.across };
}

function irisWithin(
  mesh: FaceMesh,
  iris: number,
  [from, to]: readonly [number, number],
): { across: number; down: number } {
  const [a, b, middle] = [landmark(mesh, from), landmark(mesh, to), landmark(mesh, iris)];
  const [ux, uy] = [b.x - a.x, b.y - a.y];
  const [dx, dy] = [middle.x - (a.x + b.x) / 2, middle.y - (a.y + b.y) / 2];
  const square = ux * ux + uy * uy;
  return { across: (dx * ux + dy * uy) / square, down: (dy * ux - dx * uy) / square };
}
