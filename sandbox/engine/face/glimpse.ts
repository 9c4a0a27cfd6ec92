import type { FaceBox } from './detector';
import type { Image, Region } from './image';
import { sampleRegion } from './sampler';

/** Pixels along a side. */
const SIDE_PIXELS = 24;

/** A small copy of a place in the picture, by which to tell later whether anything has moved there. */
export interface Glimpse {
  region: Region;
  pixels: Float32Array;
}

/** Keeps what a face looks like. */
export function glimpseOf(image: Image, box: FaceBox): Glimpse {
  const region = { x: box.x + box.width / 2, y: box.y + box.height / 2, size: box.width, angle: 0 };
  return { region, pixels: pixelsOf(image, region) };
}

/** How much the same place of a later picture differs, as a share of the contrast it had. */
export function changeSince({ region, pixels: before }: Glimpse, image: Image): number {
  const now = pixelsOf(image, region);
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const meanNow = now.reduce((sum, value) => sum + value, 0) / now.length;
  let change = 0;
  let contrast = 1;
  for (const [index, value] of before.entries()) {
    // A change of light is not a movement.
    change += Math.abs((now[index] ?? 0) - meanNow - (value - mean));
    contrast += Math.abs(value - mean);
  }
  return change / contrast;
}

function pixelsOf(image: Image, region: Region): Float32Array {
  const rgb = new Float32Array(SIDE_PIXELS * SIDE_PIXELS * 3);
  sampleRegion(image, region, SIDE_PIXELS, { gain: 1, bias: 0, outside: 'edge' }, rgb);
  return rgb.filter((_, index) => index % 3 === 1);
}
