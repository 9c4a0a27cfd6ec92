/** A picture as decoders hand it over: full-size luma and half-size chroma planes, 8 bits a sample. */
export interface YuvImage {
  format: 'yuv420';
  width: number;
  height: number;
  /** width × height. */
  y: Uint8Array;
  /** ceil(width / 2) × ceil(height / 2), blue difference. */
  u: Uint8Array;
  /** ceil(width / 2) × ceil(height / 2), red difference. */
  v: Uint8Array;
  colours: Colours;
}

/** What colours the samples of a `YuvImage` stand for. */
export interface Colours {
  /** Samples use 0..255 (`pc`, JPEG); false: 16..235 (`tv`). */
  fullRange: boolean;
  matrix: 'bt601' | 'bt709' | 'bt2020';
}

/** Those of JPEG (JFIF). */
export const JPEG_COLOURS: Colours = { fullRange: true, matrix: 'bt601' };

/** A picture with three bytes a pixel, rows without padding. */
export interface RgbImage {
  format: 'rgb';
  width: number;
  height: number;
  data: Uint8Array;
}

/** What the face module looks at. Pixel (0, 0) is at the upper left and covers the square from 0 to 1. */
export type Image = YuvImage | RgbImage;

/** A place in an image, pixels. */
export interface Point {
  x: number;
  y: number;
}

/** A square part of an image, turned by `angle`. */
export interface Region {
  /** Centre, in pixels. */
  x: number;
  y: number;
  /** Side, in pixels. */
  size: number;
  /** Radians, clockwise as seen. 0: upright. */
  angle: number;
}

/** Where the places of a grid lie in what it is cut from: x = x0 + column · ux + row · vx, likewise y. */
export interface Grid {
  x0: number;
  y0: number;
  ux: number;
  uy: number;
  vx: number;
  vy: number;
}

/** Weights that turn luma and chroma into red, green and blue of 0..255. */
export interface YuvWeights {
  lumaOffset: number;
  luma: number;
  redV: number;
  greenU: number;
  greenV: number;
  blueU: number;
}

/** Weights of red and blue in luma: ITU-R BT.601, BT.709 and BT.2020. */
const MATRICES: Readonly<Record<Colours['matrix'], readonly [red: number, blue: number]>> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
};

/** The conversion weights for limited and full range samples. */
export function yuvWeights({ fullRange, matrix }: Colours): YuvWeights {
  const [kr, kb] = MATRICES[matrix];
  const kg = 1 - kr - kb;
  const chroma = fullRange ? 1 : 255 / 224;
  return {
    lumaOffset: fullRange ? 0 : 16,
    luma: fullRange ? 1 : 255 / 219,
    redV: 2 * (1 - kr) * chroma,
    greenU: (-2 * kb * (1 - kb) * chroma) / kg,
    greenV: (-2 * kr * (1 - kr) * chroma) / kg,
    blueU: 2 * (1 - kb) * chroma,
  };
}

/** Turns a sample of luma, or a mean of some, into brightness of 0..255 whatever range the image uses. */
export function brightnessOf({ colours }: YuvImage): (luma: number) => number {
  const { lumaOffset, luma: gain } = yuvWeights(colours);
  return (luma) => Math.min(255, Math.max(0, (luma - lumaOffset) * gain));
}
