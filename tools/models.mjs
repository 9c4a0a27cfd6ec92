#!/usr/bin/env node
/**
 * Puts the face models of the sandbox's engine into sandbox/models.
 *
 * The models come from packages by Google (Apache-2.0), pinned in sandbox/package.json. Most are packed into one file there;
 * their byte ranges are in the package's …_solution_packed_assets_loader.js. The face mesh with attention has operators that
 * the runtime does not know, so it is taken in two parts, see face/mesh.ts. Each file is checked against the sha256 written
 * here, so a changed package fails the build and never changes what the engine sees. A file that is already right is left
 * alone.
 *
 * Run by `npm run build` (tools/assemble.mjs) and by hand: node tools/models.mjs
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tflitePart } from './tflitePart.mjs';

const sandbox = fileURLToPath(new URL('../sandbox/', import.meta.url));
const target = join(sandbox, 'models');
const require = createRequire(join(sandbox, 'package.json'));

const FACE = '@mediapipe/face_mesh/face_mesh_solution_packed_assets.data';
const PALMS = '@mediapipe/hands/hands_solution_packed_assets.data';
const HANDS = '@mediapipe/hands/hand_landmark_full.tflite';

const MODELS = [
  {
    name: 'face_detection_short_range.tflite',
    from: FACE,
    start: 3757224,
    end: 3986256,
    sha256: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  },
  {
    name: 'face_landmark_with_attention_mesh.tflite',
    from: FACE,
    start: 0,
    end: 2495952,
    // The picture; features of 48 × 48, the mesh, and whether it is one.
    part: { inputs: [0], outputs: [35, 186, 710] },
    sha256: 'f493d969f1a43224fb9e490e6e243663cf005f0c96ee063ffd192189a258280c',
  },
  {
    name: 'face_landmark_with_attention_regions.tflite',
    from: FACE,
    start: 0,
    end: 2495952,
    // Features of lips, right eye and left eye; lips, right eye, its iris, left eye, its iris.
    part: { inputs: [199, 200, 201], outputs: [697, 700, 703, 704, 707] },
    sha256: '844247cff98ca560ce42f62e0b2f6290ef24f49a00161c759d7f39c2eac8f15e',
  },
  {
    name: 'geometry_pipeline_metadata_landmarks.binarypb',
    from: FACE,
    start: 3737848,
    end: 3757224,
    sha256: 'bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4',
  },
  {
    name: 'palm_detection_lite.tflite',
    from: PALMS,
    start: 2341291,
    end: 4326731,
    sha256: 'e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18',
  },
  {
    name: 'hand_landmark_full.tflite',
    from: HANDS,
    start: 0,
    end: 5478688,
    sha256: '8c026882c9ec059ce0f8e75266bee5a9a23c341a40e0000df755374d3d1b9b68',
  },
];

const NOTICE = `The files in this folder are part of MediaPipe, Copyright The MediaPipe Authors, and are
licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0

They were cut from the npm packages @mediapipe/face_mesh 0.4.1657299874 and @mediapipe/hands 0.4.1675469240. Those
marked as a part were changed: operators and weights beside that part were left out. The others are unchanged.

${MODELS.map(({ name, from, part, sha256 }) => `  ${name}\n    ${part ? 'part of a file' : 'file'} from ${from}\n    sha256 ${sha256}`).join('\n')}
`;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The file's bytes, or null when there is no such file. */
function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes under another name first, so that nobody ever reads half a file. */
function write(name, bytes) {
  const partial = join(target, `.${name}.${process.pid}`);
  writeFileSync(partial, bytes);
  renameSync(partial, join(target, name));
}

function cut({ name, from, start, end, part, sha256: expected }) {
  const present = readIfThere(join(target, name));
  if (present && sha256(present) === expected) return;
  const whole = Buffer.alloc(end - start);
  const file = openSync(require.resolve(from), 'r');
  try {
    readSync(file, whole, 0, whole.length, start);
  } finally {
    closeSync(file);
  }
  const bytes = part ? tflitePart(whole, part.inputs, part.outputs) : whole;
  const actual = sha256(bytes);
  if (actual !== expected) {
    throw new Error(
      `${name}: the bytes ${start}..${end} of ${from} have the sha256 ${actual} instead of ${expected}. ` +
        'Install the versions pinned in sandbox/package.json (npm ci).',
    );
  }
  write(name, bytes);
}

mkdirSync(target, { recursive: true });
// Models of an earlier version would be packed and shipped.
for (const name of readdirSync(target)) {
  if (name.endsWith('.tflite') && !MODELS.some((model) => model.name === name)) rmSync(join(target, name));
}
for (const model of MODELS) cut(model);
if (readIfThere(join(target, 'NOTICE'))?.toString() !== NOTICE) write('NOTICE', NOTICE);
