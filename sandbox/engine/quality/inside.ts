import { boundsOf, landmark, LANDMARKS, type FaceMesh } from '../face';
import { fall, smoothstep } from './curves';

/** Share of the face outside of the picture that is just noticed. */
const NOTICED = 0.06;

/** Where the face lies in the picture. */
export interface Placement {
  /** Share of the mesh's points inside of the picture. */
  share: number;
  /** Least distance of the face to an edge of the picture, in inter-eye distances; negative when cut. */
  margin: number;
}

export function measurePlacement(
  mesh: FaceMesh,
  eyeDistance: number,
  picture: { width: number; height: number },
): Placement {
  let inside = 0;
  for (let index = 0; index < LANDMARKS; index++) {
    const { x, y } = landmark(mesh, index);
    if (x >= 0 && y >= 0 && x < picture.width && y < picture.height) inside++;
  }
  const { x, y, width, height } = boundsOf(mesh);
  const margin = Math.min(x, y, picture.width - x - width, picture.height - y - height) / eyeDistance;
  return { share: inside / LANDMARKS, margin };
}

/**
 * How well the face lies inside of the picture. ISO/IEC 29794-5 and OFIQ ask for margins around the head
 * (0.9 inter-eye distances at the sides); selfies keep less, so only the last part of it counts. A face that touches
 * the edge has lost a part of its head.
 */
export function inside({ share, margin }: Placement): number {
  return fall(1 - share, NOTICED) * (0.5 + 0.5 * smoothstep(margin, -0.1, 0.3));
}

/** Whether part of the face is missing. */
export function cutFace({ share }: Placement): boolean {
  return share < 0.95;
}
