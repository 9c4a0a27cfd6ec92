import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { MediaInput } from '../../engine/types';
import type { Files, Received } from './files';
import { unguessableName } from './files';

/** Media that never touch the disk: the non-persistent mode keeps one of these for the length of a request. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, Uint8Array>();

  async receive(stream: Readable): Promise<Received> {
    const data = await buffer(stream);
    return { size: data.length, at: { data } };
  }

  async discard(): Promise<void> {}

  async keep({ at }: Received, ownerId: string, extension: string): Promise<string> {
    if (!('data' in at)) throw new Error('Only what this store received can be kept in it');
    return this.write(ownerId, extension, at.data);
  }

  async write(ownerId: string, extension: string, data: Uint8Array): Promise<string> {
    const file = unguessableName(extension);
    this.#files.set(`${ownerId}/${file}`, data);
    return file;
  }

  input(ownerId: string, file: string): MediaInput {
    return { data: this.read(ownerId, file) };
  }

  read(ownerId: string, file: string): Uint8Array {
    const data = this.#files.get(`${ownerId}/${file}`);
    if (data === undefined) throw new Error(`No file ${file}`);
    return data;
  }

  async remove(ownerId: string, file: string): Promise<void> {
    this.#files.delete(`${ownerId}/${file}`);
  }

  async removeAll(ownerId: string): Promise<void> {
    for (const key of this.#files.keys()) if (key.startsWith(`${ownerId}/`)) this.#files.delete(key);
  }
}
