import { yuvWeights, type Colours } from '../face/image';

/** How the samples of a video stand for colours (ITU-T H.273). */
export interface VideoColours extends Colours {
  /** Those of BT.709, of BT.2020, or of Display P3. */
  primaries: 'bt709' | 'bt2020' | 'p3';
  /** Ordinary, or of high dynamic range: SMPTE ST 2084 (`pq`) or ARIB STD-B67 (`hlg`), both BT.2100. */
  transfer: 'sdr' | 'pq' | 'hlg';
}

/** Light of what is just white in a video of ordinary range, cd/m²: BT.2408, 5.1. */
const WHITE_NITS = 203;
/** Light at the peak of the display that HLG is made for, and its system gamma there: BT.2100, table 5. */
const HLG_PEAK_NITS = 1000;
const HLG_GAMMA = 1.2;
/**
 * Up to this signal, 0..1, colours stay as they are, and faces lie below; everything brighter is compressed into the
 * rest.
 */
const KNEE = 0.9;
/** Light at which the signal is full, as a multiple of white. What is brighter is white. */
const FULL = HLG_PEAK_NITS / WHITE_NITS;
/** Signal of ordinary videos to light: BT.1886. */
const SDR_GAMMA = 2.4;

/** From light in wider primaries to light in those of BT.709, rows for red, green and blue (BT.2087 for BT.2020). */
const TO_BT709: Readonly<Record<VideoColours['primaries'], readonly number[]>> = {
  bt709: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  bt2020: [1.6605, -0.5876, -0.0728, -0.1246, 1.1329, -0.0083, -0.0182, -0.1006, 1.1187],
  p3: [1.2249, -0.2247, 0, -0.0421, 1.0419, 0, -0.0196, -0.0786, 1.0979],
};

/** Steps of the signal, of 255, for which light is worked out once. */
const FINE = 16;

/**
 * A function that gives colours of a video as ordinary pictures have them (sRGB): it takes luma and chroma of 10 bits,
 * and puts red, green and blue, 0..255, into `rgb`.
 */
export function ordinaryColours(
  colours: VideoColours,
): (y: number, u: number, v: number, rgb: Float64Array) => void {
  const { lumaOffset, luma, redV, greenU, greenV, blueU } = yuvWeights(colours);
  const lights = Float64Array.from({ length: 255 * FINE + 1 }, (_, signal) =>
    lightOf(signal / (255 * FINE), colours.transfer),
  );
  const light = (signal: number): number =>
    lights[Math.round((signal < 0 ? 0 : signal > 255 ? 255 : signal) * FINE)] ?? 0;
  const [rr = 1, rg = 0, rb = 0, gr = 0, gg = 1, gb = 0, br = 0, bg = 0, bb = 1] =
    TO_BT709[colours.primaries];
  const sdr = colours.transfer === 'sdr';
  return (y, u, v, rgb) => {
    const grey = (y / 4 - lumaOffset) * luma;
    const [blueness, redness] = [u / 4 - 128, v / 4 - 128];
    const r = light(grey + redV * redness);
    const g = light(grey + greenU * blueness + greenV * redness);
    const b = light(grey + blueU * blueness);
    const red = Math.max(0, rr * r + rg * g + rb * b);
    const green = Math.max(0, gr * r + gg * g + gb * b);
    const blue = Math.max(0, br * r + bg * g + bb * b);
    const scale = sdr ? 1 : toning(Math.max(red, green, blue));
    rgb[0] = 255 * (sdr ? sdrSignal(red) : signalOf(red * scale));
    rgb[1] = 255 * (sdr ? sdrSignal(green) : signalOf(green * scale));
    rgb[2] = 255 * (sdr ? sdrSignal(blue) : signalOf(blue * scale));
  };
}

function sdrSignal(light: number): number {
  return Math.min(1, light) ** (1 / SDR_GAMMA);
}

/** Light of a signal, 1 being white. */
function lightOf(signal: number, transfer: VideoColours['transfer']): number {
  switch (transfer) {
    case 'sdr':
      return signal ** SDR_GAMMA;
    case 'pq': {
      // BT.2100, table 4.
      const power = signal ** (1 / 78.84375);
      const nits =
        10_000 * (Math.max(0, power - 0.8359375) / (18.8515625 - 18.6875 * power)) ** (1 / 0.1593017578125);
      return nits / WHITE_NITS;
    }
    case 'hlg': {
      // BT.2100, table 5. The system gamma is applied to each colour, as the gamma of ordinary displays is: skin keeps the look
      // that it has there.
      const scene =
        signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12;
      return (HLG_PEAK_NITS * scene ** HLG_GAMMA) / WHITE_NITS;
    }
  }
}

/**
 * The factor for a colour whose brightest component is `most`: what is brighter than the knee is compressed, and hues
 * stay.
 */
function toning(most: number): number {
  const signal = signalOf(most);
  if (signal <= KNEE) return 1;
  // Reinhard's curve for a known white point: leaves the knee without a kink, and arrives at white with the peak.
  const over = Math.min(signalOf(FULL) - KNEE, signal - KNEE) / (1 - KNEE);
  const peak = (signalOf(FULL) - KNEE) / (1 - KNEE);
  const pressed = KNEE + ((1 - KNEE) * over * (1 + over / peak ** 2)) / (1 + over);
  return lightOfSignal(pressed) / most;
}

/** IEC 61966-2-1 (sRGB). */
function signalOf(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

function lightOfSignal(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}
