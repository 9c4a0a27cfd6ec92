import sharp from 'sharp';
import { LIMITS } from '../limits';
import { EngineError } from '../types';
import { stillJpeg, yuvFromRgb } from './picture';
import type { Media, MediaFacts, Shot } from './shot';

// libvips would keep decoded pictures and start a thread a core; a job has neither the memory nor the cores.
sharp.cache(false);
sharp.concurrency(1);

/** Opens one picture as media of a single shot. */
export function openStill(path: string, mimeType: string): Media {
  let facts: MediaFacts = { width: 0, height: 0, durationMs: 0 };
  return {
    kind: 'image',
    mimeType,
    async *shots() {
      const shot = await stillShot(path, 0);
      facts = { ...shot.size, durationMs: 0 };
      // Begun now, on another thread: it takes as long as looking at the picture.
      const ready = shot.jpeg();
      ready.catch(() => undefined);
      yield { ...shot, jpeg: (turn = 0) => (turn === 0 ? ready : shot.jpeg(turn)) };
    },
    facts: () => facts,
  };
}

/** A shot that also tells the size of its original, orientation applied. */
export interface StillShot extends Shot {
  size: { width: number; height: number };
}

/**
 * Reads a picture for analysis, upright as its EXIF orientation says.
 *
 * @param original A path or the bytes of a file.
 * @throws EngineError `too-large` beyond `LIMITS.stillPixels` (known from its header, before decoding);
 *   `damaged` when it cannot be decoded to its end.
 */
export async function stillShot(original: string | Uint8Array, frame: number): Promise<StillShot> {
  try {
    const header = await open(original).metadata();
    const { data, info } = await open(original)
      .flatten({ background: '#fff' })
      .resize({ width: LIMITS.stillSide, height: LIMITS.stillSide, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const rgb = info.channels === 3 ? data : repeatGrey(data, info.width * info.height);
    return {
      frame,
      timeMs: 0,
      image: yuvFromRgb(rgb, info.width, info.height),
      size: { width: header.autoOrient.width, height: header.autoOrient.height },
      jpeg: (turn = 0) => stillJpeg(open(original).rotate(turn)),
      release() {},
    };
  } catch (error) {
    throw asEngineError(error);
  }
}

/** Size of a picture, upright. */
export async function sizeOf(picture: Uint8Array): Promise<{ width: number; height: number }> {
  return (await open(picture).metadata()).autoOrient;
}

/** The whole picture, upright, in the middle of a black frame of this size; red, green and blue of each pixel. */
export async function rgbOf(picture: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const { data, info } = await open(picture)
    .flatten({ background: '#fff' })
    .resize(width, height, { fit: 'contain', background: '#000' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return info.channels === 3 ? data : repeatGrey(data, width * height);
}

function open(original: string | Uint8Array): sharp.Sharp {
  return sharp(original, { limitInputPixels: LIMITS.stillPixels, failOn: 'truncated', autoOrient: true });
}

function repeatGrey(grey: Uint8Array, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) rgb.fill(grey[pixel] ?? 0, pixel * 3, pixel * 3 + 3);
  return rgb;
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit/i.test(message)) {
    return new EngineError(
      'too-large',
      `The picture has more than ${LIMITS.stillPixels / 1e6} million pixels. Send a smaller one.`,
    );
  }
  // JPEGs without loss, or with 12 bits, as scanners and physicians have them.
  if (/unsupported|not supported/i.test(message)) {
    return new EngineError(
      'not-media',
      'The picture is packed in a rare way that is not supported. Save it as an ordinary JPEG.',
    );
  }
  return new EngineError(
    'damaged',
    'The picture cannot be decoded: it is damaged or incomplete. Send it again.',
  );
}
