import { randomBytes } from 'node:crypto';
import { rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Container } from '../mediaTypes';
import type { Decoder } from './decoder';
import { startProcess, type DecoderProcess } from './process';

/** What a decoder can be started for without knowing the video. */
interface Kind {
  decoder: Decoder;
  container: Container;
}

/**
 * Keeps a decoder started for the next video, which is expected to be of the same kind as the last one: starting ffmpeg
 * takes as long as decoding two seconds of video. The video is put where it looks for it when it is known. When the thread
 * ends, so does the decoder.
 */
export class Standby {
  #last: Kind | undefined;
  #waiting: { kind: Kind; link: string; child: Promise<DecoderProcess> } | undefined;

  /** Starts a decoder ahead, if none stands by and there was a video before. */
  async prepare(): Promise<void> {
    // Windows lets only administrators make links.
    if (!this.#last || this.#waiting || process.platform === 'win32') return;
    const { decoder, container } = this.#last;
    const link = join(tmpdir(), `oz-${randomBytes(8).toString('hex')}`);
    const child = startProcess(decoder.command, decoder.args(link, container));
    this.#waiting = { kind: this.#last, link, child };
    await child;
  }

  /** The decoder that stands by, which will open the video at `path`; undefined when there is none of this kind. */
  async take(path: string, kind: Kind): Promise<DecoderProcess | undefined> {
    const waiting = this.#waiting;
    this.#last = kind;
    this.#waiting = undefined;
    if (!waiting) return undefined;
    const child = await waiting.child.catch(() => undefined);
    if (!child || !isSame(waiting.kind, kind)) {
      child?.kill();
      return undefined;
    }
    await symlink(resolve(path), waiting.link);
    const removed = child.shapes.opened.then(() => rm(waiting.link, { force: true }));
    return { ...child, ended: removed.then(() => child.ended) };
  }
}

function isSame(one: Kind, other: Kind): boolean {
  return (
    one.container === other.container &&
    one.decoder.name === other.decoder.name &&
    one.decoder.command === other.decoder.command
  );
}
