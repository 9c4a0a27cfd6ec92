import type { AnalysisRequest, JsonObject } from '../../client';
import { ozError } from '../../client/errors/errorMessages';
import { nodeError } from './errors';
import { isJsonObject, isRecord } from './message';
import type { Options } from './options';
import type { Typed } from './properties/declaration';
import type { ANALYSES, WEBHOOK } from './properties/groups';

/**
 * The analyses that are ticked. Liveness carries `extractBestShot`, true or false: the server's default changed in
 * 6.0.1 (docs/oz-api.md 3.2), so silence would mean different things. Throws OZ_CONFIG when none is ticked.
 */
export function readAnalyses(options: Options<typeof ANALYSES>, sourceMedia?: string[]): AnalysisRequest[] {
  const media = sourceMedia === undefined ? {} : { sourceMedia };
  const analyses: AnalysisRequest[] = [];
  if (options.liveness) {
    analyses.push({ type: 'quality', extractBestShot: options.bestShot, ...media });
  }
  if (options.biometry) analyses.push({ type: 'biometry', ...media });
  if (options.collection) analyses.push({ type: 'collection', ...media });
  if (options.documents) analyses.push({ type: 'documents', ...media });
  if (analyses.length === 0) throw nodeError('nothingTicked');
  return analyses;
}

/** Media ids: a text (several separated by commas), an array of texts or of `{ mediaId }` as in `msg.oz.media`. */
export async function readSourceMedia(
  options: Options<{ sourceMedia: Typed }>,
): Promise<string[] | undefined> {
  const value = await options.sourceMedia.value();
  if (value === undefined) return undefined;
  const items: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  const ids = items.map(mediaId).filter((id) => id !== '');
  return ids.length === 0 ? undefined : ids;
}

function mediaId(item: unknown): string {
  if (typeof item === 'string') return item.trim();
  if (isRecord(item) && typeof item['mediaId'] === 'string') return item['mediaId'];
  throw ozError('idInvalid', { what: 'media' });
}

/** The URL that the server calls when the analyses are done (docs/oz-api.md 5.1). */
export async function readWebhook(options: Options<typeof WEBHOOK>): Promise<{ webhook?: string }> {
  const webhook = await options.webhook.text();
  return webhook === undefined ? {} : { webhook };
}

/** Metadata: an object, or its JSON text. */
export async function readMetadata(
  options: Options<{ metadata: Typed }>,
): Promise<{ metadata?: JsonObject }> {
  const value = await options.metadata.value();
  if (value === undefined) return {};
  const metadata = typeof value === 'string' ? parseJson(value) : value;
  if (!isJsonObject(metadata)) throw ozError('metadataInvalid');
  return { metadata };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
