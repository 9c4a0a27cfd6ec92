import type { ComponentName, Gate } from '../types';
import { clamp01 } from './curves';
import { badlyLit, bestLight, exposure } from './exposure';
import { calmBrows, expression, faceAtRest, type Rest } from './expression';
import { eyes, eyesClosed, openEyes, type Eyes } from './eyes';
import { gaze } from './gaze';
import { behindHand, hands, hiddenByHand } from './hands';
import { cutFace, inside } from './inside';
import type { Measures } from './measure';
import { closedMouth, lipsClosed, lipsTogether, mayBeClosed, mouth, type Mouth } from './mouth';
import { covered, detailOfMouth, freeStructure, masked, occlusion, type Structure } from './occlusion';
import { pose, turnedAway } from './pose';
import { presence } from './presence';
import { shareOfDetail, sharpest, sharpness, type Sharpness } from './sharpness';
import { single } from './single';
import { size, tooSmall } from './size';
import { bareSkin, shareOfSkin, type Skin } from './skin';
import { stillness, type Around } from './stillness';
import { mostEven, uniformity } from './uniformity';
import { WEIGHTS } from './weights';

/** What is normal or best in this video; frames are held against it. */
export interface Reference {
  openEyes: Eyes;
  closedMouth: Mouth;
  rest: Rest;
  light: number;
  mostEven: number;
  sharpest: Sharpness;
  largest: number;
  free: Structure;
  skin: Skin;
}

export interface Verdict {
  components: Record<ComponentName, number>;
  score: number;
  gate?: Gate;
}

/**
 * Exposure, share of skin and sharpness that a frame needs to show what a clear face looks like. Degrees of yaw up to
 * which it tells how far the eyes open: turned eyes are narrower, which looks wider open. How straight a face at rest
 * is. How closed the mouth has to be for it to tell of the detail of all parts: the lip of an open mouth gives the
 * chin detail that it has not by itself. How sharp a frame has to be for it to tell of the mouth: blur
 * closes lips, and so does a nod.
 */
const TEACHING = { exposure: 0.4, skin: 0.8, sharpness: 0.3, yaw: 15, pose: 0.4, mouth: 0.55, lips: 0.75 };

/**
 * Learns from all measured frames of a video. Frames without much of a face or turned away teach nothing, dark ones
 * only of the light. Prints and edges in front of the face would pass for sharpness; and in blur eyes are guessed.
 */
export function referenceOf(all: Measures[]): Reference {
  const usable = passing(all, (one) => !cutFace(one.placement) && !turnedAway(one.pose));
  const light = bestLight(usable.map((one) => one.exposure));
  const lit = passing(usable, (one) => exposure(one.exposure, light) >= TEACHING.exposure);
  const skin = bareSkin(lit.map((one) => one.skin));
  const bare = passing(lit, (one) => shareOfSkin(one.skin, skin) >= TEACHING.skin);
  const best = sharpest(bare.map((one) => one.sharpness));
  const clear = passing(bare, (one) => sharpness(one.sharpness, best) >= TEACHING.sharpness);
  const ahead = passing(clear, (one) => pose(one.pose) >= TEACHING.pose);
  const crisp = passing(ahead, (one) => sharpness(one.sharpness, best) >= TEACHING.lips);
  // Somebody may talk or laugh in all of these, or letters be laid over the mouth: others have to tell then.
  const telling = [crisp, ahead, clear].find((some) => some.map(mouthOf).some(mayBeClosed)) ?? crisp;
  const lips = closedMouth(telling.map(mouthOf));
  const silent = passing(clear, (one) => lipsTogether(mouthOf(one), lips) >= TEACHING.mouth);
  const free = freeStructure(silent.map((one) => one.structure));
  // Behind a hand or a cup the mesh guesses: eyes seem wide open, and lips closed over all teeth.
  const shown = (one: Measures): boolean => !covered(one.structure, free) && !behindHand(one.hands);
  const closed = closedMouth(passing(telling, shown).map(mouthOf));
  const straight = passing(passing(clear, shown), (one) => Math.abs(one.pose.yaw) <= TEACHING.yaw);
  // Raised brows open the eyes wide.
  const open = openEyes(calmBrows(straight).map((one) => one.eyes));
  const facing = passing(straight, (one) => pose(one.pose) >= TEACHING.pose);
  const resting = passing(facing, (one) => lipsClosed(mouthOf(one), closed) && !eyesClosed(one.eyes, open));
  return {
    openEyes: open,
    closedMouth: closed,
    rest: faceAtRest(resting.map((one) => one.expression)),
    light,
    mostEven: mostEven(usable.map((one) => one.uniformity)),
    sharpest: best,
    largest: Math.max(1, ...usable.map((one) => one.eyeDistance)),
    free,
    skin,
  };
}

function mouthOf({ expression, structure }: Measures): Mouth {
  return { gap: expression.lipsApart, detail: detailOfMouth(structure) };
}

/** The ones that pass, or all when none does. */
function passing(all: Measures[], passes: (one: Measures) => boolean): Measures[] {
  const passing = all.filter(passes);
  return passing.length > 0 ? passing : all;
}

/**
 * Scores one frame: its components, its score out of their weights, and whether a gate keeps it out.
 *
 * @param around The head's pose before and after it in a video; pictures of a set have nothing to do with each other.
 */
export function judge(measures: Measures, reference: Reference, around: Around = {}): Verdict {
  const components: Record<ComponentName, number> = {
    pose: pose(measures.pose),
    stillness: stillness(measures.pose, around),
    eyes: eyes(measures.eyes, reference.openEyes, shareOfDetail(measures.sharpness, reference.sharpest)),
    gaze: gaze(measures.gaze, measures.pose),
    mouth: mouth(mouthOf(measures), reference.closedMouth),
    expression: expression(measures.expression, reference.rest),
    sharpness: sharpness(measures.sharpness, reference.sharpest),
    exposure: exposure(measures.exposure, reference.light),
    uniformity: uniformity(measures.uniformity, reference.mostEven),
    size: size(measures.eyeDistance, reference.largest),
    inside: inside(measures.placement),
    single: single(measures.second),
    occlusion: occlusion(measures.structure, reference.free, shareOfSkin(measures.skin, reference.skin)),
    hands: hands(measures.hands),
    presence: presence(measures.presence),
  };
  const gate = gateOf(measures, reference);
  return { components, score: scoreOf(components), ...(gate && { gate }) };
}

/** Zero would hide what else is wrong: no component counts for less than this. */
const MIN_FACTOR = 0.01;

/** Weighted geometric mean of the components, 0..1. */
function scoreOf(components: Record<ComponentName, number>): number {
  let sum = 0;
  let weights = 0;
  for (const [name, weight] of Object.entries(WEIGHTS)) {
    const value = components[name as ComponentName];
    sum += weight * Math.log(Math.max(MIN_FACTOR, clamp01(value)));
    weights += weight;
  }
  return Math.exp(sum / weights);
}

/** The gate that keeps a frame from being the best shot while another frame passes. */
function gateOf(measures: Measures, reference: Reference): Gate | undefined {
  if (tooSmall(measures.eyeDistance)) return 'too-small';
  if (cutFace(measures.placement)) return 'cut-face';
  if (turnedAway(measures.pose)) return 'turned-away';
  if (covered(measures.structure, reference.free) || behindHand(measures.hands)) return 'covered';
  if (badlyLit(measures.exposure, reference.light)) return 'badly-lit';
  if (eyesClosed(measures.eyes, reference.openEyes)) return 'eyes-closed';
  return undefined;
}

/** What no best shot may have, even when all frames of the media have it; light is held against the video's own. */
const UNACCEPTABLE: ReadonlySet<Gate> = new Set(['eyes-closed', 'cut-face', 'too-small', 'turned-away']);

/** Why a frame is no best shot at all; absent when it is acceptable for want of a better one. */
export function reasonToReject(measures: Measures, { gate }: Verdict): Gate | undefined {
  if (gate !== undefined && UNACCEPTABLE.has(gate)) return gate;
  return hiddenByHand(measures.hands) || masked(measures.structure) ? 'covered' : undefined;
}
