import type { Pose } from '@ozflow/oz-sandbox/engine/face/index';
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
  'covered face',
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
      const grimace = pick(random, [{ smile: 1 }, { smile: -1 }, { brows: 1 }, { smile: -0.7, brows: 0.7 }]);
      const rate = between(random, 4, 7);
      // Faces move; what lasts is taken for the face at rest.
      const part = (t: number): number => amount * (0.55 + 0.45 * Math.sin(rate * t));
      return (s, t) => ({
        smile: (grimace.smile ?? 0) * part(t) * s,
        brows: (grimace.brows ?? 0) * part(t) * s,
      });
    }
    case 'gaze aside':
      return (s) => ({ gaze: onward(photo.aside, ASIDE_WIDTHS) * Math.min(1, amount) * s });
    case 'small face':
      return (s) => ({ scale: 1 - (1 - 0.42 / amount) * s });
    case 'cut face':
      return random() < 0.6
        ? (s) => ({ shiftX: side * 1.25 * amount * s })
        : (s) => ({ shiftY: -1.35 * amount * s });
    case 'second person':
      return (s) => ({ bystander: s > 0.5 });
    case 'covered face':
      return (s) => (s > 0.5 ? { covered: 0.42 * amount } : {});
    case 'face comes late':
    case 'no face':
      return (s) => ({ empty: s > 0.5 });
    case 'mixed':
    case 'graded':
      throw new Error(`${defect} is made of other defects.`);
  }
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
  if (defect === 'graded') return graded(random, base);
  if (defect === 'no face') return { smallest: 1, look: (t) => ({ ...base(t), empty: true }) };
  const length = between(random, 0.4, 0.6);
  const start = between(random, 0.02, 0.98) * (seconds - length);
  const window = [start, start + length] as const;
  const away = (t: number): number => smooth(Math.max(window[0] - t, t - window[1], 0) / RAMP_SECONDS);
  if (defect === 'mixed') return mixed(random, base, window, away, photo);
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

/** All at once and always a little: turning, nodding, leaning, focus and light that wander, blinks, talking. */
function graded(random: Random, base: (t: number) => Look): Timeline {
  const wander = (size: number): ((t: number) => number) => {
    const [a, b] = [between(random, 0.8, 1.8), between(random, 2, 3.4)];
    const [p, q] = [between(random, 0, 6.3), between(random, 0, 6.3)];
    return (t) => size * (0.65 * Math.sin(a * t + p) + 0.35 * Math.sin(b * t + q));
  };
  const yaw = wander(26);
  const pitch = wander(16);
  const roll = wander(18);
  const focus = wander(0.03);
  const light = wander(2);
  const talk = wander(1.2);
  const blink = between(random, 0.9, 1.5);
  const offset = between(random, 0, 1);
  const look = (t: number): Look => {
    const sinceBlink = (t + offset) % blink;
    return {
      ...base(t),
      yaw: yaw(t),
      pitch: pitch(t),
      roll: roll(t),
      defocus: Math.max(0, focus(t)),
      stops: light(t),
      mouth: Math.max(0, talk(t) - 0.4),
      eyes: smooth(1 - Math.abs(sinceBlink - 0.12) / 0.12),
    };
  };
  return { smallest: 1, look };
}
