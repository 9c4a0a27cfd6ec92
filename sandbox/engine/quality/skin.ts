import type { YuvImage } from '../face';
import { quantile } from './curves';
import type { FacePatch } from './patch';

/** Step across and down, in patch pixels, at which the picture is looked at. */
const STEP_PIXELS = 5;
/** Chroma may differ from the skin's by this share of it, and by `least` in any case, for greyish pictures. */
const ALIKE = { share: 0.5, least: 6 };

/**
 * Share of the face that has the colour of its skin: of the median chroma, whatever that is. Paper, masks, phones and
 * most cloth have another one, though they may have as much detail as eyes and mouth; a hand does not.
 */
export function measureSkin({ u, v, width, height }: YuvImage, patch: FacePatch): number {
  const stride = Math.ceil(width / 2);
  const places: number[] = [];
  for (let row = 0; row < patch.height; row += STEP_PIXELS) {
    for (let column = 0; column < patch.width; column += STEP_PIXELS) {
      if (patch.mask[row * patch.width + column] === 0) continue;
      const { x, y } = patch.locate({ x: column + 0.5, y: row + 0.5 });
      if (x >= 0 && y >= 0 && x < width && y < height) places.push((y >> 1) * stride + (x >> 1));
    }
  }
  if (places.length === 0) return 0;
  const blue = medianAt(u, places);
  const red = medianAt(v, places);
  const most = Math.max(ALIKE.least, ALIKE.share * Math.hypot(blue - NEUTRAL_CHROMA, red - NEUTRAL_CHROMA));
  const alike = places.filter((at) => Math.hypot((u[at] ?? 0) - blue, (v[at] ?? 0) - red) < most);
  return alike.length / places.length;
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

/** What the film shows of the skin when nothing is in front of it; it may be covered most of the time. */
export function bareSkin(all: number[]): number {
  return quantile(all, 0.96);
}

/** How much of the bare skin can be seen. */
export function shareOfSkin(skin: number, bare: number): number {
  return Math.min(1, skin / Math.max(MIN_BARE, bare));
}

/** With less skin than this, because of make-up or coloured light, nothing can be said. */
const MIN_BARE = 0.3;
