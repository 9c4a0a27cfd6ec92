import {
  interEyeDistance,
  measureExpression,
  measureGaze,
  type Expression,
  type FaceMesh,
  type FaceModels,
  type Gaze,
  type Pose,
  type YuvImage,
} from '../face';
import { measureArtefacts } from './artefacts';
import { measureExposure, type Exposure } from './exposure';
import { measureEyes, type Eyes } from './eyes';
import type { HandsAround } from './hands';
import { measurePlacement, type Placement } from './inside';
import { lightOf } from './light';
import { measureStructure, type Structure } from './occlusion';
import { facePatch } from './patch';
import { measureSharpness, type Sharpness } from './sharpness';
import { measureSkin, type Skin } from './skin';
import { measureUniformity } from './uniformity';

/** What is measured on the face of one frame; it is scored once the whole video is known. */
export interface Measures {
  pose: Pose;
  eyes: Eyes;
  expression: Expression;
  gaze: Gaze | undefined;
  sharpness: Sharpness;
  exposure: Exposure;
  uniformity: number;
  /** Pixels between the eyes. */
  eyeDistance: number;
  placement: Placement;
  /** Width of the largest other face over that of this one. */
  second: number;
  structure: Structure;
  skin: Skin;
  presence: number;
  /** Absent as long as nobody has looked for hands. */
  hands?: HandsAround;
}

/** @param second Width of the largest other face over that of this one. */
export function measure(
  image: YuvImage,
  mesh: FaceMesh,
  { canonical, pose }: Pick<FaceModels, 'canonical' | 'pose'>,
  second: number,
): Measures {
  const patch = facePatch(image, mesh);
  const light = lightOf(patch);
  const artefacts = measureArtefacts(image, patch);
  const eyeDistance = interEyeDistance(mesh);
  return {
    pose: pose(mesh),
    eyes: measureEyes(image, mesh),
    expression: measureExpression(mesh, canonical),
    gaze: measureGaze(mesh),
    sharpness: measureSharpness(patch, mesh, artefacts),
    exposure: measureExposure(light),
    uniformity: measureUniformity(light),
    eyeDistance,
    placement: measurePlacement(mesh, eyeDistance, image),
    second,
    structure: measureStructure(patch, light, mesh, artefacts.noise),
    skin: measureSkin(image, patch, mesh),
    presence: mesh.presence,
  };
}
