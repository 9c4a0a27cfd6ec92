/** A stream of numbers in [0, 1) that is the same for the same seed. */
export interface Random {
  (): number;
}

/**
 * Numbers that follow from a text: mulberry32 over its FNV-1a hash. Not a library's generator, because the figures in
 * docs/engine-benchmark.md are about the clips that this one draws.
 */
export function seeded(text: string): Random {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

export function pick<T>(random: Random, values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

/** -1 or 1. */
export function sign(random: Random): number {
  return random() < 0.5 ? -1 : 1;
}
