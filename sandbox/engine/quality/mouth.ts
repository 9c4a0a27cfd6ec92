import { smoothstep } from './curves';

/**
 * How closed the mouth is, from the gap between the lips over the mouth's width (`mouthOpening`).
 * ISO/IEC 29794-5 mouth closed; OFIQ's sigmoid over the same gap has its middle at a like opening.
 */
export function mouth(opening: number): number {
  return 1 - 0.8 * smoothstep(opening, 0.08, 0.45);
}
