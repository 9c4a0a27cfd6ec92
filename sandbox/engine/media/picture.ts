import sharp from 'sharp';
import { JPEG_COLOURS, yuvWeights, type Colours, type YuvImage } from '../face/image';

/** Optimised tables would save a twentieth of the bytes, but take twice the time and, for a photo, 200 MB. */
const JPEG = { quality: 92, chromaSubsampling: '4:2:0', optimiseCoding: false };

/** A picture as it is given out. */
export interface Jpeg {
  data: Uint8Array;
  /** Pixels, orientation applied. */
  width: number;
  height: number;
}

/** An image whose planes lie one after the other in `data`, as y4m writes them; an empty one without. */
export function yuvImage(
  width: number,
  height: number,
  colours: Colours,
  data: Uint8Array = new Uint8Array(yuvBytes(width, height)),
): YuvImage {
  const luma = width * height;
  const chroma = ((width + 1) >> 1) * ((height + 1) >> 1);
  return {
    format: 'yuv420',
    width,
    height,
    y: data.subarray(0, luma),
    u: data.subarray(luma, luma + chroma),
    v: data.subarray(luma + chroma, luma + 2 * chroma),
    colours,
  };
}

/** Bytes of the three planes; odd sizes round chroma up. */
export function yuvBytes(width: number, height: number): number {
  return width * height + 2 * ((width + 1) >> 1) * ((height + 1) >> 1);
}

/** Turns rows of RGB bytes into planes of JPEG's colours; chroma is the mean of each 2 × 2 block. */
export function yuvFromRgb(rgb: Uint8Array, width: number, height: number): YuvImage {
  const image = yuvImage(width, height, JPEG_COLOURS);
  for (let at = 0, pixel = 0; pixel < width * height; pixel++, at += 3) {
    image.y[pixel] = 0.299 * (rgb[at] ?? 0) + 0.587 * (rgb[at + 1] ?? 0) + 0.114 * (rgb[at + 2] ?? 0) + 0.5;
  }
  let out = 0;
  for (let row = 0; row < height; row += 2) {
    const below = row + 1 < height ? width : 0;
    for (let column = 0; column < width; column += 2) {
      const right = column + 1 < width ? 1 : 0;
      const a = (row * width + column) * 3;
      const b = a + right * 3;
      const c = a + below * 3;
      const d = c + right * 3;
      const red = (rgb[a] ?? 0) + (rgb[b] ?? 0) + (rgb[c] ?? 0) + (rgb[d] ?? 0);
      const green = (rgb[a + 1] ?? 0) + (rgb[b + 1] ?? 0) + (rgb[c + 1] ?? 0) + (rgb[d + 1] ?? 0);
      const blue = (rgb[a + 2] ?? 0) + (rgb[b + 2] ?? 0) + (rgb[c + 2] ?? 0) + (rgb[d + 2] ?? 0);
      image.u[out] = limit((-0.168736 * red - 0.331264 * green + 0.5 * blue) / 4 + 128.5);
      image.v[out] = limit((0.5 * red - 0.418688 * green - 0.081312 * blue) / 4 + 128.5);
      out++;
    }
  }
  return image;
}

/**
 * Hands out rows of RGB bytes of an image; chroma is repeated, as JPEG decoders do at their simplest. Afterwards their
 * memory goes back to the system at once: collected, it would stay with the process while the next video is decoded.
 */
async function withRgb<T>(image: YuvImage, use: (rgb: Uint8Array) => Promise<T>): Promise<T> {
  const { width, height } = image;
  const bytes = width * height * 3;
  const memory = new ArrayBuffer(bytes, { maxByteLength: bytes });
  try {
    const rgb = new Uint8Array(memory);
    // Memory that can shrink is slow to write to by itself.
    const line = new Uint8ClampedArray(width * 3);
    for (let row = 0; row < height; row++) {
      writeRgb(image, row, line);
      rgb.set(line, row * line.length);
    }
    return await use(rgb);
  } finally {
    memory.resize(0);
  }
}

/** Writes the RGB bytes of one row. */
function writeRgb(image: YuvImage, row: number, line: Uint8ClampedArray): void {
  const { width } = image;
  const weights = yuvWeights(image.colours);
  const chromaWidth = (width + 1) >> 1;
  let at = 0;
  for (let column = 0; column < width; column++) {
    const chromaAt = (row >> 1) * chromaWidth + (column >> 1);
    const u = (image.u[chromaAt] ?? 128) - 128;
    const v = (image.v[chromaAt] ?? 128) - 128;
    const grey = ((image.y[row * width + column] ?? 0) - weights.lumaOffset) * weights.luma;
    line[at++] = grey + weights.redV * v;
    line[at++] = grey + weights.greenU * u + weights.greenV * v;
    line[at++] = grey + weights.blueU * u;
  }
}

/** Encodes an image, at its own size. */
export async function encodeJpeg(image: YuvImage): Promise<Jpeg> {
  const { width, height } = image;
  const data = await withRgb(image, (rgb) =>
    sharp(rgb, { raw: { width, height, channels: 3 } })
      .jpeg(JPEG)
      .toBuffer(),
  );
  return { data, width, height };
}

/** Encodes a still from its original file, orientation applied, at full size. */
export async function stillJpeg(original: sharp.Sharp): Promise<Jpeg> {
  const { data, info } = await original
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .jpeg(JPEG)
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function limit(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

const THUMBNAIL_SIDE = 224;

/** A small JPEG for reports. */
export async function thumbnail(image: YuvImage): Promise<Uint8Array> {
  const step = Math.max(1, Math.ceil(Math.max(image.width, image.height) / THUMBNAIL_SIDE / 2));
  const small = subsampled(image, step);
  return withRgb(small, (rgb) =>
    sharp(rgb, { raw: { width: small.width, height: small.height, channels: 3 } })
      .resize({ width: THUMBNAIL_SIDE, height: THUMBNAIL_SIDE, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: 75 })
      .toBuffer(),
  );
}

/** Every `step`th pixel of an image. */
function subsampled(image: YuvImage, step: number): YuvImage {
  const small = yuvImage(
    Math.floor(image.width / step) || 1,
    Math.floor(image.height / step) || 1,
    image.colours,
  );
  const chromaWidth = (image.width + 1) >> 1;
  const smallChroma = (small.width + 1) >> 1;
  for (let row = 0; row < small.height; row++) {
    for (let column = 0; column < small.width; column++) {
      small.y[row * small.width + column] = image.y[row * step * image.width + column * step] ?? 0;
      const from = ((row * step) >> 1) * chromaWidth + ((column * step) >> 1);
      const to = (row >> 1) * smallChroma + (column >> 1);
      small.u[to] = image.u[from] ?? 128;
      small.v[to] = image.v[from] ?? 128;
    }
  }
  return small;
}
