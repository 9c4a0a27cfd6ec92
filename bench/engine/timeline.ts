import type { Point, Pose } from '@ozflow/oz-sandbox/engine/face/index';
import { CALM, type Look } from './frameLook';
import { between, pick, seeded, sign, type Random } from '../../tools/random';

/** Defects of a frame, whichever others it has. */
const FRAME_DEFECTS = [
  'motion blur',
  'defocus',
  'under-exposed',
  'over-exposed',
  'side light',
  'yaw',
  'pitch',
  'roll',
  'eyes closed',
  'mouth open',
  'expression',
  'gaze aside',
] as const;
/** What is wrong with a clip outside of its good frames. */
export const DEFECTS = [
  ...FRAME_DEFECTS,
  'small face',
  'cut face',
  'second person',
  'hand',
  'object',
  'passer-by',
  'face comes late',
  'no face',
  'mixed',
  'graded',
] as const;
export type Defect = (typeof DEFECTS)[number];

/** A clip over time: how it looks at each moment, and when it is good. */
export interface Timeline {
  /** Smallest scale of the face that occurs. */
  smallest: number;
  /** Seconds between which the clip is good; absent where only the costs tell. */
  window?: readonly [number, number];
  look(seconds: number): Look;
}

/** What decides which way flaws go in a photo: turn and lean in degrees, the look aside, and the darker side. */
interface Photo {
  pose: Pick<Pose, 'yaw' | 'roll'>;
  /** How far to the right edge of the photo the eyes look past the camera, in widths of an eye. */
  aside: number;
  /** Width of the mouth, see `Expression`. */
  mouthWidth: number;
  darker: number;
}

/** Seconds in which a defect comes and goes. */
const RAMP_SECONDS = 0.25;

/** One defect at a strength of 0..1. */
type Flaw = (strength: number, seconds: number) => Partial<Look>;

/** Degrees of turn or lean of the photo from which a flaw goes the same way; the other way it would undo it. */
const LEANING_DEGREES = 2;
/** Widths of an eye for which the same holds of a look aside. */
const ASIDE_WIDTHS = 0.02;
/** Mouths as wide as most at rest; a wider one smiles, and to draw it together would undo that. */
const MOUTH_AT_REST = { least: 0.74, most: 0.88 };
/** How far below its place, in widths of the face, something is out of the picture. */
const OUT_OF_SIGHT = 3.5;
/** How far to both sides somebody is who has not come into the picture yet, and how long he takes at most to cross it. */
const OUT_ASIDE = 3.4;
const CROSSING_SECONDS = 1.3;

function flawOf(defect: Defect, random: Random, photo: Photo): Flaw {
  const side = sign(random);
  const onward = (already: number, least = LEANING_DEGREES): number =>
    Math.abs(already) > least ? Math.sign(already) : side;
  const amount = between(random, 0.55, 1.25);
  switch (defect) {
    case 'motion blur': {
      const angle = between(random, -0.6, 0.6) + (random() < 0.3 ? Math.PI / 2 : 0);
      return (s) => ({ motion: 0.09 * amount * s, motionAngle: angle });
    }
    case 'defocus':
      return (s) => ({ defocus: 0.028 * amount * s });
    case 'under-exposed':
      return (s) => ({ stops: -3.2 * amount * s });
    case 'over-exposed':
      return (s) => ({ stops: 2.2 * amount * s });
    case 'side light':
      return (s) => ({ side: (photo.darker || side) * Math.min(0.9, 0.75 * amount) * s });
    case 'yaw':
      return (s) => ({ yaw: onward(photo.pose.yaw) * 24 * amount * s });
    case 'pitch':
      return (s) => ({ pitch: side * 22 * amount * s });
    case 'roll':
      return (s) => ({ roll: onward(photo.pose.roll) * 26 * amount * s });
    case 'eyes closed':
      return (s) => ({ eyes: s });
    case 'mouth open':
      return (s) => ({ mouth: Math.min(1, 0.85 * amount) * s });
    case 'expression': {
      const { least, most } = MOUTH_AT_REST;
      const smile = photo.mouthWidth > most ? 1 : photo.mouthWidth < least ? -1 : side;
      const grimace = pick(random, [{ smile }, { smile }, { brows: 1 }, { smile: 0.7 * smile, brows: 0.7 }]);
      const strong = between(random, 0.9, 1.25);
      const rate = between(random, 4, 7);
      // It comes and goes, and is never half there for long: what lasts is taken for the face at rest.
      const part = (t: number): number => strong * smooth(0.6 + 1.5 * Math.sin(rate * t));
      return (s, t) => ({
        smile: (grimace.smile ?? 0) * part(t) * s,
        brows: (grimace.brows ?? 0) * part(t) * s,
      });
    }
    case 'gaze aside': {
      // Less is hardly seen.
      const aside = onward(photo.aside, ASIDE_WIDTHS) * between(random, 1, 1.25);
      return (s) => ({ gaze: aside * s });
    }
    case 'small face':
      return (s) => ({ scale: 1 - (1 - 0.42 / amount) * s });
    case 'cut face':
      return random() < 0.6
        ? (s) => ({ shiftX: side * 1.25 * amount * s })
        : (s) => ({ shiftY: -1.35 * amount * s });
    case 'second person':
      return (s) => (s > 0.5 ? { intruder: { x: 0.52, y: 0 } } : {});
    case 'hand': {
      const place = pick(random, [
        { x: 0, y: 0 },
        { x: 0, y: 0.35 },
        { x: 0.35 * side, y: 0 },
      ]);
      return comesFromBelow(place, between(random, 2, 6));
    }
    case 'object':
      return comesFromBelow({ x: between(random, -0.15, 0.15), y: between(random, 0.25, 0.5) }, 2);
    case 'face comes late':
    case 'no face':
      return (s) => ({ empty: s > 0.5 });
    case 'passer-by':
    case 'mixed':
    case 'graded':
      throw new Error(`${defect} is made of other defects.`);
  }
}

/** Something that is held up to a place and swings a little there. */
function comesFromBelow({ x, y }: Point, rate: number): Flaw {
  return (s, t) =>
    s > 0
      ? {
          intruder: {
            x: x + 0.06 * Math.sin(rate * t),
            y: y + OUT_OF_SIGHT * (1 - s) + 0.03 * Math.sin(2 * rate * t),
          },
        }
      : {};
}

/** Small movements that every hand-held clip has. */
function fidget(random: Random): (seconds: number) => Look {
  const wave = (size: number): ((seconds: number) => number) => {
    const rate = between(random, 1, 3);
    const phase = between(random, 0, 6.3);
    return (t) => size * Math.sin(rate * t + phase);
  };
  const yaw = wave(1.2);
  const pitch = wave(1.2);
  const roll = wave(1);
  const shiftX = wave(0.02);
  const shiftY = wave(0.02);
  const stops = wave(0.05);
  return (t) => ({
    ...CALM,
    yaw: yaw(t),
    pitch: pitch(t),
    roll: roll(t),
    shiftX: shiftX(t),
    shiftY: shiftY(t),
    stops: stops(t),
  });
}

function smooth(value: number): number {
  const x = Math.max(0, Math.min(1, value));
  return x * x * (3 - 2 * x);
}

/** Makes the timeline of a clip of `seconds` from a seed, for a photo whose head is turned as given. */
export function makeTimeline(defect: Defect, seconds: number, seed: string, photo: Photo): Timeline {
  const random = seeded(seed);
  const base = fidget(random);
  if (defect === 'graded') return graded(random, seconds, base);
  if (defect === 'no face') return { smallest: 1, look: (t) => ({ ...base(t), empty: true }) };
  const length = between(random, 0.4, 0.6);
  const start = between(random, 0.02, 0.98) * (seconds - length);
  const window = [start, start + length] as const;
  const away = (t: number): number => smooth(Math.max(window[0] - t, t - window[1], 0) / RAMP_SECONDS);
  if (defect === 'mixed') return mixed(random, base, window, away, photo);
  if (defect === 'passer-by') {
    const crossing = cross(random, seconds, window);
    const other = flawOf(pick(random, UNLIKE_A_PASSER_BY), random, photo);
    return { smallest: 1, window, look: (t) => ({ ...base(t), ...other(away(t), t), ...crossing(t) }) };
  }
  const flaw = flawOf(defect, random, photo);
  const smallest = Math.min(1, flaw(1, 0).scale ?? 1);
  return { smallest, window, look: (t) => ({ ...base(t), ...flaw(away(t), t) }) };
}

/** Defects that can stand side by side. */
const MIXABLE = [...FRAME_DEFECTS, 'cut face'] as const;

/** Other defects before the good window than after it, two at a time. */
function mixed(
  random: Random,
  base: (t: number) => Look,
  window: readonly [number, number],
  away: (t: number) => number,
  photo: Photo,
): Timeline {
  const before = [flawOf(pick(random, MIXABLE), random, photo), flawOf(pick(random, MIXABLE), random, photo)];
  const after = [flawOf(pick(random, MIXABLE), random, photo), flawOf(pick(random, MIXABLE), random, photo)];
  const look = (t: number): Look => {
    const flaws = t < window[0] ? before : after;
    return Object.assign(base(t), ...flaws.map((flaw) => flaw(away(t), t)));
  };
  return { smallest: 1, window, look };
}

/** What the main person does while somebody walks past, who faces the camera and is sharp. */
const UNLIKE_A_PASSER_BY = ['yaw', 'eyes closed', 'defocus', 'gaze aside'] as const;

/** Somebody walks through the picture once, in the longer part of the clip that is not good. */
function cross(
  random: Random,
  seconds: number,
  [start, end]: readonly [number, number],
): (t: number) => Partial<Look> {
  const [from, to] =
    start > seconds - end ? [0, start - RAMP_SECONDS] : [Math.min(seconds, end + RAMP_SECONDS), seconds];
  const takes = Math.min(CROSSING_SECONDS, to - from);
  const begins = between(random, from, to - takes);
  const side = sign(random);
  const y = between(random, -0.3, 0.3);
  return (t) => {
    const share = (t - begins) / takes;
    return share > 0 && share < 1 ? { intruder: { x: side * OUT_ASIDE * (2 * share - 1), y } } : {};
  };
}

/**
 * All at once and each a little: turning, nodding, leaning, focus and light that wander, blinks, talking. At one moment
 * all is well; only then viewers agree on which frame is the best.
 */
function graded(random: Random, seconds: number, base: (t: number) => Look): Timeline {
  const best = between(random, 0.05, 0.95) * seconds;
  const wander = (size: number): ((t: number) => number) => {
    const [a, b] = [between(random, 0.8, 1.8), between(random, 2, 3.4)];
    const [p, q] = [between(random, 0, 6.3), between(random, 0, 6.3)];
    const at = (t: number): number => size * (0.65 * Math.sin(a * t + p) + 0.35 * Math.sin(b * t + q));
    return (t) => at(t) - at(best);
  };
  const yaw = wander(26);
  const pitch = wander(16);
  const roll = wander(18);
  const focus = wander(0.03);
  const light = wander(2);
  const talk = wander(1.2);
  const blink = between(random, 0.9, 1.5);
  const look = (t: number): Look => {
    // Eyes are open for longest halfway between two blinks.
    const sinceBlink = (((t - best) % blink) + 1.5 * blink) % blink;
    return {
      ...base(t),
      yaw: yaw(t),
      pitch: pitch(t),
      roll: roll(t),
      defocus: Math.abs(focus(t)),
      stops: light(t),
      mouth: Math.min(1, Math.max(0, Math.abs(talk(t)) - 0.2)),
      eyes: smooth(1 - Math.min(sinceBlink, blink - sinceBlink) / 0.12),
    };
  };
  return { smallest: 1, look };
}
