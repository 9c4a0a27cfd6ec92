import { smoothstep } from './curves';

/**
 * Whether the face is alone. ISO/IEC 29794-5 single face present; OFIQ takes the ratio of the areas of the
 * second and the first face, here of their widths.
 *
 * @param second Width of the largest other face over the width of this one, 0 without another.
 */
export function single(second: number): number {
  return 1 - 0.85 * smoothstep(second, 0.2, 0.5);
}
