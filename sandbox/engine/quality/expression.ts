import type { Expression } from '../face';
import { fall, quantile } from './curves';

/** The parts of an expression that are held against the face at rest; an open mouth is a component of its own. */
type Part = Exclude<keyof Expression, 'lipsApart'>;
/** A face at rest. */
export type Rest = Readonly<Record<Part, number>>;

/** Between these lie faces at rest of nearly all people; what a film shows most is not always rest. */
const PEOPLE: Readonly<Record<Part, readonly [least: number, most: number]>> = {
  mouthWidth: [0.72, 0.9],
  cornersDown: [-0.03, 0.07],
  lips: [0.18, 0.36],
  browsUp: [0.32, 0.52],
  browsApart: [0.36, 0.45],
};
/**
 * What is just noticed: lengths as a share of the face's own, heights as they are. Brows seem to rise when the head nods.
 */
const NOTICED: Readonly<Record<Part, number>> = {
  mouthWidth: 0.15,
  cornersDown: 0.04,
  lips: 0.25,
  browsUp: 0.08,
  browsApart: 0.1,
};
/** Differences that occur from look to look in any face, in units of what is just noticed. */
const FREE_DIFFERENCE = 0.4;

/**
 * What the face is like at rest: the middle of what the film shows while the lips are closed, since that is what comes
 * again and again, or the part of it that is most like other people's faces: somebody may pout half of the time.
 */
export function faceAtRest(all: Expression[]): Rest {
  const rest = (part: Part): number => {
    const shown = (share: number): number =>
      quantile(
        all.map((one) => one[part]),
        share,
      );
    const likely = clamp(shown(0.5), ...PEOPLE[part]);
    return clamp(likely, shown(SHOWN_SHARE), shown(1 - SHOWN_SHARE));
  };
  return {
    mouthWidth: rest('mouthWidth'),
    cornersDown: rest('cornersDown'),
    lips: rest('lips'),
    browsUp: rest('browsUp'),
    browsApart: rest('browsApart'),
  };
}

/** At least this share of the frames shows the face at rest. */
const SHOWN_SHARE = 0.1;

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/**
 * How near to rest the face is: no smile, pout, pucker, pressed lips, raised or drawn brows. ISO/IEC 29794-5 expression
 * neutrality; OFIQ has a network for it, here the shape of the mesh is held against the person's own.
 */
export function expression(measured: Expression, rest: Rest): number {
  const parts = [
    Math.log(measured.mouthWidth / rest.mouthWidth) / NOTICED.mouthWidth,
    (measured.cornersDown - rest.cornersDown) / NOTICED.cornersDown,
    // A mouth that opens wide shows more of the lips.
    Math.log(measured.lips / rest.lips) / NOTICED.lips,
    (measured.browsUp - rest.browsUp) / NOTICED.browsUp,
    Math.log(measured.browsApart / rest.browsApart) / NOTICED.browsApart,
  ].map((difference) => (Number.isFinite(difference) ? difference : 0));
  return fall(Math.hypot(...parts) - FREE_DIFFERENCE, 1);
}
