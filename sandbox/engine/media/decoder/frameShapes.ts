import type { VideoColours } from '../dynamicRange';

/** How a frame lies in what a decoder writes. */
export interface FrameShape {
  width: number;
  height: number;
  /** With 10 a sample takes two bytes, little endian. */
  bits: 8 | 10;
  colours: VideoColours;
}

/** FFmpeg's names; all other matrices that it names are near BT.601, or BT.601 itself. */
const MATRICES: Readonly<Record<string, VideoColours['matrix']>> = {
  bt709: 'bt709',
  // Of the first cameras of high definition.
  smpte240m: 'bt709',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};
/** All others are those of BT.709, or too near to tell. */
const PRIMARIES: Readonly<Record<string, VideoColours['primaries']>> = {
  bt2020: 'bt2020',
  smpte431: 'p3',
  smpte432: 'p3',
};
const TRANSFERS: Readonly<Record<string, VideoColours['transfer']>> = {
  smpte2084: 'pq',
  'arib-std-b67': 'hlg',
};

/**
 * Rows of the smallest high-definition picture. Videos with at least as many that do not name their matrix are taken for
 * BT.709, others for BT.601, as browsers do; a portrait video counts as if it lay on its side.
 */
const HD_ROWS = 720;

/** Pixel formats of red, green and blue, in FFmpeg's names. Converting them, it takes the matrix of BT.601 and does not say so. */
export const RGB = /^(x2)?[0a]?(rgb|bgr|gbr|pal8|bayer)/;

/** What a container says about colours, in FFmpeg's names; `unknown` where it does not. */
export interface ToldColours {
  matrix: string;
  primaries: string;
  transfer: string;
}
const NOTHING: ToldColours = { matrix: 'unknown', primaries: 'unknown', transfer: 'unknown' };

/** Only the filter's own lines count, because a video's metadata (a title, say) is printed, too. */
const SHAPE = /^(?:\[\w*showinfo[^\]]*\] \[info\] n: .*?)?\bfmt:(\w+) .*\bs:(\d+)x(\d+)/;
const SOURCE = /^\[showinfo@source[^\]]*\] \[info\] (?:n: .*?\bfmt:(\w+))?/;
const COLOURS =
  /^(?:\[\w*showinfo[^\]]*\] \[info\] )?color_range:(\S+) color_space:(\S+) color_primaries:(\S+) color_trc:(\S+)/;

/** Collects what a decoder reports about the frames it writes, see `Decoder`. */
export class FrameShapes {
  /** Settles when the first frame was reported, or when there will be none: the video is open, or never will be. */
  readonly opened: Promise<void>;
  #open: () => void = () => {};
  #wake: () => void = () => {};
  readonly #shapes: FrameShape[] = [];
  #next: Omit<FrameShape, 'colours'> | undefined;
  #over = false;
  #rgb = false;
  #told: ToldColours = NOTHING;

  constructor() {
    this.opened = new Promise((resolve) => (this.#open = resolve));
  }

  /** What the container says counts where frames themselves say nothing: to be called before the video is opened. */
  expect(told: ToldColours): void {
    this.#told = told;
  }

  /** Takes a line of the decoder; false when it does not report a frame. */
  take(line: string): boolean {
    const source = SOURCE.exec(line);
    if (source) {
      if (source[1] !== undefined) this.#rgb = RGB.test(source[1]);
      return true;
    }
    const [, format, width, height] = SHAPE.exec(line) ?? [];
    if (format !== undefined) {
      const bits = format.includes('10') ? 10 : 8;
      this.#next = { width: Number(width), height: Number(height), bits };
      return true;
    }
    const hd = Math.min(this.#next?.width ?? 0, this.#next?.height ?? 0) >= HD_ROWS;
    const colours = coloursIn(line, hd, this.#rgb ? { ...this.#told, matrix: 'gbr' } : this.#told);
    if (!colours) return false;
    if (this.#next) this.#shapes.push({ ...this.#next, colours });
    this.#next = undefined;
    this.#open();
    this.#wake();
    return true;
  }

  /** No more lines will come. */
  end(): void {
    this.#over = true;
    this.#open();
    this.#wake();
  }

  /** The shape of the next frame, in order; undefined after the last one. */
  async next(): Promise<FrameShape | undefined> {
    while (this.#shapes.length === 0 && !this.#over) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#shapes.shift();
  }
}

/**
 * The colours of a frame where a line tells them, in FFmpeg's names.
 *
 * @param hd Whether it is of high definition.
 * @param told What is known otherwise.
 */
function coloursIn(line: string, hd: boolean, told: ToldColours): VideoColours | undefined {
  const [, range, ofMatrix = '', ofPrimaries = '', ofTransfer = ''] = COLOURS.exec(line) ?? [];
  if (range === undefined) return undefined;
  const untold = (name: string): boolean => /^un|^reserved|^$/.test(name);
  const matrix = untold(ofMatrix) ? told.matrix : ofMatrix;
  const primaries = untold(ofPrimaries) ? told.primaries : ofPrimaries;
  const known = TRANSFERS[untold(ofTransfer) ? told.transfer : ofTransfer] ?? 'sdr';
  // Videos of high dynamic range that say no more are taken for BT.2100.
  const wide = known !== 'sdr';
  const likely = wide ? 'bt2020' : hd ? 'bt709' : 'bt601';
  return {
    fullRange: range === 'pc',
    matrix: untold(matrix) ? likely : (MATRICES[matrix] ?? 'bt601'),
    primaries: wide && untold(primaries) ? 'bt2020' : (PRIMARIES[primaries] ?? 'bt709'),
    transfer: known,
  };
}
