import type { CanonicalFace } from './geometry';
import type { Image } from './image';
import { LANDMARKS, type FaceMesh } from './mesh';
import { flatten, TEXTURE_HEIGHT, TEXTURE_WIDTH, type Texture } from './texture';

/** Side of a square of texture whose edges are counted together, pixels. */
const CELL = 8;
/** Directions an edge may have. */
const DIRECTIONS = 8;
/** Radius of the neighbourhood each pixel's light is compared with, texture pixels. */
const LIGHT = 7;

export function describeFace(image: Image, mesh: FaceMesh, face: CanonicalFace): Float32Array {
  const texture = evenLight(flatten(image, mesh, face));
  return Float32Array.from([...unit(edgeHistograms(texture)), ...unit(coarse(texture))]);
}

function unit(values: number[]): number[] {
  const size = Math.hypot(...values) || 1;
  return values.map((v) => v / size);
}

/** Takes away light: each pixel less its neighbourhood's mean, over its deviation. */
function evenLight(texture: Texture): Texture {
  const out = new Float32Array(texture.length);
  for (let row = 0; row < TEXTURE_HEIGHT; row++) {
    for (let column = 0; column < TEXTURE_WIDTH; column++) {
      let sum = 0,
        squares = 0,
        count = 0;
      for (let y = Math.max(0, row - LIGHT); y <= Math.min(TEXTURE_HEIGHT - 1, row + LIGHT); y++) {
        for (let x = Math.max(0, column - LIGHT); x <= Math.min(TEXTURE_WIDTH - 1, column + LIGHT); x++) {
          const value = texture[y * TEXTURE_WIDTH + x] ?? NaN;
          if (Number.isNaN(value)) continue;
          sum += value;
          squares += value * value;
          count++;
        }
      }
      const mean = sum / count;
      const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean)) + 4;
      const value = texture[row * TEXTURE_WIDTH + column] ?? NaN;
      out[row * TEXTURE_WIDTH + column] = Number.isNaN(value) || count === 0 ? 0 : (value - mean) / deviation;
    }
  }
  return out;
}

function edgeHistograms(t: Texture): number[] {
  const cellsX = TEXTURE_WIDTH / CELL;
  const cells = cellsX * (TEXTURE_HEIGHT / CELL);
  const histogram = new Array<number>(cells * DIRECTIONS).fill(0);
  for (let row = 1; row < TEXTURE_HEIGHT - 1; row++)
    for (let column = 1; column < TEXTURE_WIDTH - 1; column++) {
      const at = row * TEXTURE_WIDTH + column;
      const dx = (t[at + 1] ?? 0) - (t[at - 1] ?? 0);
      const dy = (t[at + TEXTURE_WIDTH] ?? 0) - (t[at - TEXTURE_WIDTH] ?? 0);
      const angle = ((Math.atan2(dy, dx) + Math.PI) / Math.PI) * (DIRECTIONS / 2);
      const cell = Math.floor(row / CELL) * cellsX + Math.floor(column / CELL);
      const low = Math.floor(angle) % DIRECTIONS;
      const f = angle - Math.floor(angle);
      const m = Math.hypot(dx, dy);
      histogram[cell * DIRECTIONS + low]! += m * (1 - f);
      histogram[cell * DIRECTIONS + ((low + 1) % DIRECTIONS)]! += m * f;
    }
  for (let c = 0; c < cells; c++) {
    const s = histogram.slice(c * DIRECTIONS, c * DIRECTIONS + DIRECTIONS);
    const n = Math.hypot(...s) + 1;
    for (let d = 0; d < DIRECTIONS; d++) histogram[c * DIRECTIONS + d]! /= n;
  }
  return histogram;
}
function coarse(t: Texture): number[] {
  const out: number[] = [];
  for (let row = 0; row < TEXTURE_HEIGHT; row += 2)
    for (let column = 0; column < TEXTURE_WIDTH; column += 2) {
      let s = 0;
      for (let dy = 0; dy < 2; dy++)
        for (let dx = 0; dx < 2; dx++) s += t[(row + dy) * TEXTURE_WIDTH + column + dx] ?? 0;
      out.push(s / 4);
    }
  return out;
}
void LANDMARKS;

/** How alike two faces are, 0..1. */
export function similarity(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  for (let i = 0; i < a.length; i++) dot += (a[i] ?? 0) * (b[i] ?? 0);
  return Math.max(0, dot / 2);
}
