import type { Expression } from '../face';
import { fall, quantile } from './curves';

/** The parts of an expression that are held against the face at rest; an open mouth is a component of its own. */
type Part = Exclude<keyof Expression, 'lipsApart'>;
/** A face at rest. */
export type Rest = Readonly<Record<Part, number>>;

/** The parts that move one way as well as the other. */
type EitherWay = Exclude<Part, 'browsUp'>;

/** Between these lie faces at rest of nearly all people. */
const PEOPLE: Readonly<Record<EitherWay, readonly [least: number, most: number]>> = {
  mouthWidth: [0.72, 0.9],
  mouthAside: [-0.05, 0.05],
  cornersDown: [-0.03, 0.07],
  lips: [0.18, 0.36],
  browsApart: [0.36, 0.45],
};
/**
 * What is just noticed: lengths as a share of the face's own, heights as they are. Brows seem to rise when the head nods.
 */
const NOTICED: Readonly<Record<Part, number>> = {
  mouthWidth: 0.15,
  mouthAside: 0.05,
  cornersDown: 0.04,
  lips: 0.25,
  browsUp: 0.08,
  browsApart: 0.1,
};
/** Differences that occur from look to look in any face, in units of what is just noticed. */
const FREE_DIFFERENCE = 0.4;
/** Share of looks with lower brows than at rest: brows rise often and far, but can hardly be lowered. */
const LOWER_BROWS = 0.25;

/**
 * What the face is like at rest: the middle of what the video shows while the lips are closed, since that is what comes
 * again and again. What few people look like at rest counts less: somebody may pout or smile half of the time.
 * Brows are at rest where they are low.
 */
export function faceAtRest(all: Expression[]): Rest {
  const rest = (part: EitherWay): number => {
    const shown = all.map((one) => ({ value: one[part], unlikely: unlikeness(part, one[part]) ** 2 }));
    // Against the likeliest one: whatever the video shows, something of it is nearest to rest.
    const likeliest = Math.min(...shown.map(({ unlikely }) => unlikely));
    return weightedMiddle(
      // A normal distribution with the range for two standard deviations: the mesh is not always right, either.
      shown.map(({ value, unlikely }) => ({ value, weight: Math.exp((likeliest - unlikely) / 2) })),
    );
  };
  return {
    mouthWidth: rest('mouthWidth'),
    mouthAside: rest('mouthAside'),
    cornersDown: rest('cornersDown'),
    lips: rest('lips'),
    browsUp: browsAtRest(all),
    browsApart: rest('browsApart'),
  };
}

function browsAtRest(all: Pick<Expression, 'browsUp'>[]): number {
  return quantile(
    all.map(({ browsUp }) => browsUp),
    LOWER_BROWS,
  );
}

/** The looks at which the brows are not raised. */
export function calmBrows<Look extends { expression: Pick<Expression, 'browsUp'> }>(all: Look[]): Look[] {
  const rest = browsAtRest(all.map(({ expression }) => expression));
  return all.filter(({ expression }) => expression.browsUp - rest <= FREE_DIFFERENCE * NOTICED.browsUp);
}

/** How far a part is from the middle of what people look like at rest; 1 at the edges of the range. */
function unlikeness(part: EitherWay, value: number): number {
  const [least, most] = PEOPLE[part];
  return Math.abs(value - (least + most) / 2) / ((most - least) / 2);
}

/** The value that half of the weight does not exceed; NaN without any. */
function weightedMiddle(values: { value: number; weight: number }[]): number {
  const sorted = [...values].sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => (below += weight) >= half)?.value ?? NaN;
}

/**
 * How near to rest the face is: no smile, pout, pucker, pressed lips, mouth drawn aside, raised or drawn brows. ISO/IEC
 * 29794-5 expression neutrality; OFIQ has a network for it, here the shape of the mesh is held against the person's own.
 */
export function expression(measured: Expression, rest: Rest): number {
  const parts = [
    Math.log(measured.mouthWidth / rest.mouthWidth) / NOTICED.mouthWidth,
    (measured.mouthAside - rest.mouthAside) / NOTICED.mouthAside,
    (measured.cornersDown - rest.cornersDown) / NOTICED.cornersDown,
    // A mouth that opens wide shows more of the lips.
    Math.log(measured.lips / rest.lips) / NOTICED.lips,
    (measured.browsUp - rest.browsUp) / NOTICED.browsUp,
    Math.log(measured.browsApart / rest.browsApart) / NOTICED.browsApart,
  ].map((difference) => (Number.isFinite(difference) ? difference : 0));
  return fall(Math.hypot(...parts) - FREE_DIFFERENCE, 1) * fall(beyondPeople(measured, rest), 1);
}

/**
 * How much further the face is beyond what nearly all people look like at rest than the person is when at rest. What
 * recurs in a short video may be a smile or a pout: this tells of it whatever the video shows.
 */
function beyondPeople(measured: Expression, rest: Rest): number {
  const beyond = (part: EitherWay, value: number): number => Math.max(0, unlikeness(part, value) - 1);
  const further = (Object.keys(PEOPLE) as EitherWay[]).map(
    (part) => Math.max(0, beyond(part, measured[part]) - beyond(part, rest[part])) || 0,
  );
  return Math.hypot(...further);
}
