import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';

/** One plane of samples. */
interface Plane {
  data: Uint8Array;
  width: number;
  height: number;
}

/** Triangles of one picture and where their corners go in another, x, y and depth a corner. */
interface Warp {
  triangles: Uint32Array;
  from: Float32Array;
  to: Float32Array;
  /** Sign of the area of a triangle that shows its front. */
  facing: 1 | -1;
}

/** An empty frame of even sides. */
export function emptyFrame(width: number, height: number): YuvImage {
  const chroma = (width / 2) * (height / 2);
  return {
    format: 'yuv420',
    width,
    height,
    y: new Uint8Array(width * height),
    u: new Uint8Array(chroma),
    v: new Uint8Array(chroma),
    colours: { fullRange: false, matrix: 'bt601' },
  };
}

/** Draws `source`, which is `shrunk` times smaller than `warp.from` says, into `target`: far triangles first. */
export function warp(source: YuvImage, shrunk: number, target: YuvImage, mesh: Warp): void {
  const order = farFirst(mesh);
  const planes: [Plane, Plane, number][] = [
    [plane(source, 'y'), plane(target, 'y'), 1],
    [plane(source, 'u'), plane(target, 'u'), 2],
    [plane(source, 'v'), plane(target, 'v'), 2],
  ];
  for (const [from, to, halving] of planes) {
    for (const triangle of order) drawTriangle(from, to, mesh, triangle, 1 / (halving * shrunk), 1 / halving);
  }
}

function plane(image: YuvImage, name: 'y' | 'u' | 'v'): Plane {
  const half = name === 'y' ? 1 : 2;
  return { data: image[name], width: image.width / half, height: image.height / half };
}

function farFirst({ triangles, to }: Warp): Uint32Array {
  const count = triangles.length / 3;
  const depth = new Float32Array(count);
  for (let t = 0; t < count; t++) {
    for (let corner = 0; corner < 3; corner++)
      depth[t] = (depth[t] ?? 0) + (to[(triangles[t * 3 + corner] ?? 0) * 3 + 2] ?? 0);
  }
  return Uint32Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => (depth[b] ?? 0) - (depth[a] ?? 0),
  );
}

function drawTriangle(
  from: Plane,
  to: Plane,
  mesh: Warp,
  triangle: number,
  fromScale: number,
  toScale: number,
): void {
  const a = (mesh.triangles[triangle * 3] ?? 0) * 3;
  const b = (mesh.triangles[triangle * 3 + 1] ?? 0) * 3;
  const c = (mesh.triangles[triangle * 3 + 2] ?? 0) * 3;
  const xa = (mesh.to[a] ?? 0) * toScale;
  const ya = (mesh.to[a + 1] ?? 0) * toScale;
  const xb = (mesh.to[b] ?? 0) * toScale;
  const yb = (mesh.to[b + 1] ?? 0) * toScale;
  const xc = (mesh.to[c] ?? 0) * toScale;
  const yc = (mesh.to[c + 1] ?? 0) * toScale;
  const area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya);
  // A triangle that shows its back is hidden behind the others, which together leave no hole.
  if (area * mesh.facing < 1e-6) return;
  const ua = (mesh.from[a] ?? 0) * fromScale;
  const va = (mesh.from[a + 1] ?? 0) * fromScale;
  const ub = (mesh.from[b] ?? 0) * fromScale - ua;
  const vb = (mesh.from[b + 1] ?? 0) * fromScale - va;
  const uc = (mesh.from[c] ?? 0) * fromScale - ua;
  const vc = (mesh.from[c + 1] ?? 0) * fromScale - va;
  const ux = (ub * (yc - ya) - uc * (yb - ya)) / area;
  const uy = (uc * (xb - xa) - ub * (xc - xa)) / area;
  const vx = (vb * (yc - ya) - vc * (yb - ya)) / area;
  const vy = (vc * (xb - xa) - vb * (xc - xa)) / area;
  const first = Math.max(0, Math.ceil(Math.min(ya, yb, yc) - 0.5));
  const last = Math.min(to.height - 1, Math.ceil(Math.max(ya, yb, yc) - 0.5) - 1);
  for (let row = first; row <= last; row++) {
    const y = row + 0.5;
    let left = Infinity;
    let right = -Infinity;
    if (ya <= y !== yb <= y) {
      const x = xa + ((y - ya) / (yb - ya)) * (xb - xa);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    if (yb <= y !== yc <= y) {
      const x = xb + ((y - yb) / (yc - yb)) * (xc - xb);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    if (yc <= y !== ya <= y) {
      const x = xc + ((y - yc) / (ya - yc)) * (xa - xc);
      if (x < left) left = x;
      if (x > right) right = x;
    }
    const start = Math.max(0, Math.ceil(left - 0.5));
    const end = Math.min(to.width - 1, Math.ceil(right - 0.5) - 1);
    if (start > end) continue;
    const dx = start + 0.5 - xa;
    const dy = y - ya;
    copySpan(
      from,
      to.data,
      row * to.width + start,
      end - start + 1,
      ua + dx * ux + dy * uy - 0.5,
      va + dx * vx + dy * vy - 0.5,
      ux,
      vx,
    );
  }
}

/** Interpolates `count` samples along a line of the source; past its edges the edge goes on. */
function copySpan(
  from: Plane,
  out: Uint8Array,
  at: number,
  count: number,
  u: number,
  v: number,
  ux: number,
  vx: number,
): void {
  const { data, width, height } = from;
  const maxU = width - 1.001;
  const maxV = height - 1.001;
  for (let index = 0; index < count; index++) {
    const x = u < 0 ? 0 : u > maxU ? maxU : u;
    const y = v < 0 ? 0 : v > maxV ? maxV : v;
    const column = x | 0;
    const row = y | 0;
    const fx = x - column;
    const fy = y - row;
    const p = row * width + column;
    const upper = (data[p] ?? 0) * (1 - fx) + (data[p + 1] ?? 0) * fx;
    const lower = (data[p + width] ?? 0) * (1 - fx) + (data[p + width + 1] ?? 0) * fx;
    out[at + index] = upper + (lower - upper) * fy + 0.5;
    u += ux;
    v += vx;
  }
}
