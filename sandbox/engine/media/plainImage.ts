import { JPEG_COLOURS, type YuvImage } from '../face/image';
import { ColourTable } from './colourTable';
import type { VideoColours } from './dynamicRange';
import { yuvImage } from './picture';
import type { FrameShape } from './decoder/frameShapes';

/** Whether samples of a video stand for the same as those of pictures do, once the matrix and the range are known. */
function isOrdinary({ primaries, transfer }: VideoColours): boolean {
  return primaries === 'bt709' && transfer === 'sdr';
}

/** Whether what a decoder writes can be looked at as it is. */
export function isPlain({ bits, colours }: FrameShape): boolean {
  return bits === 8 && isOrdinary(colours);
}

/** Turns what a decoder wrote into an image of 8 bits and ordinary colours. `data`: memory for it. */
export function plainImage(written: Uint8Array, shape: FrameShape, data: Uint8Array): YuvImage {
  const { width, height, bits, colours } = shape;
  const samples =
    bits === 8 ? written : new Uint16Array(written.buffer, written.byteOffset, written.length / 2);
  if (isOrdinary(colours)) {
    for (let at = 0; at < data.length; at++) data[at] = Math.min(255, ((samples[at] ?? 0) + 2) >> 2);
    return yuvImage(width, height, colours, data);
  }
  const image = yuvImage(width, height, JPEG_COLOURS, data);
  tableOf(colours).map(samples, bits === 8 ? 2 : 0, image);
  return image;
}

let last: { colours: VideoColours; table: ColourTable } | undefined;

/** The table for these colours; the last one is kept. */
function tableOf(colours: VideoColours): ColourTable {
  const key = JSON.stringify(colours);
  if (!last || JSON.stringify(last.colours) !== key) last = { colours, table: new ColourTable(colours) };
  return last.table;
}
