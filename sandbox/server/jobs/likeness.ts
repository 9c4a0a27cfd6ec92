import type { JsonObject } from '../store/records';

/**
 * The scores of a comparison as results carry them, from at least one likeness, 0 to 1 (docs/oz-api.md 3.5.3, 3.5.5).
 * Marked as simulated, computed ones as well as those on request: no face recognition model is behind them.
 */
export function likenessData(values: readonly number[]): JsonObject {
  return { max_confidence: Math.max(...values), min_confidence: Math.min(...values), simulated: true };
}
