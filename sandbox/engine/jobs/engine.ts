import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine, EngineOptions, MediaInput } from '../types';
import { JobPool } from './pool';

/**
 * Creates an engine: worker threads that load the face models at once and take jobs in order. One at a time by
 * default: decoding already keeps a second core busy, and memory stays low.
 */
export function createEngine({ workers = 1, decoder = 'auto' }: EngineOptions = {}): Engine {
  const pool = new JobPool(join(__dirname, 'worker.js'), workers);
  return {
    analyze: (input, { explain = false, signal } = {}) =>
      withFile(input, (path) => pool.run({ path, name: input.name, explain, decoder }, signal)),
    close: () => pool.close(),
  };
}

/** Provides the media as a file while the job runs: decoders need to seek. */
async function withFile<T>(input: MediaInput, use: (path: string) => Promise<T>): Promise<T> {
  if ('path' in input) return use(input.path);
  const folder = await mkdtemp(join(tmpdir(), `oz-engine-${process.pid}-`));
  try {
    const path = join(folder, 'media');
    await writeFile(path, input.data);
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
