import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import sharp from 'sharp';
import { ZipFile } from 'yazl';
import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { expectProgram } from '../../tools/launch/programs';
import type { Format } from './formats';

/** Takes a clip's frames one after the other. */
export interface Encoder {
  add(frame: YuvImage): Promise<void>;
  /** Resolves when the file is whole. */
  end(): Promise<void>;
}

/** How far frames deviate from their regular time when the frame rate varies, in frames. */
const STRAY = 0.4;
const STRAY_RATE = 1.3;

/** Seconds at which a frame is shown. */
export function timeOf(format: Format, index: number): number {
  const place = format.variable === true ? index + STRAY * Math.sin(STRAY_RATE * index) : index;
  return place / format.fps;
}

/** Opens the file for a clip in the given format. */
export function openEncoder(path: string, format: Format): Encoder {
  const { encoder } = format;
  return typeof encoder === 'string' ? zipEncoder(path, encoder) : filmEncoder(path, format, encoder);
}

function filmEncoder(path: string, format: Format, encoder: string[]): Encoder {
  const filters = [
    ...(format.rotated === true ? ['transpose=2'] : []),
    ...(format.variable === true ? [`setpts=(N+${STRAY}*sin(${STRAY_RATE}*N))/(${format.fps}*TB)`] : []),
  ];
  const child = spawn(
    expectProgram('ffmpeg').path,
    [
      ...[
        '-v',
        'error',
        '-y',
        '-f',
        'rawvideo',
        '-pix_fmt',
        'yuv420p',
        '-s',
        `${format.width}x${format.height}`,
      ],
      ...['-r', String(format.fps), '-colorspace', 'smpte170m', '-color_range', 'tv', '-i', 'pipe:0'],
      ...(filters.length > 0 ? ['-vf', filters.join(',')] : []),
      ...(format.variable === true ? ['-vsync', 'vfr', '-enc_time_base', '1:90000'] : []),
      ...encoder,
      ...['-threads', '2', '-colorspace', 'smpte170m', '-color_range', 'tv'],
      path,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  // Whatever breaks the pipe shows in the exit code and ffmpeg's output.
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'close');
  return {
    async add({ y, u, v }) {
      const frame = Buffer.concat([y, u, v]);
      if (!child.stdin.write(frame)) await Promise.race([once(child.stdin, 'drain'), exited]);
    },
    async end() {
      child.stdin.end();
      const [code]: unknown[] = await exited;
      if (code !== 0) throw new Error(`ffmpeg could not write ${path}: ${complaint}`);
      if (format.rotated === true) await noteTurn(path);
    },
  };
}

/**
 * Notes in a film that it is to be turned right by 90 degrees: the matrix of its track header (ISO/IEC 14496-12,
 * version 0, at byte 40 of the box). ffmpeg versions differ in the option for it, and ignore options that they do not
 * know.
 */
async function noteTurn(path: string): Promise<void> {
  const bytes = await readFile(path);
  const matrix = bytes.indexOf('tkhd') + 4 + 40;
  for (const [index, value] of [0, 1, 0, -1, 0].entries())
    bytes.writeInt32BE(value * 0x10000, matrix + index * 4);
  await writeFile(path, bytes);
}

function zipEncoder(path: string, kind: 'jpeg' | 'png'): Encoder {
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream, createWriteStream(path));
  let index = 0;
  return {
    async add(frame) {
      const { width, height } = frame;
      const picture = sharp(toRgb(frame), { raw: { width, height, channels: 3 } });
      const bytes = await (
        kind === 'jpeg' ? picture.jpeg({ quality: 90 }) : picture.png({ compressionLevel: 3 })
      ).toBuffer();
      // Numbers without leading zeros: the order is the natural one, not that of the bytes.
      zip.addBuffer(bytes, `shot-${++index}.${kind === 'jpeg' ? 'jpg' : 'png'}`, { compress: false });
    },
    async end() {
      zip.end();
      await written;
    },
  };
}

/** Limited-range BT.601 to RGB. */
function toRgb({ width, height, y, u, v }: YuvImage): Uint8ClampedArray {
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const chroma = (row >> 1) * (width >> 1) + (column >> 1);
      const grey = 1.16438 * ((y[at] ?? 0) - 16);
      const blue = (u[chroma] ?? 128) - 128;
      const red = (v[chroma] ?? 128) - 128;
      rgb[at * 3] = grey + 1.59603 * red;
      rgb[at * 3 + 1] = grey - 0.81297 * red - 0.39176 * blue;
      rgb[at * 3 + 2] = grey + 2.01723 * blue;
    }
  }
  return rgb;
}
