import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MediaInput } from '../../engine/types';
import type { Files, Received } from './files';
import { unguessableName } from './files';
import { privateDirectory } from './privateDirectory';

/** Media on disk: `<directory>/static/<owner>/<name>`, readable for nobody else on the machine. */
export class DiskFiles implements Files {
  /** Served as `/static/`. */
  readonly root: string;
  /** Uploads in progress; not served. */
  readonly #incoming: string;

  constructor(directory: string) {
    this.root = join(directory, 'static');
    this.#incoming = join(directory, 'incoming');
  }

  /** Makes the directories and removes what an interrupted run left half received. */
  async open(): Promise<void> {
    await rm(this.#incoming, { recursive: true, force: true });
    for (const path of [this.root, this.#incoming]) await privateDirectory(path);
  }

  async receive(stream: Readable): Promise<Received> {
    const path = join(this.#incoming, unguessableName('part'));
    const file = createWriteStream(path, { mode: 0o600 });
    try {
      await pipeline(stream, file);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return { size: file.bytesWritten, at: { path } };
  }

  async discard({ at }: Received): Promise<void> {
    if ('path' in at) await rm(at.path, { force: true });
  }

  async keep({ at }: Received, ownerId: string, extension: string): Promise<string> {
    if ('data' in at) return this.write(ownerId, extension, at.data);
    const file = await this.#newFile(ownerId, extension);
    await rename(at.path, this.#path(ownerId, file));
    return file;
  }

  async write(ownerId: string, extension: string, data: Uint8Array): Promise<string> {
    const file = await this.#newFile(ownerId, extension);
    await writeFile(this.#path(ownerId, file), data, { mode: 0o600 });
    return file;
  }

  input(ownerId: string, file: string): MediaInput {
    return { path: this.#path(ownerId, file) };
  }

  async remove(ownerId: string, file: string): Promise<void> {
    await rm(this.#path(ownerId, file), { force: true });
  }

  async removeAll(ownerId: string): Promise<void> {
    // Again when a file comes in between: whoever wrote it finds the owner gone and calls this as well.
    await rm(join(this.root, ownerId), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }

  async #newFile(ownerId: string, extension: string): Promise<string> {
    await mkdir(join(this.root, ownerId), { recursive: true, mode: 0o700 });
    return unguessableName(extension);
  }

  #path(ownerId: string, file: string): string {
    return join(this.root, ownerId, file);
  }
}
