import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { EngineError } from '../types';
import { HEAD_BYTES, mediaTypeOf, type MediaType } from './mediaTypes';
import { ZIP_TAIL_BYTES } from './zip';

/** What a file that can be read is, by its bytes. */
export type Sniffed = Exclude<MediaType, { kind: 'refused' }>;

const EXTENSIONS: Record<string, Sniffed['kind']> = {
  '.mp4': 'video',
  '.m4v': 'video',
  '.mov': 'video',
  '.3gp': 'video',
  '.3g2': 'video',
  '.webm': 'video',
  '.mkv': 'video',
  '.avi': 'video',
  '.mpg': 'video',
  '.mpeg': 'video',
  '.ogv': 'video',
  '.wmv': 'video',
  '.jpg': 'image',
  '.jpeg': 'image',
  '.png': 'image',
  '.zip': 'shots-set',
};
const CALLED = { video: 'a video', image: 'a picture', 'shots-set': 'a ZIP' } as const;

const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');

/**
 * Says what a file is by its first bytes, whatever it is called.
 *
 * @param name The name the sender gave it, if any: a name that promises another kind of media is refused.
 * @throws EngineError `not-media`: no known media or one that is not supported, named as something else, or two formats
 *   in one file.
 */
export async function sniff(path: string, name?: string): Promise<Sniffed> {
  const type = await mediaTypeOf(await headOf(path));
  if (!type) {
    throw new EngineError(
      'not-media',
      'The file is of a kind that is not supported. Give a video (MP4, MOV, WebM), a picture (JPEG, PNG) or a ZIP of pictures.',
    );
  }
  if (type.kind === 'refused') throw new EngineError('not-media', type.advice);
  const promised = EXTENSIONS[extname(name ?? '').toLowerCase()];
  if (promised && promised !== type.kind) {
    throw new EngineError(
      'not-media',
      `The file is called ${CALLED[promised]} by its extension and is ${CALLED[type.kind]} (${type.mimeType}) by its content. Give it its right name.`,
    );
  }
  if (type.kind !== 'shots-set' && (await endsAsZip(path))) {
    throw new EngineError(
      'not-media',
      `The file is ${CALLED[type.kind]} (${type.mimeType}) and a ZIP at once. Files of two formats are refused.`,
    );
  }
  return type;
}

/** The first bytes of a file. */
export async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function endsAsZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, ZIP_TAIL_BYTES);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const at = buffer.lastIndexOf(ZIP_END);
    // A real end record: its comment reaches exactly to the end of the file.
    return at >= 0 && at + 22 <= length && at + 22 + buffer.readUInt16LE(at + 20) === length;
  } finally {
    await file.close();
  }
}
