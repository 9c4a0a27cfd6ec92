import { createHash } from 'node:crypto';
import { isProxy } from 'node:util/types';
import type { NodeMessageInFlow } from 'node-red';
import type { Analysis, CheckResult, JsonObject, Media } from '../../client';
import { bestShotState } from './bestShotState';
import type { OzAnalysis, OzData, OzTiming } from './oz';

/** A message on its way through the nodes of this palette. */
export interface OzMessage extends NodeMessageInFlow {
  oz?: OzData;
  /** Seconds; overrides the maximum wait of `oz-result` and `oz-check`. */
  timeout?: unknown;
  /** On `oz-result` and `oz-check`: cancels all waits (`true`) or those of one folder (its id). */
  reset?: unknown;
}

/** An object that is neither null nor an array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A plain object that can travel as JSON: no Buffer, no class instance at the top. Function nodes make their objects in
 * a realm of its own, with another `Object.prototype`; it is known by having no prototype itself.
 */
export const isJsonObject = (value: unknown): value is JsonObject => {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

/**
 * Whether results can be written into a message: it and its `msg.oz` are no proxies and not frozen, as a flow's defaults
 * may be, and have no fields that are read-only or computed.
 */
export const takesResults = (msg: OzMessage): boolean =>
  isWritable(msg) && (!isRecord(msg.oz) || (isJsonObject(msg.oz) && isWritable(msg.oz)));

const isWritable = (object: object): boolean =>
  !isProxy(object) &&
  Object.isExtensible(object) &&
  Object.values(Object.getOwnPropertyDescriptors(object)).every(({ writable }) => writable === true);

/** `msg.oz`, made when it is missing; anything else in its place is replaced. */
export function ozOf(msg: OzMessage): OzData {
  if (!isRecord(msg.oz)) msg.oz = {};
  return msg.oz;
}

/** Facts about an earlier check that a new folder makes untrue. */
const RESULTS = [
  'analyses',
  'resolution',
  'bestShots',
  'bestShotUrl',
  'bestShotState',
  'liveness',
  'match',
  'persons',
  'textFields',
  'timing',
  'checkKey',
  'raw',
] as const satisfies readonly (keyof OzData)[];

/** Writes what an upload created; drops the results of an earlier check, so that they are not taken for the new one's. */
export function writeUpload(
  msg: OzMessage,
  made: { folderId: string; media: Media[] },
  uploadMs?: number,
): void {
  const oz = ozOf(msg);
  const { folderId, media } = made;
  const before = oz.folderId === folderId && Array.isArray(oz.media) ? oz.media : [];
  for (const field of RESULTS) delete oz[field];
  delete oz.resumed;
  oz.folderId = folderId;
  oz.media = [...before, ...media];
  if (uploadMs !== undefined) oz.timing = { uploadMs };
}

/** Writes the ordered analyses. */
export function writeAnalyses(msg: OzMessage, folderId: string, analyses: Analysis[]): void {
  const oz = ozOf(msg);
  oz.folderId = folderId;
  oz.analyses = analyses.map(toOzAnalysis);
  oz.timing = { ...oz.timing, orderedAt: Date.now() };
}

/**
 * Writes verdict, scores and best shots; fields of an earlier result that this one lacks disappear.
 * @param gestures that this server gives best shots for; empty: all
 */
export function writeResult(
  msg: OzMessage,
  result: CheckResult,
  timing: OzTiming,
  withRaw: boolean,
  gestures: readonly string[],
): void {
  const oz = ozOf(msg);
  const before: OzTiming = oz.timing ?? {};
  const state = bestShotState(result, { before: { ...oz }, gestures });
  for (const field of RESULTS) delete oz[field];
  Object.assign(oz, summary(result));
  if (state !== undefined) oz.bestShotState = state;
  const checkKey = checkKeyOf(result);
  if (checkKey !== undefined) oz.checkKey = checkKey;
  oz.timing = { ...before, ...timing };
  if (typeof before.orderedAt === 'number') oz.timing.analysisMs = sinceOrdered(before.orderedAt);
  if (withRaw) oz.raw = result.analyses.map((analysis) => analysis.raw);
}

/** Another machine may have ordered, by a clock that is ahead, or this one's was set. */
const sinceOrdered = (orderedAt: number): number => Math.max(0, Date.now() - orderedAt);

/**
 * Ids are what the server gives once; their order in an answer says nothing. A server that stores nothing may give none:
 * then there is no key.
 */
function checkKeyOf({ folderId, analyses }: CheckResult): string | undefined {
  const ids = analyses.map(({ analysisId }) => analysisId).sort();
  if (folderId === '' && ids.every((id) => id === '')) return undefined;
  return [folderId, createHash('sha256').update(ids.join()).digest('hex').slice(0, 16)].join(':');
}

/** The result as one plain object: the part of `msg.oz` that tells about the check. */
export function summary(result: CheckResult): OzData {
  const [first] = result.bestShots;
  return {
    folderId: result.folderId,
    resolution: result.resolution,
    analyses: result.analyses.map(toOzAnalysis),
    bestShots: result.bestShots,
    ...(first === undefined ? {} : { bestShotUrl: first.url }),
    liveness: result.liveness,
    ...(result.match === undefined ? {} : { match: result.match }),
    persons: result.persons,
    ...(result.textFields.length === 0 ? {} : { textFields: result.textFields }),
  };
}

function toOzAnalysis(analysis: Analysis): OzAnalysis {
  const { analysisId, type, state, resolution } = analysis;
  const spoofing = analysis.results.flatMap((result) => result.spoofing ?? []);
  const scores = {
    ...(spoofing.length === 0 ? {} : { spoofing: Math.max(...spoofing) }),
    ...(analysis.match === undefined ? {} : { match: analysis.match }),
  };
  return {
    analysisId,
    type,
    state,
    resolution,
    ...(Object.keys(scores).length === 0 ? {} : { scores }),
    ...(analysis.bestShotOrdered === undefined ? {} : { bestShotOrdered: analysis.bestShotOrdered }),
    ...(analysis.decision === undefined ? {} : { decision: analysis.decision }),
    ...(analysis.error === undefined ? {} : { error: analysis.error }),
    ...(analysis.unknown.length === 0 ? {} : { unknown: analysis.unknown }),
  };
}
