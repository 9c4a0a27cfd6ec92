#!/usr/bin/env node
/**
 * Puts the face models of the sandbox's engine into sandbox/models.
 *
 * The models come from a package by Google (Apache-2.0), pinned in sandbox/package.json. They are packed into one
 * file there; their byte ranges stand in the package's face_mesh_solution_packed_assets_loader.js. Each file is
 * checked against the sha256 written here, so a changed package fails the build and never changes what the engine
 * sees. A file that is already right is left alone.
 *
 * Run by `npm run build` (tools/assemble.mjs) and by hand: node tools/models.mjs
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sandbox = fileURLToPath(new URL('../sandbox/', import.meta.url));
const target = join(sandbox, 'models');
const require = createRequire(join(sandbox, 'package.json'));

const PACKED = '@mediapipe/face_mesh/face_mesh_solution_packed_assets.data';

const MODELS = [
  {
    name: 'face_detection_short_range.tflite',
    from: PACKED,
    start: 3757224,
    end: 3986256,
    sha256: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  },
  {
    name: 'face_landmark.tflite',
    from: PACKED,
    start: 2495952,
    end: 3737848,
    sha256: 'c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1',
  },
  {
    name: 'geometry_pipeline_metadata_landmarks.binarypb',
    from: PACKED,
    start: 3737848,
    end: 3757224,
    sha256: 'bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4',
  },
];

const NOTICE = `The files in this folder are part of MediaPipe, Copyright The MediaPipe Authors, and are
licensed under the Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0

They were cut, unchanged, from the npm package @mediapipe/face_mesh 0.4.1657299874:

${MODELS.map(({ name, from, sha256 }) => `  ${name}\n    from ${from}\n    sha256 ${sha256}`).join('\n')}
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

function cut({ name, from, start, end, sha256: expected }) {
  const present = readIfThere(join(target, name));
  if (present && sha256(present) === expected) return;
  const bytes = Buffer.alloc(end - start);
  const file = openSync(require.resolve(from), 'r');
  try {
    readSync(file, bytes, 0, bytes.length, start);
  } finally {
    closeSync(file);
  }
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
for (const model of MODELS) cut(model);
if (readIfThere(join(target, 'NOTICE'))?.toString() !== NOTICE) write('NOTICE', NOTICE);
