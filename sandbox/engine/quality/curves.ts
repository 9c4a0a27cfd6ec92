/** 0 up to `from`, 1 from `to` on, smooth in between; falls when `from` is the greater one. */
export function smoothstep(value: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** 0.5 at `middle`, and with `width` further 0.73: the mapping of most OFIQ measures. */
export function sigmoid(value: number, middle: number, width: number): number {
  return 1 / (1 + Math.exp((middle - value) / width));
}

export function clamp01(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** The value that `share` (0..1) of the values do not exceed; 0 without values. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
