import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { EngineError } from '../types';

export type Container = 'mov' | 'matroska';

/** What a file is, by its bytes. */
export type Sniffed =
  | { kind: 'video'; mimeType: string; container: Container }
  | { kind: 'image' | 'shots-set'; mimeType: string };

const CONTAINERS: Record<string, Container> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/x-m4v': 'mov',
  'video/3gpp': 'mov',
  'video/3gpp2': 'mov',
  'video/webm': 'matroska',
  'video/matroska': 'matroska',
};
const IMAGES = new Set(['image/jpeg', 'image/png', 'image/webp']);

const EXTENSIONS: Record<string, Sniffed['kind']> = {
  '.mp4': 'video',
  '.m4v': 'video',
  '.mov': 'video',
  '.3gp': 'video',
  '.webm': 'video',
  '.mkv': 'video',
  '.jpg': 'image',
  '.jpeg': 'image',
  '.png': 'image',
  '.webp': 'image',
  '.zip': 'shots-set',
};
const CALLED = { video: 'a video', image: 'a picture', 'shots-set': 'a ZIP' } as const;

/** The end of a ZIP's list lies within its last bytes: the record itself and a comment of up to 64 kB. */
const ZIP_TAIL = 22 + 0xffff;
const ZIP_END = Buffer.from('PK\x05\x06', 'latin1');

/**
 * Says what a file is by its first bytes, whatever it is called.
 *
 * @param name The name the sender gave it, if any: a name that promises another kind of media is refused.
 * @throws EngineError `not-media`: empty, no known media, named as something else, or two formats in one file.
 */
export async function sniff(path: string, name?: string): Promise<Sniffed> {
  const { fileTypeFromFile } = await import('file-type');
  const type = await fileTypeFromFile(path).catch(() => undefined);
  const sniffed = type && classify(type.mime);
  if (!sniffed) {
    const what = type ? `${type.mime}, which is` : 'of a kind that is';
    throw new EngineError(
      'not-media',
      `The file is ${what} not supported. Give a video (MP4, MOV, WebM), a picture (JPEG, PNG, WebP) or a ZIP of pictures.`,
    );
  }
  const promised = EXTENSIONS[extname(name ?? '').toLowerCase()];
  if (promised && promised !== sniffed.kind) {
    throw new EngineError(
      'not-media',
      `The file is called ${CALLED[promised]} by its extension and is ${CALLED[sniffed.kind]} (${sniffed.mimeType}) by its content. Give it its right name.`,
    );
  }
  if (sniffed.kind !== 'shots-set' && (await endsAsZip(path))) {
    throw new EngineError(
      'not-media',
      `The file is ${CALLED[sniffed.kind]} (${sniffed.mimeType}) and a ZIP at once. Files of two formats are refused.`,
    );
  }
  return sniffed;
}

function classify(mimeType: string): Sniffed | undefined {
  const container = CONTAINERS[mimeType];
  if (container) return { kind: 'video', mimeType, container };
  if (IMAGES.has(mimeType)) return { kind: 'image', mimeType };
  if (mimeType === 'application/zip') return { kind: 'shots-set', mimeType };
  return undefined;
}

async function endsAsZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, ZIP_TAIL);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const at = buffer.lastIndexOf(ZIP_END);
    // A real end record: its comment reaches exactly to the end of the file.
    return at >= 0 && at + 22 <= length && at + 22 + buffer.readUInt16LE(at + 20) === length;
  } finally {
    await file.close();
  }
}
