import { brightnessOf, eyeOpenness, landmark, type FaceMesh, type YuvImage } from '../face';
import { fall, mean, quantile } from './curves';

/** Measures by which open eyes are recognised. */
export interface Eyes {
  /** Aspect ratio of the eyes, see `eyeOpenness`; the narrower one counts thrice. */
  opening: number;
  /** How much darker than the skin below the middle of the eyes is, where an open one shows its iris; 0..1. */
  iris: number;
  /** How much the brightness changes along the middle of the eye, where an open one shows white, iris and white; 0..1. */
  contrast: number;
}

/** Corners of the person's eyes, the left one as seen first. */
const CORNERS = [
  [33, 133],
  [362, 263],
] as const;
/** Share of the skin's brightness below which a pixel belongs to an iris, or to lashes. */
const DARK_SHARE = 0.7;

export function measureEyes(image: YuvImage, mesh: FaceMesh): Eyes {
  const { left, right } = eyeOpenness(mesh);
  const inside = CORNERS.map(([a, b]) => lookInside(image, mesh, a, b));
  return {
    opening: (left + right + 2 * Math.min(left, right)) / 4,
    iris: inside.reduce((sum, { iris }) => sum + iris / 2, 0),
    contrast: inside.reduce((sum, { contrast }) => sum + contrast / 2, 0),
  };
}

function lookInside(image: YuvImage, mesh: FaceMesh, a: number, b: number): Omit<Eyes, 'opening'> {
  const from = landmark(mesh, a);
  const to = landmark(mesh, b);
  const [ux, uy] = [to.x - from.x, to.y - from.y];
  const brightness = brightnessOf(image);
  /** Brightness at a place in widths of the eye: along its corners, and down from there. */
  const read = (along: number, down: number): number => {
    const x = Math.round((from.x + to.x) / 2 + along * ux - down * uy);
    const y = Math.round((from.y + to.y) / 2 + along * uy + down * ux);
    return x < 0 || x >= image.width ? 0 : brightness(image.y[y * image.width + x] ?? 0);
  };
  const skin: number[] = [];
  for (const down of steps(0.38, 0.6, 0.04))
    for (const along of steps(-0.4, 0.4, 0.05)) skin.push(read(along, down));
  const level = quantile(skin, 0.5) + 1;
  let sum = 0;
  let count = 0;
  for (const down of steps(-0.3, 0.25, 0.025)) {
    for (const along of steps(-0.2, 0.2, 0.025)) {
      sum += Math.max(0, DARK_SHARE - read(along, down) / level);
      count++;
    }
  }
  const lines = MIDDLE.map((down) => steps(-0.4, 0.4, 0.02).map((along) => read(along, down) / level));
  return { iris: sum / count, contrast: mean(lines.map(changes)) };
}

/** Lines along the middle of an eye, in its widths down from its corners. */
const MIDDLE = [-0.1, -0.05, 0];
/** Steps of a line over which it changes. */
const CHANGE_STEPS = 3;

function changes(line: number[]): number {
  return mean(line.slice(CHANGE_STEPS).map((value, index) => Math.abs(value - (line[index] ?? 0))));
}

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step + 1.001) }, (_, index) => from + index * step);
}

/** No open eye of anybody measured less than this. */
const CLOSED = 0.12;
/** Share of the person's open eye below which it is closed. */
const CLOSED_SHARE = 0.7;
/** What counts as open at least, when the video shows the eyes closed all the time. */
const MIN_OPEN = { opening: 0.17, iris: 0.03, contrast: 0.01 };
/** Shares by which the measures of an open eye drop through noise and turns of the head. */
const NOISE: Eyes = { opening: 0.09, iris: 0, contrast: 0.12 };
/** Shares by which the eye closes, and by which iris and contrast fade, when that is just noticed. */
const NOTICED: Eyes = { opening: 0.11, iris: 0.4, contrast: 0.2 };
/** Shares that eyes may be open wider than usual, and that are just noticed beyond. */
const WIDE = { free: 0.15, noticed: 0.15 };
/**
 * Blur takes the contrast of an open eye as it takes detail from the face; where less detail than this is left, contrast
 * tells nothing.
 */
const MIN_DETAIL = 0.2;

/**
 * How far this person's eyes are when open, from all frames of a video: faces differ (0.2 to 0.4), so closed is told
 * by the person's own measure. The middle of those that are not closed against the widest ones (a high percentile: a
 * person may have them closed most of the time): eyes opened wide are not their usual state.
 */
export function openEyes(all: Eyes[]): Eyes {
  const high = (name: keyof Eyes): number =>
    Math.max(
      MIN_OPEN[name],
      quantile(
        all.map((one) => one[name]),
        0.96,
      ),
    );
  const open = all.map(({ opening }) => opening).filter((one) => one >= CLOSED_SHARE * high('opening'));
  return {
    opening: Math.max(MIN_OPEN.opening, quantile(open, 0.5)),
    iris: high('iris'),
    contrast: high('contrast'),
  };
}

/**
 * How open the eyes are, by their shape and by what is seen in them: the mesh mistakes lids in shadow for open eyes.
 * ISO/IEC 29794-5 eyes open; OFIQ takes the smaller opening, against the size of the face; here it is held against
 * the same person's open eyes.
 *
 * @param detail Share of the fine detail that blur has left of the face.
 */
export function eyes(measured: Eyes, open: Eyes, detail: number): number {
  const sharp = { ...measured, contrast: measured.contrast / Math.min(1, Math.max(MIN_DETAIL, detail)) };
  const part = (name: keyof Eyes): number => fall(1 - NOISE[name] - sharp[name] / open[name], NOTICED[name]);
  const wide = fall(measured.opening / open.opening - 1 - WIDE.free, WIDE.noticed);
  return part('opening') * part('iris') * part('contrast') * wide;
}

export function eyesClosed({ opening }: Eyes, open: Eyes): boolean {
  return opening < CLOSED || opening < CLOSED_SHARE * open.opening;
}
