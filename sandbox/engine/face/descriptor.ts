import type { CanonicalFace } from './geometry';
import type { Image } from './image';
import type { FaceMesh } from './mesh';
import { flatten, TEXTURE_HEIGHT as HEIGHT, TEXTURE_WIDTH as WIDTH, type Texture } from './texture';

/** Radius of the neighbourhood each pixel's light is compared with, texture pixels. */
const LIGHT_RADIUS = 7;
/** Contrast that even smooth skin is taken to have, luma. */
const MIN_CONTRAST = 4;
/** Side of a square whose edges are counted together, texture pixels, and directions an edge may have. */
const CELL_SIDE = 4;
const DIRECTIONS = 8;
/** How often the texture is smoothed for its coarse shading; every second pixel of that is kept. */
const SMOOTHING_STEPS = 4;
/** A shorter description says nothing, e.g. that of an even grey. */
const EMPTY = 1e-6;

/**
 * Describes a face by its pixels, laid flat on the canonical face: the coarse shading without the light it was taken
 * in, and the directions of edges, cell by cell (histograms of oriented gradients, Dalal and Triggs, 2005). Size,
 * place, turn and much of the expression are gone. This is not a face recognition model: none was found whose
 * weights' licence and training pictures are stated (see THIRD_PARTY.md). It tells the people of the benchmark apart
 * in other frames of the same picture, not in pictures years apart.
 *
 * @returns A unit vector for `similarity`.
 */
export function describeFace(image: Image, mesh: FaceMesh, face: CanonicalFace): Float32Array {
  const even = evenLight(flatten(image, mesh, face));
  const values = [...unit(coarseShading(even)), ...unit(edgeHistograms(meansAround(even, 1)))];
  return Float32Array.from(unit(values));
}

/** Cosine of two descriptions that is as likely of one person as of two, and one that different people reach easily. */
const UNDECIDED = 0.874;
const STRANGERS = 0.4;
/** The score that means undecided: the Oz default threshold of biometry. */
const THRESHOLD = 0.85;

/**
 * How alike two faces are, 0..1, from their descriptions: 0.85 and more speaks for the same person. Simulated, since
 * no recognition model is behind it.
 */
export function similarity(a: Float32Array, b: Float32Array): number {
  const cosine = a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  if (cosine < UNDECIDED) return Math.max(0, (THRESHOLD * (cosine - STRANGERS)) / (UNDECIDED - STRANGERS));
  return Math.min(1, THRESHOLD + ((1 - THRESHOLD) * (cosine - UNDECIDED)) / (1 - UNDECIDED));
}

function unit(values: number[]): number[] {
  const size = Math.max(EMPTY, Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)));
  return values.map((value) => value / size);
}

/** Takes the light away: each pixel less its neighbourhood's mean, over its deviation; 0 where there is no face. */
function evenLight(texture: Texture): Texture {
  const there = texture.map((value) => (Number.isNaN(value) ? 0 : 1));
  const values = texture.map((value) => (Number.isNaN(value) ? 0 : value));
  const shares = meansAround(there, LIGHT_RADIUS);
  const means = meansAround(values, LIGHT_RADIUS);
  const squares = meansAround(
    values.map((value) => value * value),
    LIGHT_RADIUS,
  );
  return texture.map((value, at) => {
    if (there[at] === 0) return 0;
    const share = shares[at] ?? 1;
    const mean = (means[at] ?? 0) / share;
    const deviation = Math.sqrt(Math.max(0, (squares[at] ?? 0) / share - mean * mean));
    return (value - mean) / (deviation + MIN_CONTRAST);
  });
}

/** The mean of the pixels that lie at most `radius` away from each one, across and down. */
function meansAround(texture: Texture, radius: number): Texture {
  // Sums over all that is above and to the left, with a row and a column of 0 before.
  const stride = WIDTH + 1;
  const before = new Float64Array(stride * (HEIGHT + 1));
  for (let row = 0; row < HEIGHT; row++) {
    let line = 0;
    for (let column = 0; column < WIDTH; column++) {
      line += texture[row * WIDTH + column] ?? 0;
      const at = (row + 1) * stride + column + 1;
      before[at] = line + (before[at - stride] ?? 0);
    }
  }
  const out = new Float32Array(texture.length);
  for (let row = 0; row < HEIGHT; row++) {
    const top = Math.max(0, row - radius);
    const bottom = Math.min(HEIGHT, row + radius + 1);
    for (let column = 0; column < WIDTH; column++) {
      const left = Math.max(0, column - radius);
      const right = Math.min(WIDTH, column + radius + 1);
      const upper = (before[top * stride + right] ?? 0) - (before[top * stride + left] ?? 0);
      const lower = (before[bottom * stride + right] ?? 0) - (before[bottom * stride + left] ?? 0);
      out[row * WIDTH + column] = (lower - upper) / ((bottom - top) * (right - left));
    }
  }
  return out;
}

function coarseShading(even: Texture): number[] {
  let coarse = even;
  for (let pass = 0; pass < SMOOTHING_STEPS; pass++) coarse = meansAround(coarse, 1);
  return Array.from(coarse).filter((_, at) => at % 2 === 0 && Math.floor(at / WIDTH) % 2 === 0);
}

/** Strength of edges by direction in each cell, every cell scaled by its own strength. */
function edgeHistograms(texture: Texture): number[] {
  const across = WIDTH / CELL_SIDE;
  const cells = Array.from({ length: across * (HEIGHT / CELL_SIDE) }, () => new Float64Array(DIRECTIONS));
  for (let row = 1; row < HEIGHT - 1; row++) {
    for (let column = 1; column < WIDTH - 1; column++) {
      const at = row * WIDTH + column;
      const dx = (texture[at + 1] ?? 0) - (texture[at - 1] ?? 0);
      const dy = (texture[at + WIDTH] ?? 0) - (texture[at - WIDTH] ?? 0);
      const cell = cells[Math.floor(row / CELL_SIDE) * across + Math.floor(column / CELL_SIDE)];
      if (cell) addEdge(cell, dx, dy);
    }
  }
  return cells.flatMap((cell) => {
    const strength = Math.hypot(...cell) + 1;
    return Array.from(cell, (value) => value / strength);
  });
}

/** Shares an edge between the two directions nearest to its own. */
function addEdge(cell: Float64Array, dx: number, dy: number): void {
  const turn = ((Math.atan2(dy, dx) + Math.PI) / (2 * Math.PI)) * DIRECTIONS;
  const lower = Math.floor(turn) % DIRECTIONS;
  const upper = (lower + 1) % DIRECTIONS;
  const share = turn - Math.floor(turn);
  const strength = Math.hypot(dx, dy);
  cell[lower] = (cell[lower] ?? 0) + strength * (1 - share);
  cell[upper] = (cell[upper] ?? 0) + strength * share;
}
