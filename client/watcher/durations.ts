/**
 * Before anything was seen: analyses take about 3 s, with a long tail (reference 4.9). Milliseconds, equally likely.
 */
const PRIOR_MS = [900, 1300, 1700, 2000, 2300, 2600, 2900, 3300, 3900, 4800, 7000, 14_000];
/** So many of the latest durations count: enough to be fair, few enough to follow a server that gets slower. */
const KEEP = 120;
/** From so many on, what was seen replaces what was assumed. */
const ENOUGH = 20;
const POINTS = 16;
/** Nothing is known about jobs that outlive all others, but that the older ones stay longer. */
const YOUNGEST_TAIL_MS = 400;

/** How long analyses took so far, and what that says about those that are still running. */
export class Durations {
  readonly #seen: number[] = [];
  #points: readonly number[] = PRIOR_MS;

  add(ms: number): void {
    this.#seen.push(Math.max(0, ms));
    if (this.#seen.length > KEEP) this.#seen.shift();
    const sorted = (this.#seen.length >= ENOUGH ? [...this.#seen] : [...this.#seen, ...PRIOR_MS]).sort(
      (a, b) => a - b,
    );
    this.#points = quantiles(sorted);
  }

  /** Nineteen in twenty are done within this many milliseconds. */
  get usual(): number {
    return this.#points[Math.floor(this.#points.length * 0.95)] ?? 0;
  }

  /**
   * A job was still running at `age`: how many milliseconds its result is expected to have lain unseen at
   * `laterAge`. Grows ever faster, so that there is always a best moment to ask.
   */
  unseen(age: number, laterAge: number): number {
    let sum = 0;
    let count = 0;
    for (let at = this.#points.length - 1; at >= 0; at -= 1) {
      const point = this.#points[at];
      if (point === undefined || point <= age) break;
      count += 1;
      if (laterAge > point) sum += laterAge - point;
    }
    const waited = laterAge - age;
    if (count === 0) return (waited * waited) / (2 * Math.max(age, YOUNGEST_TAIL_MS));
    return sum / count;
  }
}

function quantiles(sorted: readonly number[]): number[] {
  if (sorted.length <= POINTS) return [...sorted];
  return Array.from(
    { length: POINTS },
    (_, at) => sorted[Math.floor(((at + 0.5) / POINTS) * sorted.length)] ?? 0,
  );
}
