import { brightnessOf, eyeOpenness, landmark, type FaceMesh, type YuvImage } from '../face';
import { fall, quantile } from './curves';

/** What tells of open eyes. */
export interface Eyes {
  /** Aspect ratio of the eyes, see `eyeOpenness`; the narrower one counts thrice. */
  opening: number;
  /** How much darker than the skin below the middle of the eyes is, where an open one shows its iris; 0..1. */
  iris: number;
}

/** Corners of the person's eyes, the left one as seen first. */
const CORNERS = [
  [33, 133],
  [362, 263],
] as const;
/** Share of the skin's brightness below which a pixel belongs to an iris, or to lashes. */
const DARK = 0.7;

export function measureEyes(image: YuvImage, mesh: FaceMesh): Eyes {
  const { left, right } = eyeOpenness(mesh);
  const irises = CORNERS.map(([a, b]) => irisDarkness(image, mesh, a, b));
  return {
    opening: (left + right + 2 * Math.min(left, right)) / 4,
    iris: irises.reduce((sum, iris) => sum + iris / 2, 0),
  };
}

function irisDarkness(image: YuvImage, mesh: FaceMesh, a: number, b: number): number {
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
      sum += Math.max(0, DARK - read(along, down) / level);
      count++;
    }
  }
  return sum / count;
}

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step + 1.001) }, (_, index) => from + index * step);
}

/** No open eye of anybody measured less than this. */
const CLOSED = 0.12;
/** Share of the person's open eye below which it is closed. */
const CLOSED_SHARE = 0.7;
/** What counts as open at least, when the film shows the eyes closed all the time. */
const LEAST_OPEN = { opening: 0.17, iris: 0.03 };
/** Share that is measured less though the eye is as open as ever, by noise and by turning the head. */
const NOISE = 0.09;
/** Shares that an eye closes further, and that its iris is less to be seen, when it is just noticed. */
const NOTICED = { opening: 0.11, iris: 0.5 };

/**
 * How far this person's eyes are when open, from all frames of a film: faces differ (0.2 to 0.4), so closed is
 * told by the person's own measure. A high percentile: a person may have them closed most of the time.
 */
export function openEyes(all: Eyes[]): Eyes {
  const high = (name: keyof Eyes): number =>
    Math.max(
      LEAST_OPEN[name],
      quantile(
        all.map((one) => one[name]),
        0.96,
      ),
    );
  return { opening: high('opening'), iris: high('iris') };
}

/**
 * How open the eyes are, by their shape and by the irises. ISO/IEC 29794-5 eyes open; OFIQ takes the smaller opening,
 * against the size of the face; here it is held against the same person's open eyes.
 */
export function eyes({ opening, iris }: Eyes, open: Eyes): number {
  return fall(1 - NOISE - opening / open.opening, NOTICED.opening) * fall(1 - iris / open.iris, NOTICED.iris);
}

export function eyesClosed({ opening }: Eyes, open: Eyes): boolean {
  return opening < CLOSED || opening < CLOSED_SHARE * open.opening;
}
