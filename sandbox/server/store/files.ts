import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { MediaInput } from '../../engine/types';

/** An upload that has arrived but belongs to nobody yet. */
export interface Received {
  size: number;
  at: { path: string } | { data: Buffer };
}

/**
 * Where the bytes of media are kept, by owner (a folder or a collection) and file name. Names are made here, never by
 * a client, and cannot be guessed, because media are served without a token (docs/oz-api.md 2.5).
 */
export interface Files {
  receive(stream: Readable): Promise<Received>;
  discard(received: Received): Promise<void>;
  /** Gives an upload to its owner; returns the file's name. */
  keep(received: Received, ownerId: string, extension: string): Promise<string>;
  write(ownerId: string, extension: string, data: Uint8Array): Promise<string>;
  /** What the engine reads. */
  input(ownerId: string, file: string): MediaInput;
  remove(ownerId: string, file: string): Promise<void>;
  removeAll(ownerId: string): Promise<void>;
}

/** 32 hexadecimal digits and the extension. */
export function unguessableName(extension: string): string {
  return `${randomBytes(16).toString('hex')}.${extension}`;
}
