import { join } from 'node:path';
import sharp from 'sharp';
import {
  loadFaceModels,
  regionOfBox,
  regionOfMesh,
  type FaceMesh,
  type FaceModels,
  type Image,
  type RgbImage,
} from '@ozflow/oz-sandbox/engine/face/index';

const SAMPLES = join(__dirname, '..', '..', '..', '..', '..', 'sandbox', 'samples');

/** The two portraits that come with the sandbox, and where their faces are (middle and width, pixels). */
export const PORTRAITS = [
  { file: 'astronaut.png', x: 224, y: 125, width: 94 },
  { file: 'grace_hopper_512x512.jpg', x: 264, y: 220, width: 195 },
] as const;

let loading: Promise<FaceModels> | undefined;

/** The models, loaded once for all tests of the process. */
export function models(): Promise<FaceModels> {
  loading ??= loadFaceModels();
  return loading;
}

export async function portrait(
  file: string,
  change = (picture: sharp.Sharp): sharp.Sharp => picture,
): Promise<RgbImage> {
  const picture = change(sharp(join(SAMPLES, file)).removeAlpha());
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  return { format: 'rgb', width: info.width, height: info.height, data };
}

/** The mesh of the surest face, fitted twice as the engine does. */
export async function meshOf(image: Image): Promise<FaceMesh> {
  const face = await models();
  const [box] = await face.detect(image);
  if (!box) throw new Error('No face found.');
  const first = await face.mesh(image, regionOfBox(box));
  return face.mesh(image, regionOfMesh(first));
}

/** A picture of 320 × 240 whose pixels a function gives, 0..255. */
export function drawn(colour: (x: number, y: number) => [number, number, number]): RgbImage {
  const [width, height] = [320, 240];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3);
  }
  return { format: 'rgb', width, height, data };
}
