import type { WaitTarget } from '../../client';
import { nodeError } from '../shared/errors';
import { isRecord } from '../shared/message';

/** A text that is not empty. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * What to wait for, from an object like `msg.oz`, a folder id, or analysis ids. `undefined` when there are no ids.
 * Throws OZ_INPUT for anything else.
 */
export function targetOf(source: unknown): WaitTarget | undefined {
  if (source === undefined || source === '') return undefined;
  if (isText(source)) return { folderId: source.trim() };
  if (Array.isArray(source)) return withIds(undefined, source);
  if (!isRecord(source)) throw nodeError('sourceInvalid');
  const { folderId, analyses, analysisIds } = source;
  return withIds(isText(folderId) ? folderId : undefined, firstArray(analysisIds, analyses));
}

const firstArray = (...values: unknown[]): unknown[] => values.find((value) => Array.isArray(value)) ?? [];

function withIds(folderId: string | undefined, items: unknown[]): WaitTarget | undefined {
  const analysisIds = items.map(analysisId);
  if (folderId === undefined && analysisIds.length === 0) return undefined;
  return {
    ...(folderId === undefined ? {} : { folderId }),
    ...(analysisIds.length === 0 ? {} : { analysisIds }),
  };
}

/** Ids, or objects as in `msg.oz.analyses`. */
function analysisId(item: unknown): string {
  const id = isRecord(item) ? item['analysisId'] : item;
  if (isText(id)) return id;
  throw nodeError('sourceInvalid');
}
