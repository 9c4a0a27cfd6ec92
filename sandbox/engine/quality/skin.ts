import { landmark, type FaceMesh, type YuvImage } from '../face';
import { quantile } from './curves';
import type { FacePatch } from './patch';

/** Step across and down, in patch pixels, at which the picture is looked at. */
const STEP_PIXELS = 5;
/** Chroma may differ from the skin's by this share of it, and by `least` in any case, for greyish pictures. */
const ALIKE = { share: 0.5, least: 6 };

/** How much of a face has the colour of its skin, 0..1. */
export interface Skin {
  /** Of the whole face. */
  face: number;
  /** From the lower lip down: what is held before the mouth or the chin hides little of the whole. */
  chin: number;
}

/** The lower edge of the upper lip's opening: below it begins the chin's part. */
const LOWER_LIP = 14;

/**
 * How much of the face has the colour of its skin: the median chroma, whatever that is. Paper, masks, phones,
 * microphones and most cloth have another one, though they may have as much detail as eyes and mouth; a hand does not.
 */
export function measureSkin({ u, v, width, height }: YuvImage, patch: FacePatch, mesh: FaceMesh): Skin {
  const stride = Math.ceil(width / 2);
  const all: number[] = [];
  const low: number[] = [];
  const lip = patch.place(landmark(mesh, LOWER_LIP)).y;
  for (let row = 0; row < patch.height; row += STEP_PIXELS) {
    for (let column = 0; column < patch.width; column += STEP_PIXELS) {
      if (patch.mask[row * patch.width + column] === 0) continue;
      const { x, y } = patch.locate({ x: column + 0.5, y: row + 0.5 });
      if (x < 0 || y < 0 || x >= width || y >= height) continue;
      const at = (y >> 1) * stride + (x >> 1);
      all.push(at);
      if (row > lip) low.push(at);
    }
  }
  if (all.length === 0) return { face: 0, chin: 0 };
  const blue = medianAt(u, all);
  const red = medianAt(v, all);
  const strength = (blue - NEUTRAL_CHROMA) ** 2 + (red - NEUTRAL_CHROMA) ** 2;
  const most = Math.max(ALIKE.least ** 2, ALIKE.share ** 2 * strength);
  const alike = (at: number): boolean => ((u[at] ?? 0) - blue) ** 2 + ((v[at] ?? 0) - red) ** 2 < most;
  const share = (of: number[]): number => of.filter(alike).length / Math.max(1, of.length);
  return { face: share(all), chin: share(low) };
}

/** Chroma of grey. */
const NEUTRAL_CHROMA = 128;

function medianAt(plane: Uint8Array, places: number[]): number {
  const counts = new Uint16Array(256);
  for (const at of places) {
    const value = plane[at] ?? 0;
    counts[value] = (counts[value] ?? 0) + 1;
  }
  let value = 0;
  for (let below = counts[0] ?? 0; below < places.length / 2; below += counts[value] ?? 0) value++;
  return value;
}

/** What the video shows of the skin when nothing is in front of it; it may be covered most of the time. */
export function bareSkin(all: Skin[]): Skin {
  const most = (part: keyof Skin): number =>
    quantile(
      all.map((one) => one[part]),
      0.96,
    );
  return { face: most('face'), chin: most('chin') };
}

/** How much of the bare skin can be seen, of the face or the chin, whichever shows less. */
export function shareOfSkin(skin: Skin, bare: Skin): number {
  const share = (part: keyof Skin): number => Math.min(1, skin[part] / Math.max(MIN_BARE, bare[part]));
  return Math.min(share('face'), share('chin'));
}

/** With less skin than this, because of make-up, a beard or coloured light, nothing can be said. */
const MIN_BARE = 0.3;
