import type { YuvImage } from '../face/image';
import { ordinaryColours, type VideoColours } from './dynamicRange';

/** Samples have 10 bits. The grid of colours that are worked out has a node every 16 along each axis. */
const GRID_BITS = 4;
const NODES = (1024 >> GRID_BITS) + 1;
const MASK = (1 << GRID_BITS) - 1;
/** Luma is needed most often: its table is so fine that the nearest entry will do. */
const LUMA_BITS = 2;
const CHROMA_BITS = 3;
const LUMAS = 1024 >> LUMA_BITS;
const CHROMAS = 1024 >> CHROMA_BITS;

/** What luma and chroma of a video are in a JPEG. Takes a tenth of a second to make. */
export class ColourTable {
  readonly #luma = new Uint8Array(CHROMAS * CHROMAS * LUMAS);
  readonly #blue = new Float32Array(NODES ** 3);
  readonly #red = new Float32Array(NODES ** 3);

  constructor(colours: VideoColours) {
    const grid = new Float32Array(NODES ** 3);
    const convert = ordinaryColours(colours);
    const rgb = new Float64Array(3);
    for (let u = 0, at = 0; u < NODES; u++) {
      for (let v = 0; v < NODES; v++) {
        for (let y = 0; y < NODES; y++, at++) {
          convert(y << GRID_BITS, u << GRID_BITS, v << GRID_BITS, rgb);
          const [red = 0, green = 0, blue = 0] = rgb;
          grid[at] = 0.299 * red + 0.587 * green + 0.114 * blue;
          this.#blue[at] = 128 - 0.168736 * red - 0.331264 * green + 0.5 * blue;
          this.#red[at] = 128 + 0.5 * red - 0.418688 * green - 0.081312 * blue;
        }
      }
    }
    this.#layOut(grid);
  }

  #layOut(grid: Float32Array): void {
    const curve = new Float64Array(NODES);
    const half = 1 << (CHROMA_BITS - 1);
    for (let u = 0, at = 0; u < CHROMAS; u++) {
      for (let v = 0; v < CHROMAS; v++) {
        const place = placeOf((u << CHROMA_BITS) + half, (v << CHROMA_BITS) + half);
        for (let y = 0; y < NODES; y++) curve[y] = between(grid, place, y);
        for (let y = 0; y < LUMAS; y++, at++) {
          const middle = (y << LUMA_BITS) + (1 << (LUMA_BITS - 1));
          const low = curve[middle >> GRID_BITS] ?? 0;
          const high = curve[(middle >> GRID_BITS) + 1] ?? 0;
          this.#luma[at] = low + ((high - low) * (middle & MASK)) / (MASK + 1) + 0.5;
        }
      }
    }
  }

  /** Fills `image` from planes of samples that are `shift` bits short of 10. */
  map(samples: Uint8Array | Uint16Array, shift: number, image: YuvImage): void {
    const { width, height, y: luma, u: blues, v: reds } = image;
    const chromaWidth = (width + 1) >> 1;
    const table = this.#luma;
    const [uFrom, vFrom] = [luma.length, luma.length + blues.length];
    for (let row = 0, chroma = 0; row < height; row += 2) {
      const down = row + 1 < height ? width : 0;
      for (let column = 0; column < chromaWidth; column++, chroma++) {
        const u = ((samples[uFrom + chroma] ?? 0) << shift) & 1023;
        const v = ((samples[vFrom + chroma] ?? 0) << shift) & 1023;
        const base = ((u >> CHROMA_BITS) * CHROMAS + (v >> CHROMA_BITS)) * LUMAS;
        const first = row * width + column * 2;
        const right = column * 2 + 1 < width ? 1 : 0;
        const one = ((samples[first] ?? 0) << shift) & 1023;
        const two = ((samples[first + right] ?? 0) << shift) & 1023;
        const three = ((samples[first + down] ?? 0) << shift) & 1023;
        const four = ((samples[first + down + right] ?? 0) << shift) & 1023;
        luma[first] = table[base + (one >> LUMA_BITS)] ?? 0;
        luma[first + right] = table[base + (two >> LUMA_BITS)] ?? 0;
        luma[first + down] = table[base + (three >> LUMA_BITS)] ?? 0;
        luma[first + down + right] = table[base + (four >> LUMA_BITS)] ?? 0;
        const mean = (one + two + three + four) >> 2;
        blues[chroma] = interpolate(this.#blue, mean, u, v) + 0.5;
        reds[chroma] = interpolate(this.#red, mean, u, v) + 0.5;
      }
    }
  }
}

/** Where a colour lies between the nodes along chroma. */
interface Place {
  corner: number;
  shareU: number;
  shareV: number;
}

function placeOf(u: number, v: number): Place {
  return {
    corner: ((u >> GRID_BITS) * NODES + (v >> GRID_BITS)) * NODES,
    shareU: (u & MASK) / (MASK + 1),
    shareV: (v & MASK) / (MASK + 1),
  };
}

function between(grid: Float32Array, { corner, shareU, shareV }: Place, y: number): number {
  const at = corner + y;
  const next = at + NODES * NODES;
  const low = (grid[at] ?? 0) * (1 - shareV) + (grid[at + NODES] ?? 0) * shareV;
  const high = (grid[next] ?? 0) * (1 - shareV) + (grid[next + NODES] ?? 0) * shareV;
  return low * (1 - shareU) + high * shareU;
}

function interpolate(grid: Float32Array, y: number, u: number, v: number): number {
  const at = ((u >> GRID_BITS) * NODES + (v >> GRID_BITS)) * NODES + (y >> GRID_BITS);
  const next = at + NODES * NODES;
  const shareY = (y & MASK) / (MASK + 1);
  const shareU = (u & MASK) / (MASK + 1);
  const shareV = (v & MASK) / (MASK + 1);
  const a = (grid[at] ?? 0) + ((grid[at + 1] ?? 0) - (grid[at] ?? 0)) * shareY;
  const b = (grid[at + NODES] ?? 0) + ((grid[at + NODES + 1] ?? 0) - (grid[at + NODES] ?? 0)) * shareY;
  const c = (grid[next] ?? 0) + ((grid[next + 1] ?? 0) - (grid[next] ?? 0)) * shareY;
  const d = (grid[next + NODES] ?? 0) + ((grid[next + NODES + 1] ?? 0) - (grid[next + NODES] ?? 0)) * shareY;
  const low = a + (b - a) * shareV;
  return low + (c + (d - c) * shareV - low) * shareU;
}
