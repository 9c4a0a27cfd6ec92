/** Faces in images: where they are, how they are turned, whose they might be. Knows no video and no files. */
export {
  brightnessOf,
  yuvWeights,
  type Colours,
  type Grid,
  type Image,
  type Point,
  type Region,
  type RgbImage,
  type YuvImage,
} from './image';
export { holds, overlap, type FaceBox } from './detector';
export { LANDMARKS, LEFT_IRIS, RIGHT_IRIS, landmark, regionOfBox, regionOfMesh, type FaceMesh } from './mesh';
export { type CanonicalFace, type Pose } from './geometry';
export { boundsOf, eyeCentres, eyeOpenness, interEyeDistance, outline } from './measures';
export { measureExpression, type Expression } from './expression';
export { measureGaze, type Gaze } from './gaze';
export { changeSince, glimpseOf, type Glimpse } from './glimpse';
export { type Hand } from './hand';
export { loadFaceModels, type FaceModels } from './models';
export { describeFace, similarity } from './descriptor';
export { simulatedSpoofing } from './spoofing';
