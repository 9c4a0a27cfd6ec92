import type { JsonObject, Resolution } from '../model';
import { asObject, isJsonObject, numberOf, textOf } from './shapes';

/** Readers of API Lite (docs/oz-api.md 5.6). A verdict that this version does not know is never a pass. */

/** What API Lite makes of one photo or of two templates. */
export interface LiteVerdict {
  resolution: Resolution;
  /** Similarity of two faces, 0..1. */
  similarity?: number;
  /** Values this version does not know. */
  unknown: string[];
  raw: JsonObject;
}

/** `status` of a processor: 0 works, 3 does not; undefined when this is another answer. */
export function readHealth(json: unknown): number | undefined {
  return numberOf(asObject(json), 'status');
}

/** Version of the core. */
export function readLiteVersion(json: unknown): string | undefined {
  return textOf(asObject(json), 'core')?.slice(0, 40);
}

/**
 * Whether the face of a photo is real: `passed`. Its `score` is left alone: which of its ends is the good one is not
 * documented. Undefined when the answer lacks `passed`.
 */
export function readDetection(json: unknown): LiteVerdict | undefined {
  const raw = asObject(json);
  const { passed } = raw;
  if (passed === undefined) return undefined;
  if (typeof passed === 'boolean') return { resolution: passed ? 'SUCCESS' : 'DECLINED', unknown: [], raw };
  return { resolution: 'OPERATOR_REQUIRED', unknown: [`passed=${shown(passed)}`], raw };
}

const DECISIONS: Readonly<Record<string, Resolution>> = {
  approved: 'SUCCESS',
  declined: 'DECLINED',
  operator_required: 'OPERATOR_REQUIRED',
};

/** How similar two faces are: `score` and `decision`. Undefined when the answer has neither. */
export function readComparison(json: unknown): LiteVerdict | undefined {
  if (!isJsonObject(json)) return undefined;
  const { decision } = json;
  const similarity = numberOf(json, 'score');
  if (decision === undefined && similarity === undefined) return undefined;
  const known = typeof decision === 'string' ? decision.toLowerCase() : '';
  const resolution = Object.hasOwn(DECISIONS, known) ? DECISIONS[known] : undefined;
  return {
    resolution: resolution ?? 'OPERATOR_REQUIRED',
    ...(similarity === undefined || similarity < 0 || similarity > 1 ? {} : { similarity }),
    unknown: resolution === undefined ? [`decision=${shown(decision)}`] : [],
    raw: json,
  };
}

const shown = (value: unknown): string =>
  ['string', 'number', 'boolean'].includes(typeof value) ? String(value).slice(0, 40) : '';
