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
  /** Samples use 0..255 (`pc`, JPEG); false: 16..235 (`tv`). */
  fullRange: boolean;
  matrix: 'bt601' | 'bt709';
}

/** A picture with three bytes a pixel, rows without padding. */
export interface RgbImage {
  format: 'rgb';
  width: number;
  height: number;
  data: Uint8Array;
}

/** What the face module looks at. Pixel (0, 0) is at the upper left and covers the square from 0 to 1. */
export type Image = YuvImage | RgbImage;

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

/** Weights that turn luma and chroma into red, green and blue of 0..255. */
export interface YuvWeights {
  lumaOffset: number;
  luma: number;
  redV: number;
  greenU: number;
  greenV: number;
  blueU: number;
}

/** The conversion weights of ITU-R BT.601 and BT.709, for limited and full range samples. */
export function yuvWeights(image: Pick<YuvImage, 'fullRange' | 'matrix'>): YuvWeights {
  const [kr, kb] = image.matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114];
  const kg = 1 - kr - kb;
  const chroma = image.fullRange ? 1 : 255 / 224;
  return {
    lumaOffset: image.fullRange ? 0 : 16,
    luma: image.fullRange ? 1 : 255 / 219,
    redV: 2 * (1 - kr) * chroma,
    greenU: (-2 * kb * (1 - kb) * chroma) / kg,
    greenV: (-2 * kr * (1 - kr) * chroma) / kg,
    blueU: 2 * (1 - kb) * chroma,
  };
}
