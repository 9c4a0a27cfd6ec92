import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Detector, FULL_RANGE, SHORT_RANGE, type FaceBox } from './detector';
import { headPose, readCanonicalFace, type CanonicalFace, type Pose } from './geometry';
import type { Image, Region } from './image';
import { MeshModel, type FaceMesh } from './mesh';
import { compile } from './runtime';

const GEOMETRY = 'geometry_pipeline_metadata_landmarks.binarypb';

export interface DetectOptions {
  /** `full` also finds far and small faces and is slower; default `short`. */
  range?: 'short' | 'full';
  /** Least score of a face, 0..1; default 0.5. */
  minScore?: number;
  /** Where to look; default: the whole image. */
  region?: Region;
}

/** The face networks, loaded. Calls are worked on one after the other. */
export interface FaceModels {
  /** The average face, for geometry and for drawing. */
  readonly canonical: CanonicalFace;
  /** Faces of the image, the surest first. A drawing or an animal may pass: ask the mesh's `presence` too. */
  detect(image: Image, options?: DetectOptions): Promise<FaceBox[]>;
  /** The mesh of the face in `region`. */
  mesh(image: Image, region: Region): Promise<FaceMesh>;
  /** Degrees by which the face of a mesh is turned. */
  pose(mesh: FaceMesh): Pose;
  /** Frees the networks' memory; nothing may be called afterwards. */
  close(): void;
}

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

async function loadDetector(model: typeof SHORT_RANGE): Promise<Detector> {
  return new Detector(model, await compile(await readModel(model.file), [1, model.input, model.input, 3]));
}

/** The smallest square around the whole image. */
function whole(image: Image): Region {
  return { x: image.width / 2, y: image.height / 2, size: Math.max(image.width, image.height), angle: 0 };
}

/**
 * Loads the face models (about 0.2 s); the detector for far faces only when first asked for.
 *
 * @throws Error when a model file is missing or damaged.
 */
export async function loadFaceModels(): Promise<FaceModels> {
  const canonical = await readCanonicalFace(await readModel(GEOMETRY));
  const short = await loadDetector(SHORT_RANGE);
  const mesh = new MeshModel(await compile(await readModel(MeshModel.file), MeshModel.inputShape));
  let full: Promise<Detector> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  // The networks' input tensors are shared, so one call at a time.
  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    canonical,
    detect(image, { range = 'short', minScore = 0.5, region = whole(image) } = {}) {
      return next(async () => {
        const detector = range === 'short' ? short : await (full ??= loadDetector(FULL_RANGE));
        return detector.detect(image, region, minScore);
      });
    },
    mesh(image, region) {
      return next(() => mesh.fit(image, region));
    },
    pose(fitted) {
      return headPose(fitted, canonical);
    },
    close() {
      short.delete();
      mesh.delete();
      void full?.then((detector) => detector.delete());
    },
  };
}
