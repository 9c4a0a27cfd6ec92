import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Detector, type FaceBox } from './detector';
import { headPose, readCanonicalFace, type CanonicalFace, type Pose } from './geometry';
import type { Image, Region } from './image';
import { MeshModel, type FaceMesh } from './mesh';
import { HandModel, type Hand } from './hand';
import { PalmDetector } from './palms';
import { compile } from './runtime';

const GEOMETRY = 'geometry_pipeline_metadata_landmarks.binarypb';

/** The face networks, loaded. Calls are worked on one after the other. */
export interface FaceModels {
  /** The average face, for geometry and for drawing. */
  readonly canonical: CanonicalFace;
  /**
   * Faces of the image, the surest first. A drawing or an animal may pass: ask the mesh's `presence` too.
   *
   * @param options.thorough Whether to search it in parts, too, which finds faces of half the size and takes three to
   *   five times as long.
   * @param options.angle Where up is: faces are found that are turned clockwise by about as many radians. Without: 0.
   */
  detect(image: Image, options?: { thorough?: boolean; angle?: number }): Promise<FaceBox[]>;
  /** The mesh of the face in `region`. */
  mesh(image: Image, region: Region): Promise<FaceMesh>;
  /** Hands in `region`. Takes several times as long as a mesh. */
  hands(image: Image, region: Region): Promise<Hand[]>;
  /** Degrees by which the face of a mesh is turned. */
  pose(mesh: FaceMesh): Pose;
  /** Frees the networks' memory; nothing may be called afterwards. */
  close(): void;
}

/** How sure a hand has to be: of what passes for a palm, blurred and closed hands mostly have 0.85 and more, necks, hair and faces up to 0.79. */
const LEAST_HAND = 0.8;

/** The folder `models` of the package this file belongs to, built or not. */
function modelFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'models');
  }
  throw new Error('The sandbox package has lost its package.json; install it again.');
}

async function readModel(name: string): Promise<Uint8Array> {
  const path = join(modelFolder(), name);
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`The face model ${name} cannot be read. Build it: npm run build`, { cause });
  }
}

/** The smallest square around the whole image. */
function whole(image: Image): Region {
  return { x: image.width / 2, y: image.height / 2, size: Math.max(image.width, image.height), angle: 0 };
}

/** Side of a part against the longer side of the image, if the shorter one is not less, and how much parts overlap. */
const PART_SHARE = 0.6;
const OVERLAP_SHARE = 0.2;
/** Parts are no smaller than this share of the longer side: strips would have thousands. */
const LEAST_PART_SHARE = 0.1;

/** Squares that cover the image, each of them overlapping its neighbours. */
function parts({ width, height }: Image): Region[] {
  const longer = Math.max(width, height);
  const size = Math.max(LEAST_PART_SHARE * longer, Math.min(width, height, PART_SHARE * longer));
  const middles = (length: number): number[] => {
    if (length <= size) return [length / 2];
    const count = Math.ceil((length / size - OVERLAP_SHARE) / (1 - OVERLAP_SHARE));
    const step = count > 1 ? (length - size) / (count - 1) : 0;
    return Array.from({ length: count }, (_, at) => size / 2 + at * step);
  };
  return middles(height).flatMap((y) => middles(width).map((x) => ({ x, y, size, angle: 0 })));
}

/**
 * Loads the face models (about 0.2 s).
 *
 * @throws Error when a model file is missing or damaged.
 */
export async function loadFaceModels(): Promise<FaceModels> {
  const canonical = await readCanonicalFace(await readModel(GEOMETRY));
  const detector = new Detector(await compile(await readModel(Detector.file), Detector.inputShape));
  const { files, inputShapes } = MeshModel;
  const mesh = new MeshModel({
    mesh: await compile(await readModel(files.mesh), ...inputShapes.mesh),
    regions: await compile(await readModel(files.regions), ...inputShapes.regions),
  });
  const palms = new PalmDetector(await compile(await readModel(PalmDetector.file), PalmDetector.inputShape));
  // Most videos show no hand near a face.
  let loadingHand: Promise<HandModel> | undefined;
  const handModel = (): Promise<HandModel> =>
    (loadingHand ??= readModel(HandModel.file)
      .then((model) => compile(model, HandModel.inputShape))
      .then((network) => new HandModel(network)));
  const findHands = async (image: Image, region: Region): Promise<Hand[]> => {
    const hands: Hand[] = [];
    for (const palm of await palms.find(image, region)) {
      const hand = await (await handModel()).fit(image, palm.region);
      if (hand.presence >= LEAST_HAND) hands.push(hand);
    }
    return hands;
  };
  let last: Promise<unknown> = Promise.resolve();
  // The networks' input tensors are shared, so one call at a time.
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    canonical,
    detect(image, { thorough = false, angle = 0 } = {}) {
      const regions = [whole(image), ...(thorough ? parts(image) : [])];
      return next(() =>
        detector.detect(
          image,
          regions.map((region) => ({ ...region, angle })),
        ),
      );
    },
    mesh(image, region) {
      return next(() => mesh.fit(image, region));
    },
    hands(image, region) {
      return next(() => findHands(image, region));
    },
    pose(fitted) {
      return headPose(fitted, canonical);
    },
    close() {
      detector.delete();
      mesh.delete();
      palms.delete();
      void loadingHand?.then((hand) => hand.delete());
    },
  };
}
