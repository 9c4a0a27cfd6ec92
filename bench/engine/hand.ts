import sharp from 'sharp';
import type { Point } from '@ozflow/oz-sandbox/engine/face/index';
import { between, sign, type Random } from '../../tools/random';

/** A picture of a hand with its forearm, cut out. */
interface HandPicture {
  picture: sharp.Sharp;
  /** The middle of the palm, as shares of the picture's sides. */
  palm: Point;
}

/** Part of a hand: thick as given at both ends. Lengths are shares of the hand's, from the wrist up. */
interface Limb {
  from: Point;
  to: Point;
  thick: readonly [number, number];
}

/** Lowest joints of the fingers, their lengths, how they spread (degrees) and how thick they are. */
const FINGERS = [
  { joint: { x: -0.125, y: 0.54 }, length: 0.37, spread: -9, thick: [0.056, 0.041] },
  { joint: { x: -0.025, y: 0.565 }, length: 0.42, spread: -2, thick: [0.057, 0.042] },
  { joint: { x: 0.072, y: 0.54 }, length: 0.39, spread: 5, thick: [0.054, 0.04] },
  { joint: { x: 0.158, y: 0.485 }, length: 0.3, spread: 14, thick: [0.046, 0.034] },
] as const;
const THUMB: readonly Limb[] = [
  { from: { x: -0.1, y: 0.12 }, to: { x: -0.215, y: 0.29 }, thick: [0.1, 0.066] },
  { from: { x: -0.215, y: 0.29 }, to: { x: -0.295, y: 0.42 }, thick: [0.066, 0.052] },
  { from: { x: -0.295, y: 0.42 }, to: { x: -0.345, y: 0.53 }, thick: [0.052, 0.042] },
];
const FOREARM: Limb = { from: { x: 0, y: 0 }, to: { x: 0.02, y: -1.5 }, thick: [0.125, 0.19] };
/** Where finger joints are along a finger. */
const JOINTS = [0.46, 0.74] as const;
/** Length of the hand as it is drawn, pixels; then it is brought to the wanted one. */
const DRAWN = 400;
/** What the picture shows: half its width, and its height above and below the wrist. */
const EXTENT = { aside: 0.5, above: 1.08, below: 1.5 };
const PALM: Point = { x: 0, y: 0.35 };

/**
 * Draws a hand that is held up, as a field of heights out of rounded limbs in the light of a room: the palm, or the
 * back with its nails.
 *
 * @param length From the wrist to the tip of the middle finger, pixels.
 * @param skin Red, green and blue of the skin.
 * @param lean Degrees by which it leans to the right.
 */
export async function drawHand(
  random: Random,
  length: number,
  skin: readonly number[],
  lean: number,
): Promise<HandPicture> {
  const mirrored = sign(random);
  const back = random() < 0.5;
  const spread = between(random, 0.5, 1.3);
  const fingers = FINGERS.map((finger) => fingerOf(finger, spread * between(random, 0.8, 1.2)));
  const width = Math.ceil(2 * EXTENT.aside * DRAWN);
  const height = Math.ceil((EXTENT.above + EXTENT.below) * DRAWN);
  const limbs = [FOREARM, ...palm(), ...THUMB];
  const mark = back ? nails(fingers) : creases(fingers);
  const surface = new Float32Array(width * height);
  const marks = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const point = {
        x: mirrored * ((column + 0.5) / DRAWN - EXTENT.aside),
        y: EXTENT.above - (row + 0.5) / DRAWN,
      };
      const at = row * width + column;
      const hand = blend(limbs, point, BLEND.palm);
      const heights = fingers.map((finger) => blend(finger, point, BLEND.finger));
      surface[at] = Math.max(join(hand, Math.max(...heights), BLEND.finger), 0);
      if ((surface[at] ?? 0) > 0 && point.y > 0) marks[at] = mark(point);
    }
  }
  const data = paint(surface, marks, { width, height }, skin, back);
  const { data: turned, info } = await sharp(data, { raw: { width, height, channels: 4 } })
    .rotate(lean, { background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .png()
    .toBuffer({ resolveWithObject: true });
  const angle = (lean * Math.PI) / 180;
  const [dx, dy] = [
    mirrored * PALM.x * DRAWN,
    (EXTENT.above - PALM.y - (EXTENT.above + EXTENT.below) / 2) * DRAWN,
  ];
  return {
    picture: sharp(turned).resize(Math.round((info.width * length) / DRAWN)),
    palm: {
      x: 0.5 + (dx * Math.cos(angle) - dy * Math.sin(angle)) / info.width,
      y: 0.5 + (dx * Math.sin(angle) + dy * Math.cos(angle)) / info.height,
    },
  };
}

function fingerOf({ joint, length, spread, thick }: (typeof FINGERS)[number], wider: number): Limb[] {
  const angle = (spread * wider * Math.PI) / 180;
  const along = (share: number): Point => ({
    x: joint.x + Math.sin(angle) * length * share,
    y: joint.y + Math.cos(angle) * length * share,
  });
  const thickAt = (share: number): number => thick[0] + (thick[1] - thick[0]) * share;
  const stops = [0, ...JOINTS, 1];
  return stops.slice(1).map((to, index) => {
    const from = stops[index] ?? 0;
    return { from: along(from), to: along(to), thick: [thickAt(from), thickAt(to)] };
  });
}

function palm(): Limb[] {
  return FINGERS.map(({ joint }) => ({
    from: { x: joint.x * 0.45, y: 0.06 },
    to: { x: joint.x, y: joint.y - 0.02 },
    thick: [0.1, 0.066],
  }));
}

/** Over how much height limbs run into each other: a palm is one, fingers have only their joints. */
const BLEND = { palm: 0.03, finger: 0.006 };

function blend(limbs: readonly Limb[], point: Point, soft: number): number {
  return limbs.reduce((height, limb) => join(height, heightOf(limb, point), soft), -1);
}

/** The greater of both, without an edge where they meet. */
function join(a: number, b: number, soft: number): number {
  if (a <= -1 || b <= -1) return Math.max(a, b);
  const share = Math.max(0, soft - Math.abs(a - b)) / soft;
  return Math.max(a, b) + (share * share * soft) / 4;
}

/** How high a limb stands above the plane at a point; -1 beside it. */
function heightOf({ from, to, thick }: Limb, { x, y }: Point): number {
  const { share, apart } = nearest(from, to, { x, y });
  const radius = thick[0] + (thick[1] - thick[0]) * share;
  return apart < radius ? Math.sqrt(radius * radius - apart * apart) : -1;
}

function nearest(from: Point, to: Point, { x, y }: Point): { share: number; apart: number } {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
  const share = Math.max(0, Math.min(1, along));
  return { share, apart: Math.hypot(x - from.x - share * dx, y - from.y - share * dy) };
}

/** Lines of a palm from end to end: of the heart, of the head, of life. */
const PALM_LINES: readonly (readonly Point[])[] = [
  [
    { x: 0.19, y: 0.4 },
    { x: 0.08, y: 0.4 },
    { x: -0.02, y: 0.44 },
    { x: -0.07, y: 0.5 },
  ],
  [
    { x: 0.15, y: 0.29 },
    { x: 0.02, y: 0.35 },
    { x: -0.09, y: 0.39 },
    { x: -0.16, y: 0.4 },
  ],
  [
    { x: -0.16, y: 0.39 },
    { x: -0.07, y: 0.33 },
    { x: -0.03, y: 0.22 },
    { x: -0.04, y: 0.06 },
  ],
];
const LINE_WIDTH = 0.008;

/** How light or dark the skin is at a point beside what the light makes of it. */
type Marks = (point: Point) => number;

/** The lines of the palm and the folds of the fingers' joints are darker. */
function creases(fingers: Limb[][]): Marks {
  const lines = PALM_LINES.flatMap((line) =>
    line.slice(1).map((to, index) => [line[index] ?? to, to] as const),
  );
  const folds = fingers.flatMap((finger) => finger.map((limb) => across(limb, 0.8)));
  const near = nearestOf([...lines, ...folds]);
  return (point) => -Math.exp(-((near(point) / LINE_WIDTH) ** 2));
}

/** Nails are lighter, and wrinkles over the joints a little darker. */
function nails(fingers: Limb[][]): Marks {
  const tips = [...fingers, THUMB].flatMap((limbs) => limbs.slice(-1));
  const wrinkles = fingers.flatMap((finger) =>
    finger.slice(1).flatMap((limb) => {
      const [from, to] = across(limb, 0.6);
      return [-0.012, 0, 0.012].map(
        (up) =>
          [
            { x: from.x, y: from.y + up },
            { x: to.x, y: to.y + up },
          ] as const,
      );
    }),
  );
  const near = nearestOf(wrinkles);
  return (point) =>
    tips.some((tip) => onNail(tip, point)) ? 1 : -0.5 * Math.exp(-((near(point) / (LINE_WIDTH * 0.5)) ** 2));
}

/** Whether a point lies on the nail at the end of a limb. */
function onNail({ from, to, thick }: Limb, { x, y }: Point): boolean {
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / far, (to.y - from.y) / far];
  const down = (x - to.x) * ux + (y - to.y) * uy;
  const aside = (x - to.x) * uy - (y - to.y) * ux;
  return ((down / thick[1] + 0.1) / 0.95) ** 4 + (aside / (thick[1] * 0.72)) ** 4 < 1;
}

type Line = readonly [Point, Point];

/** Distance of a point to the nearest of some lines. */
function nearestOf(lines: Line[]): (point: Point) => number {
  return (point) => {
    let least = Infinity;
    for (const [from, to] of lines) least = Math.min(least, nearest(from, to, point).apart);
    return least;
  };
}

/** The line across a limb where it begins, over a share of its thickness. */
function across({ from, to, thick }: Limb, share: number): Line {
  const far = Math.hypot(to.x - from.x, to.y - from.y);
  const half = (thick[0] * share) / far;
  const [x, y] = [(to.y - from.y) * half, (from.x - to.x) * half];
  return [
    { x: from.x - x, y: from.y - y },
    { x: from.x + x, y: from.y + y },
  ];
}

/** Where the light comes from: above, from the left and the front. */
const LIGHT = [-0.35, 0.55, 0.76] as const;
const AMBIENT = 0.5;

/** Lights the surface; shadows are redder, as in skin. */
function paint(
  surface: Float32Array,
  marks: Float32Array,
  { width, height }: { width: number; height: number },
  skin: readonly number[],
  back: boolean,
): Buffer {
  const data = Buffer.alloc(width * height * 4);
  const at = (column: number, row: number): number =>
    surface[Math.max(0, Math.min(height - 1, row)) * width + Math.max(0, Math.min(width - 1, column))] ?? 0;
  const reach = Math.max(1, Math.round(DRAWN * 0.02));
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const here = at(column, row);
      if (here <= 0) continue;
      const slopeX = ((at(column + 1, row) - at(column - 1, row)) * DRAWN) / 2;
      const slopeY = ((at(column, row - 1) - at(column, row + 1)) * DRAWN) / 2;
      const steep = Math.hypot(slopeX, slopeY, 1);
      const lit = Math.max(0, (-slopeX * LIGHT[0] - slopeY * LIGHT[1] + LIGHT[2]) / steep);
      const around =
        (at(column - reach, row) +
          at(column + reach, row) +
          at(column, row - reach) +
          at(column, row + reach)) /
        4;
      // Between fingers less light arrives.
      const hollow = Math.min(0.35, Math.max(0, (around - here) * 12));
      const mark = marks[row * width + column] ?? 0;
      const shade = (AMBIENT + (1 - AMBIENT) * lit) * (1 - hollow) * (1 + Math.min(0, mark) * 0.22) * 1.08;
      const nail = Math.max(0, mark) * 0.35;
      const to = (row * width + column) * 4;
      for (const [channel, tint] of TINTS.entries()) {
        const colour = skin[channel] ?? 0;
        // Palms are lighter than backs, most so in dark skin.
        const own = back ? colour : colour + (PALM_COLOUR[channel] ?? 0) * (1 - colour / 255);
        const value = (own + nail * ((NAIL_COLOUR[channel] ?? 0) - own)) * shade ** tint;
        data[to + channel] = Math.max(0, Math.min(255, value));
      }
      data[to + 3] = 255;
    }
  }
  return data;
}

/** How fast red, green and blue fall in the shade. */
const TINTS = [0.85, 1.05, 1.15] as const;
const PALM_COLOUR = [75, 45, 40] as const;
const NAIL_COLOUR = [235, 190, 180] as const;
