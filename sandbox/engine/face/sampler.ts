import { yuvWeights, type Grid, type Image, type Region, type RgbImage, type YuvImage } from './image';

/** How sampled values (0..255) become a model's input: value × gain + bias. */
export interface Scaling {
  gain: number;
  bias: number;
  /** What lies outside of the image: black, or the nearest pixel of its edge. */
  outside: 'black' | 'edge';
}

/** Samples taken along a side of the region at most, several for a pixel; more cost time and change no detection. */
const MAX_SAMPLES = 400;

function gridOf(region: Region, size: number): Grid {
  const step = region.size / size;
  const cos = Math.cos(region.angle) * step;
  const sin = Math.sin(region.angle) * step;
  const half = size / 2;
  return {
    x0: region.x - half * cos + half * sin,
    y0: region.y - half * sin - half * cos,
    ux: cos,
    uy: sin,
    vx: -sin,
    vy: cos,
  };
}

/**
 * Draws `region` of `image` into a `size` × `size` RGB tensor, rows first, channels last, turning and scaling
 * on the way. Only the pixels of the region are read: shrinking averages several samples for each output
 * pixel, enlarging interpolates.
 */
export function sampleRegion(
  image: Image,
  region: Region,
  size: number,
  scaling: Scaling,
  out: Float32Array,
): void {
  const taps = Math.max(1, Math.min(Math.floor(MAX_SAMPLES / size), Math.round(region.size / size)));
  if (image.format === 'yuv420' && taps > 1) averageYuv(image, region, size, taps, scaling, out);
  else averageAny(image, region, size, taps, scaling, out);
}

function averageAny(
  image: Image,
  region: Region,
  size: number,
  taps: number,
  scaling: Scaling,
  out: Float32Array,
): void {
  const grid = gridOf(region, size);
  const pixel = new Float64Array(3);
  const read = image.format === 'rgb' ? rgbReader(image) : yuvReader(image);
  const share = 1 / (taps * taps);
  const black = scaling.outside === 'black';
  const { width, height } = image;
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      pixel[0] = pixel[1] = pixel[2] = 0;
      for (let ty = 0; ty < taps; ty++) {
        const r = row + (ty + 0.5) / taps;
        for (let tx = 0; tx < taps; tx++) {
          const c = column + (tx + 0.5) / taps;
          const x = grid.x0 + c * grid.ux + r * grid.vx;
          const y = grid.y0 + c * grid.uy + r * grid.vy;
          if (black && (x < 0 || y < 0 || x >= width || y >= height)) continue;
          read(x, y, taps === 1, pixel);
        }
      }
      const gain = scaling.gain * share;
      out[at++] = (pixel[0] ?? 0) * gain + scaling.bias;
      out[at++] = (pixel[1] ?? 0) * gain + scaling.bias;
      out[at++] = (pixel[2] ?? 0) * gain + scaling.bias;
    }
  }
}

/** Positions below are whole numbers of this part of a pixel: adding them up is faster than with fractions. */
const PARTS_PER_PIXEL = 65536;

/**
 * The common case, shrinking a video frame, without a call for each sample: luma is averaged over the taps, chroma
 * (half as fine anyway) taken once in the middle of the pixel.
 */
function averageYuv(
  image: YuvImage,
  region: Region,
  size: number,
  taps: number,
  { gain, bias, outside }: Scaling,
  out: Float32Array,
): void {
  const { y: luma, u: blues, v: reds, width, height } = image;
  const { x0, y0, ux, uy, vx, vy } = gridOf(region, size);
  const { lumaOffset, luma: contrast, redV, greenU, greenV, blueU } = yuvWeights(image.colours);
  const chromaWidth = (width + 1) >> 1;
  const black = outside === 'black';
  const step = 1 / taps;
  const share = step * step;
  const [right, bottom] = [width - 1, height - 1];
  const [alongX, alongY] = [parts(step * ux), parts(step * uy)];
  const [downX, downY] = [parts(step * vx), parts(step * vy)];
  // How far the outermost taps lie from the middle of their pixel.
  const reachX = Math.ceil(((Math.abs(alongX) + Math.abs(downX)) * (taps - 1)) / 2) + 1;
  const reachY = Math.ceil(((Math.abs(alongY) + Math.abs(downY)) * (taps - 1)) / 2) + 1;
  const [farX, farY] = [width * PARTS_PER_PIXEL - reachX, height * PARTS_PER_PIXEL - reachY];
  const [acrossX, acrossY] = [parts(ux), parts(uy)];
  const [halfX, halfY] = [((alongX + downX) * (taps - 1)) >> 1, ((alongY + downY) * (taps - 1)) >> 1];
  let at = 0;
  for (let row = 0; row < size; row++) {
    // `| 0` keeps the sums below 32-bit integers, which takes a third of the time of fractions.
    let midX = Math.floor((x0 + 0.5 * ux + (row + 0.5) * vx) * PARTS_PER_PIXEL) | 0;
    let midY = Math.floor((y0 + 0.5 * uy + (row + 0.5) * vy) * PARTS_PER_PIXEL) | 0;
    for (let column = 0; column < size; column++) {
      let startX = (midX - halfX) | 0;
      let startY = (midY - halfY) | 0;
      let sum = 0;
      let inside = taps * taps;
      if (midX >= reachX && midY >= reachY && midX < farX && midY < farY) {
        for (let ty = 0; ty < taps; ty++) {
          let x = startX;
          let y = startY;
          for (let tx = 0; tx < taps; tx++) {
            sum = (sum + (luma[(Math.imul(y >> 16, width) + (x >> 16)) | 0] ?? 0)) | 0;
            x = (x + alongX) | 0;
            y = (y + alongY) | 0;
          }
          startX = (startX + downX) | 0;
          startY = (startY + downY) | 0;
        }
      } else {
        for (let ty = 0; ty < taps; ty++) {
          let x = startX;
          let y = startY;
          for (let tx = 0; tx < taps; tx++) {
            const px = x >> 16;
            const py = y >> 16;
            if (black && (px < 0 || py < 0 || px > right || py > bottom)) inside--;
            else sum = (sum + (luma[within(py, bottom) * width + within(px, right)] ?? 0)) | 0;
            x = (x + alongX) | 0;
            y = (y + alongY) | 0;
          }
          startX = (startX + downX) | 0;
          startY = (startY + downY) | 0;
        }
      }
      const chromaAt = (within(midY >> 16, bottom) >> 1) * chromaWidth + (within(midX >> 16, right) >> 1);
      const u = (blues[chromaAt] ?? 128) - 128;
      const v = (reds[chromaAt] ?? 128) - 128;
      // Black counts for samples outside, so means are over all taps; what they lack in offset is taken off, too.
      const grey = (sum - inside * lumaOffset) * contrast * share;
      const colour = inside * share;
      out[at] = limit(grey + redV * v * colour) * gain + bias;
      out[at + 1] = limit(grey + (greenU * u + greenV * v) * colour) * gain + bias;
      out[at + 2] = limit(grey + blueU * u * colour) * gain + bias;
      at += 3;
      midX = (midX + acrossX) | 0;
      midY = (midY + acrossY) | 0;
    }
  }
}

/** Pixels in parts of a pixel. */
function parts(pixels: number): number {
  return Math.round(pixels * PARTS_PER_PIXEL) | 0;
}

function within(index: number, last: number): number {
  return index < 0 ? 0 : index > last ? last : index;
}

/** Adds the colour at (x, y), in pixels, to `sum`. */
type Reader = (x: number, y: number, smooth: boolean, sum: Float64Array) => void;

function rgbReader({ data, width, height }: RgbImage): Reader {
  return (x, y, smooth, sum) => {
    for (let channel = 0; channel < 3; channel++) {
      const value = smooth
        ? interpolate(data, width, height, x, y, 3, channel)
        : (data[(clamp(y, height) * width + clamp(x, width)) * 3 + channel] ?? 0);
      sum[channel] = (sum[channel] ?? 0) + value;
    }
  };
}

function yuvReader(image: YuvImage): Reader {
  const { y: luma, u: blues, v: reds, width, height } = image;
  const weights = yuvWeights(image.colours);
  const chromaWidth = (width + 1) >> 1;
  return (x, y, smooth, sum) => {
    const column = clamp(x, width);
    const row = clamp(y, height);
    const sample = smooth ? interpolate(luma, width, height, x, y, 1, 0) : (luma[row * width + column] ?? 0);
    const chromaAt = (row >> 1) * chromaWidth + (column >> 1);
    const u = (blues[chromaAt] ?? 128) - 128;
    const v = (reds[chromaAt] ?? 128) - 128;
    const grey = (sample - weights.lumaOffset) * weights.luma;
    sum[0] = (sum[0] ?? 0) + limit(grey + weights.redV * v);
    sum[1] = (sum[1] ?? 0) + limit(grey + weights.greenU * u + weights.greenV * v);
    sum[2] = (sum[2] ?? 0) + limit(grey + weights.blueU * u);
  };
}

function clamp(position: number, size: number): number {
  return position < 0 ? 0 : position >= size ? size - 1 : Math.floor(position);
}

function limit(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** Bilinear interpolation of one channel; positions outside take the edge. */
function interpolate(
  data: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  channels: number,
  channel: number,
): number {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  const x1 = clamp(left, width) * channels + channel;
  const x2 = clamp(left + 1, width) * channels + channel;
  const y1 = clamp(top, height) * width * channels;
  const y2 = clamp(top + 1, height) * width * channels;
  const upper = (data[y1 + x1] ?? 0) * (1 - fx) + (data[y1 + x2] ?? 0) * fx;
  const lower = (data[y2 + x1] ?? 0) * (1 - fx) + (data[y2 + x2] ?? 0) * fx;
  return upper * (1 - fy) + lower * fy;
}
