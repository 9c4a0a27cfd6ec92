import { ApiError } from '../errors';
import type { JsonObject, JsonValue, Resolution } from '../store/records';
import { RESOLUTIONS } from '../store/records';
import { isJsonObject } from '../upload/json';
import { GESTURES, gestureTag } from '../wire/tags';

export const BEST_SHOT_CONTROLS = [
  'none',
  'several',
  'png',
  'relative',
  'wrong-host',
  'missing',
  'slow',
] as const;
type BestShotControl = (typeof BEST_SHOT_CONTROLS)[number];

export const FAILURE_KINDS = [
  '401-once',
  '429',
  '429-retry-after',
  '500-json',
  '502-html',
  '413-html',
  'reset',
  'truncated',
  'slow',
  'hang',
  'webhook-duplicate',
  'webhook-early',
] as const;
type FailureKind = (typeof FAILURE_KINDS)[number];

/** At which step a failure is injected. */
export const FAILURE_POINTS = ['upload', 'analyses', 'result', 'download'] as const;
export type FailurePoint = (typeof FAILURE_POINTS)[number];

/** What a test asks of the sandbox; whatever is absent is computed for real. */
export interface Controls {
  resolution?: Resolution;
  /** The analysis takes at least this long, in milliseconds. */
  delayMs?: number;
  /** `resolution` stays PROCESSING this long after `state` is FINISHED, in milliseconds. */
  lagMs?: number;
  bestShot?: BestShotControl;
  /** Best shots come only for videos of these gestures, given as tags (docs/oz-api.md 4.4). */
  bestShotGestures?: readonly string[];
  /** `confidence_spoofing`, 0 to 1. */
  spoofing?: number;
  /** Similarity of every pair of faces, 0 to 1. */
  similarity?: number;
  /** Text fields of a documents analysis, by name. */
  documents?: JsonObject;
  failure?: FailureKind;
  failureAt?: FailurePoint;
  /** How often the call fails before it works. */
  failureTimes?: number;
}

const MAX_DELAY_MS = 24 * 3600 * 1000;

type Reader = (value: JsonValue, key: string) => Partial<Controls>;

const READERS = new Map<string, Reader>(
  Object.entries({
    resolution: (value, key) => ({ resolution: oneOf(RESOLUTIONS, upper(value), key) }),
    delayMs: (value, key) => ({ delayMs: between(0, MAX_DELAY_MS, value, key) }),
    lagMs: (value, key) => ({ lagMs: between(0, MAX_DELAY_MS, value, key) }),
    bestShot: (value, key) => ({ bestShot: oneOf(BEST_SHOT_CONTROLS, value, key) }),
    bestShotGestures: (value, key) => ({ bestShotGestures: gestures(value, key) }),
    spoofing: (value, key) => ({ spoofing: between(0, 1, value, key) }),
    similarity: (value, key) => ({ similarity: between(0, 1, value, key) }),
    documents: (value, key) => ({ documents: textFields(value, key) }),
    failure: (value, key) => ({ failure: oneOf(FAILURE_KINDS, value, key) }),
    failureAt: (value, key) => ({ failureAt: oneOf(FAILURE_POINTS, value, key) }),
    failureTimes: (value, key) => ({ failureTimes: between(1, 1_000_000, value, key) }),
  } satisfies Record<keyof Controls, Reader>),
);

/** Earlier names of controls; flows that use them go on working. */
const EARLIER_NAMES: Readonly<Record<string, string>> = {
  fault: 'failure',
  faultAt: 'failureAt',
  faultTimes: 'failureTimes',
};

/** The controls in `folder:meta_data.sandbox`; throws `invalidValue` for a control that does not exist. */
export function readControls(metaData: JsonObject | null): Controls {
  const block = metaData?.['sandbox'];
  if (block === undefined || block === null) return {};
  if (!isJsonObject(block)) throw wrong('', 'an object', block);
  let controls: Controls = {};
  for (const [key, value] of Object.entries(block)) {
    const reader = READERS.get(Object.hasOwn(EARLIER_NAMES, key) ? (EARLIER_NAMES[key] ?? key) : key);
    if (reader === undefined) throw wrong(key, `one of ${[...READERS.keys()].join(', ')}`, key);
    controls = { ...controls, ...reader(value, key) };
  }
  return controls;
}

/**
 * What one part of a file name asks for, e.g. `delay-2000` in `selfie.delay-2000.mp4`; undefined for any other part.
 */
function readNameStep(step: string): Partial<Controls> | undefined {
  const word = step.toLowerCase();
  const resolution = RESOLUTIONS.find((name) => name.toLowerCase().replace('_', '-') === word);
  if (resolution !== undefined) return { resolution };
  const number = /^(delay|lag|spoofing|similarity)-(\d{1,8})$/.exec(word);
  if (number !== null) {
    const value = Number(number[2]);
    if (number[1] === 'delay') return { delayMs: Math.min(value, MAX_DELAY_MS) };
    if (number[1] === 'lag') return { lagMs: Math.min(value, MAX_DELAY_MS) };
    const share = Math.min(value, 100) / 100;
    return number[1] === 'spoofing' ? { spoofing: share } : { similarity: share };
  }
  const bestShot = BEST_SHOT_CONTROLS.find((name) => word === `best-shot-${name}`);
  if (bestShot !== undefined) return { bestShot };
  const failure = FAILURE_KINDS.find((name) => word === `failure-${name}` || word === `fault-${name}`);
  return failure === undefined ? undefined : { failure };
}

/** The controls in a file name such as `selfie.declined.delay-2000.mp4`: every part between the first and the last. */
export function readNameControls(name: string): Controls {
  let controls: Controls = {};
  for (const step of name.split('.').slice(1, -1)) controls = { ...controls, ...readNameStep(step) };
  return controls;
}

/** Controls of a folder and some of its media; the folder's metadata wins over a name, a later name over an earlier. */
export function controlsOf(metaData: JsonObject | null, names: readonly string[]): Controls {
  let controls: Controls = {};
  for (const name of names) controls = { ...controls, ...readNameControls(name) };
  return { ...controls, ...readControls(metaData) };
}

function upper(value: JsonValue): JsonValue {
  return typeof value === 'string' ? value.toUpperCase() : value;
}

function oneOf<T extends string>(allowed: readonly T[], value: JsonValue, key: string): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw wrong(key, `one of ${allowed.join(', ')}`, value);
  return found;
}

function between(low: number, high: number, value: JsonValue, key: string): number {
  if (typeof value !== 'number' || value < low || value > high) {
    throw wrong(key, `a number from ${low} to ${high}`, value);
  }
  return value;
}

function gestures(value: JsonValue, key: string): string[] {
  const expected = `a list of gestures: ${GESTURES.join(', ')}`;
  if (!Array.isArray(value)) throw wrong(key, expected, value);
  return value.map((item) => {
    const tag = typeof item === 'string' ? gestureTag(item) : undefined;
    if (tag === undefined) throw wrong(key, expected, item);
    return tag;
  });
}

function textFields(value: JsonValue, key: string): JsonObject {
  if (!isJsonObject(value)) throw wrong(key, 'an object of field names and texts', value);
  return value;
}

function wrong(key: string, expected: string, value: JsonValue): ApiError {
  const keyPath = ['folder:meta_data', 'sandbox', key].filter((step) => step !== '').join('.');
  return new ApiError('invalidValue', { key_path: keyPath, expected, value });
}
