/**
 * Before anything was seen: analyses take about 3 s, with a long tail (docs/oz-api.md 4.9). Milliseconds, equally likely.
 */
const PRIOR_MS = [1300, 1700, 2000, 2300, 2600, 2900, 3200, 3600, 4100, 4900, 7000, 14_000];
/** Only the latest durations count: enough for an estimate, few enough to follow a server that gets slower. */
const MAX_REMEMBERED = 120;
/** The prior counts as this many durations, less those seen. */
const PRIOR_WEIGHT = 12;
const MAX_QUANTILES = 16;
/** The fastest jobs are spread over the time from this share of the first quantile up to it. */
const FIRST_SPREAD = 0.8;
/** Of jobs that outlive all others, only this is known: the older they are, the longer they will still take. */
const YOUNGEST_TAIL_MS = 400;

/** How long analyses took so far, and what that says about those that are still running. */
export class Durations {
  readonly #seen: number[] = [];
  /** Equally likely durations; undefined when they have to be computed again. */
  #made: readonly number[] | undefined = PRIOR_MS;

  add(ms: number): void {
    this.#seen.push(Math.max(0, ms));
    if (this.#seen.length > MAX_REMEMBERED) this.#seen.shift();
    this.#made = undefined;
  }

  /** Computed on demand: results often arrive many at a time. */
  get #points(): readonly number[] {
    return (this.#made ??= this.#make());
  }

  #make(): readonly number[] {
    const assumed = quantiles(PRIOR_MS, Math.max(0, PRIOR_WEIGHT - this.#seen.length));
    const sorted = [...this.#seen, ...assumed].sort((a, b) => a - b);
    return quantiles(sorted, Math.min(MAX_QUANTILES, sorted.length));
  }

  /** Nineteen in twenty are done within this many milliseconds. */
  get usual(): number {
    return this.#points[Math.floor(this.#points.length * 0.95)] ?? 0;
  }

  /** Hardly any is done before this many milliseconds. */
  get first(): number {
    return (this.#points[0] ?? 0) * FIRST_SPREAD;
  }

  /**
   * A job was still running at `age`: how many milliseconds its result is expected to have lain unseen at
   * `laterAge`. Grows ever faster, so that there is always a best moment to ask.
   */
  unseen(age: number, laterAge: number): number {
    const points = this.#points;
    let sum = 0;
    let mass = 0;
    // As many jobs end between one point and the next as between any two others, and evenly so.
    for (let at = points.length - 1; at >= 0; at -= 1) {
      const upper = points[at] ?? 0;
      if (upper <= age) break;
      const lower = points[at - 1] ?? upper * FIRST_SPREAD;
      const width = Math.max(1, upper - lower);
      const from = Math.max(age, lower);
      const to = Math.min(laterAge, upper);
      mass += (upper - from) / width;
      if (to > from) sum += ((laterAge - from) ** 2 - (laterAge - to) ** 2) / (2 * width);
    }
    if (mass > 0) return sum / mass;
    return (laterAge - age) ** 2 / (2 * Math.max(age, YOUNGEST_TAIL_MS));
  }
}

function quantiles(sorted: readonly number[], count: number): number[] {
  return Array.from(
    { length: count },
    (_, at) => sorted[Math.floor(((at + 0.5) / count) * sorted.length)] ?? 0,
  );
}
