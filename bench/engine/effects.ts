import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import type { Random } from '../../tools/random';

/** Blurs as a lens out of focus does, nearly: two box blurs of all planes. `radius` in pixels. */
export function defocus(frame: YuvImage, radius: number): void {
  const pixels = Math.round(radius);
  if (pixels < 1) return;
  for (let pass = 0; pass < 2; pass++) boxBlur(frame.y, frame.width, frame.height, pixels);
  const half = Math.round(radius / 2);
  if (half < 1) return;
  for (const chroma of [frame.u, frame.v]) boxBlur(chroma, frame.width / 2, frame.height / 2, half);
}

function boxBlur(data: Uint8Array, width: number, height: number, radius: number): void {
  const line = new Float32Array(Math.max(width, height));
  for (let row = 0; row < height; row++) blurLine(data, row * width, 1, width, radius, line);
  for (let column = 0; column < width; column++) blurLine(data, column, width, height, radius, line);
}

function blurLine(
  data: Uint8Array,
  start: number,
  step: number,
  length: number,
  radius: number,
  line: Float32Array,
): void {
  const at = (index: number): number => data[start + Math.max(0, Math.min(length - 1, index)) * step] ?? 0;
  let sum = 0;
  for (let index = -radius; index <= radius; index++) sum += at(index);
  for (let index = 0; index < length; index++) {
    line[index] = sum / (2 * radius + 1);
    sum += at(index + radius + 1) - at(index - radius);
  }
  for (let index = 0; index < length; index++) data[start + index * step] = (line[index] ?? 0) + 0.5;
}

/** Smears the brightness along a line of `length` pixels, as a moving head or hand does while the shutter is open. */
export function motionBlur(frame: YuvImage, length: number, angle: number): void {
  const taps = Math.round(length);
  if (taps < 2) return;
  const { width, height } = frame;
  const source = Uint8Array.from(frame.y);
  const steps = Array.from({ length: taps }, (_, tap) => {
    const along = tap - (taps - 1) / 2;
    return { dx: Math.round(along * Math.cos(angle)), dy: Math.round(along * Math.sin(angle)) };
  });
  const sums = new Float32Array(width);
  for (let row = 0; row < height; row++) {
    sums.fill(0.5 * taps);
    for (const { dx, dy } of steps) {
      const from = Math.max(0, Math.min(height - 1, row + dy)) * width;
      for (let column = 0; column < width; column++) {
        const x = column + dx;
        sums[column] = (sums[column] ?? 0) + (source[from + (x < 0 ? 0 : x >= width ? width - 1 : x)] ?? 0);
      }
    }
    for (let column = 0; column < width; column++) frame.y[row * width + column] = (sums[column] ?? 0) / taps;
  }
}

const BLACK = 16;
const WHITE = 235;

/** More or less light on the sensor, in stops, through the curve cameras draw it with; clips at both ends. */
export function expose(frame: YuvImage, stops: number): void {
  if (stops === 0) return;
  const table = new Uint8Array(256);
  const colour = new Uint8Array(256);
  const gain = 2 ** (stops / 2.2);
  for (let value = 0; value < 256; value++) {
    table[value] = Math.max(BLACK, Math.min(WHITE, (value - BLACK) * gain + BLACK));
    colour[value] = Math.max(16, Math.min(240, (value - 128) * Math.min(1.3, gain) + 128.5));
  }
  apply(frame.y, table);
  apply(frame.u, colour);
  apply(frame.v, colour);
}

function apply(data: Uint8Array, table: Uint8Array): void {
  for (let index = 0; index < data.length; index++) data[index] = table[data[index] ?? 0] ?? 0;
}

/** Light from one side of the face: the other falls dark by up to `Math.abs(strength)`. */
export function sideLight(frame: YuvImage, strength: number, faceX: number, faceWidth: number): void {
  if (strength === 0) return;
  const gains = Float32Array.from({ length: frame.width }, (_, column) => {
    const across = Math.max(-1, Math.min(1, ((column - faceX) / faceWidth) * 4 * Math.sign(strength)));
    const shade = (across + 1) / 2;
    return 1 - Math.abs(strength) * shade * shade * (3 - 2 * shade);
  });
  for (let row = 0; row < frame.height; row++) {
    for (let column = 0; column < frame.width; column++) {
      const at = row * frame.width + column;
      frame.y[at] = BLACK + ((frame.y[at] ?? 0) - BLACK) * (gains[column] ?? 1);
    }
  }
}

/** Sensor noise: a fixed pattern of normal deviates, laid on at another place in each frame. */
export class Noise {
  readonly #grain: Float32Array;

  constructor(random: Random) {
    this.#grain = Float32Array.from({ length: 65536 }, () => {
      const sum = random() + random() + random() + random();
      return (sum - 2) * Math.sqrt(3);
    });
  }

  add(frame: YuvImage, deviation: number, random: Random): void {
    const { y, width, height } = frame;
    for (let row = 0; row < height; row++) {
      let grain = Math.floor(random() * 65536);
      for (let at = row * width; at < (row + 1) * width; at++) {
        const value = (y[at] ?? 0) + (this.#grain[grain++ & 65535] ?? 0) * deviation + 0.5;
        y[at] = value < 0 ? 0 : value > 255 ? 255 : value;
      }
    }
  }
}
