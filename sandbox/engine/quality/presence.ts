import { smoothstep } from './curves';

/**
 * How sure the mesh is that it fits a face (its flag, 0..1). ISO/IEC 29794-5 has the detector's confidence for
 * this; the mesh's flag also refuses animals and drawings that pass the detector.
 */
export function presence(flag: number): number {
  return smoothstep(flag, 0.4, 0.9);
}

/** Below this the mesh does not lie on a face. */
export const MIN_PRESENCE = 0.5;

/**
 * Below this it may be no face: faces of real videos that can be used have 0.99 and more, small, dark and blurred ones, too;
 * pictures of anything else reach 0.7 now and then.
 */
export const SURE_PRESENCE = 0.75;
