/**
 * How a component falls with a defect: 1 without it, 0.78 where a viewer just notices it, 0.37 at twice that much,
 * 0.1 at three times. Every graded component uses it, so that defects of different kinds have the same weight.
 */
export function fall(defect: number, noticeable: number): number {
  return Math.exp(-((Math.max(0, defect) / noticeable) ** 2) / 4);
}

/** 0 up to `from`, 1 from `to` on, smooth in between; falls when `from` is the greater one. */
export function smoothstep(value: number, from: number, to: number): number {
  const share = clamp01((value - from) / (to - from));
  return share * share * (3 - 2 * share);
}

/** 0.5 at `middle`, and with `width` further 0.73: the mapping of most OFIQ measures. */
export function sigmoid(value: number, middle: number, width: number): number {
  return 1 / (1 + Math.exp((middle - value) / width));
}

export function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** NaN without any values. */
export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value that `share` (0..1) of the values do not exceed; with few values, the greater of two. 0 without any. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * (sorted.length - 1))] ?? 0;
}
