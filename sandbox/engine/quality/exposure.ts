import { smoothstep } from './curves';
import type { FacePatch } from './patch';

/** Light on the face, in luma (0..255) and shares of the face's pixels. */
export interface Exposure {
  mean: number;
  /** Luma that only 3 % of the pixels exceed. */
  bright: number;
  /** Share of pixels without detail: nearly white, nearly black. */
  white: number;
  black: number;
}

export function measureExposure({ luma, mask }: FacePatch): Exposure {
  const counts = new Uint32Array(256);
  let total = 0;
  let sum = 0;
  for (let at = 0; at < luma.length; at++) {
    if (mask[at] === 0) continue;
    const value = luma[at] ?? 0;
    sum += value;
    total++;
    const bin = Math.min(255, Math.round(value));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  if (total === 0) return { mean: 0, bright: 0, white: 0, black: 1 };
  const share = (from: number, to: number): number =>
    counts.subarray(from, to).reduce((all, count) => all + count, 0) / total;
  let bright = 255;
  for (let above = 0; bright > 0; bright--) {
    above += counts[bright] ?? 0;
    if (above > 0.03 * total) break;
  }
  return { mean: sum / total, bright, white: share(248, 256), black: share(0, 12) };
}

/**
 * How well the face is exposed. ISO/IEC 29794-5 under- and over-exposure prevention (shares of dark and bright
 * pixels of the face, as in OFIQ). The mean only counts at its ends: dark skin is no under-exposure, its
 * brightest parts tell that there is light enough.
 */
export function exposure({ mean, bright, white, black }: Exposure): number {
  const light = smoothstep(bright, 45, 135) * smoothstep(mean, 15, 70);
  const glare = smoothstep(mean, 240, 180) * (1 - 0.9 * smoothstep(white, 0.02, 0.25));
  return light * glare * (1 - 0.6 * smoothstep(black, 0.05, 0.4));
}
